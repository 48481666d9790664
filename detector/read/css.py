"""Would a visitor see this text? What inline styles and old attributes say about it.

Style sheets are not read: this answers only for what an element or its ancestors state themselves.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

Colour = tuple[int, int, int]

# Text placed further out than this is off every screen; sites write -999px, -9999px, -99em.
OFF_SCREEN = -990.0
# At or below one pixel a box or a letter shows nothing.
SPECK = 1.0
# Colours closer than this in every channel cannot be told apart (#fefefe on white).
SAME_COLOUR = 8
# A style attribute longer than this is an embedded picture or an attack.
LONGEST_STYLE = 8192

_PIXELS = {"em": 16.0, "rem": 16.0, "pt": 4 / 3, "%": 10.0, "vw": 10.0, "vh": 10.0, "in": 96.0}
_OFFSETS = ("left", "top", "right", "bottom", "margin-left", "margin-top", "text-indent")
_SIZES = ("height", "width", "max-height", "max-width")
_NAMED: Mapping[str, Colour] = {
    "white": (255, 255, 255),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "black": (0, 0, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "red": (255, 0, 0),
    "maroon": (128, 0, 0),
    "orange": (255, 165, 0),
    "yellow": (255, 255, 0),
    "green": (0, 128, 0),
    "lime": (0, 255, 0),
    "teal": (0, 128, 128),
    "aqua": (0, 255, 255),
    "cyan": (0, 255, 255),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "purple": (128, 0, 128),
    "fuchsia": (255, 0, 255),
    "pink": (255, 192, 203),
}

_LENGTH = re.compile(r"([+-]?\s*(?:\d+\.?\d*|\.\d+))\s*([a-z]+|%)?")
# bgcolor="ffffff" is an old spelling; rgba() that is not opaque shows what lies behind it
_COLOUR = re.compile(
    r"(?:#|^(?=[0-9a-f]{6}$))(?P<hex>[0-9a-f]{3,8})\b"
    r"|rgba?\(\s*(?P<rgb>\d{1,3}[\s,]+\d{1,3}[\s,]+\d{1,3})\s*(?:[,/]\s*1(?:\.0*)?\s*)?\)"
    r"|\b(?P<name>[a-z]+)\b"
)
_FLAT_CLIP = re.compile(r"rect\(\s*(?:[01](?:px)?[\s,]+){3}[01](?:px)?\s*\)")
_SHUT_CLIP = re.compile(r"inset\(\s*(?:50|100)%|circle\(\s*0")
_ZERO_SCALE = re.compile(r"scale[xy3d]*\(\s*0(?![.\d])")
_FAR_SHIFT = re.compile(r"translate[xy3d]*\(\s*-\d{4,}")
_ZERO_FONT = re.compile(r"(?:[a-z-]+\s+)*0(?:px|em|rem|pt|%)?(?:[/\s]|$)")


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of an element's appearance; children start from their parent's."""

    gone: bool = False
    unseen: bool = False
    tiny: bool = False
    ink: Colour | None = None
    paper: Colour | None = None

    @property
    def hidden(self) -> bool:
        """True if a visitor would not see text set in this."""
        return self.gone or self.unseen or self.tiny or _same(self.ink, self.paper)


def restyle(look: Look, attributes: Mapping[str, str], tag: str = "") -> Look:
    """Return the look of an element in ``look`` that bears these attributes (lower-case names)."""
    style = _declarations(attributes.get("style", "")[:LONGEST_STYLE])
    visibility = style.get("visibility")
    return Look(
        gone=look.gone or "hidden" in attributes or _is_gone(style) or _is_slit(tag, attributes),
        unseen=look.unseen if visibility is None else visibility in {"hidden", "collapse"},
        tiny=_is_tiny(style, parent=look.tiny),
        ink=_colour(style.get("color") or attributes.get("color", "")) or look.ink,
        paper=_paper(style, attributes, look.paper),
    )


@lru_cache(maxsize=1024)
def _declarations(style: str) -> Mapping[str, str]:
    pairs = (declaration.partition(":") for declaration in style.lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def _is_gone(style: Mapping[str, str]) -> bool:
    if not style:
        return False
    return (
        style.get("display") == "none"
        or style.get("content-visibility") == "hidden"
        or _pixels(style.get("opacity")) == 0.0
        or any(_is_off_screen(style.get(name)) for name in _OFFSETS)
        or _FLAT_CLIP.search(style.get("clip", "")) is not None
        or _SHUT_CLIP.search(style.get("clip-path", "")) is not None
        or _ZERO_SCALE.search(style.get("transform", "")) is not None
        or _FAR_SHIFT.search(style.get("transform", "")) is not None
        or _is_shut(style)
    )


def _is_off_screen(value: str | None) -> bool:
    pixels = _pixels(value)
    return pixels is not None and pixels <= OFF_SCREEN


def _is_shut(style: Mapping[str, str]) -> bool:
    """Return whether the box has no room and cuts off what overflows it."""
    if style.get("overflow", "") not in {"hidden", "clip"}:
        return False
    sizes = (_pixels(style.get(name)) for name in _SIZES)
    return any(size is not None and size <= SPECK for size in sizes)


def _is_slit(tag: str, attributes: Mapping[str, str]) -> bool:
    """Return whether it is ``<marquee width=1 height=1>``, long used to hide sold links."""
    if tag != "marquee":
        return False
    sizes = (_pixels(attributes.get(name)) for name in ("width", "height"))
    return any(size is not None and size <= SPECK for size in sizes)


def _is_tiny(style: Mapping[str, str], *, parent: bool) -> bool:
    """Return whether letters are too small to see.

    ``font-size: 0`` on a list with a real size on its items closes the gaps between them, an old
    and honest trick, so a stated size replaces the parent's, unless it is relative to it.
    """
    if _ZERO_FONT.match(style.get("font", "")):
        return True
    size = style.get("font-size", "")
    relative = size.endswith(("em", "%", "inherit")) and not size.endswith("rem")
    if not size or (parent and relative):
        return parent
    pixels = _pixels(size)
    return pixels is not None and pixels <= SPECK


def _pixels(value: str | None) -> float | None:
    """Return a CSS length in pixels, roughly where it depends on the screen; None if it is none."""
    match = _LENGTH.match(value) if value else None
    if match is None:
        return None
    return float(match[1].replace(" ", "")) * _PIXELS.get(match[2] or "px", 1.0)


def _paper(
    style: Mapping[str, str], attributes: Mapping[str, str], parent: Colour | None
) -> Colour | None:
    """Return the background; None where a picture or half-transparent layer makes it unknown."""
    picture = style.get("background-image", "") + style.get("background", "")
    stated = style.get("background-color") or picture or attributes.get("bgcolor", "")
    if not stated or stated in {"none", "transparent", "inherit"}:
        return parent
    return None if "url(" in picture else _colour(stated)


def _colour(value: str) -> Colour | None:
    for match in _COLOUR.finditer(value.lower()):
        if match["hex"]:
            return _hex(match["hex"])
        if match["rgb"]:
            red, green, blue = re.split(r"[\s,]+", match["rgb"])
            return int(red), int(green), int(blue)
        if match["name"] in _NAMED:
            return _NAMED[match["name"]]
    return None


def _hex(digits: str) -> Colour:
    if len(digits) < 6:  # #rgb and #rgba double every digit
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _same(ink: Colour | None, paper: Colour | None) -> bool:
    if ink is None or paper is None:
        return False
    return max(abs(a - b) for a, b in zip(ink, paper, strict=True)) <= SAME_COLOUR
