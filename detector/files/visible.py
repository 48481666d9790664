"""Text for a terminal: how wide it is, and nothing in it that a terminal would obey."""

import re
from functools import lru_cache
from unicodedata import category, east_asian_width

#: Controls, format characters, private use, half surrogates: unseen, or obeyed, or both.
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ue000-\uf8ff\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
#: A Latin word with what closes before it, or a character with what combines with it.
UNIT = re.compile("⟧?[!-~]+|.[\u0300-\u036f]*", re.DOTALL)
CONTROL_PICTURES = 0x2400
ELLIPSIS = "…"


def visible(text: str) -> str:
    r"""Return the text with every control and format character as a visible symbol.

    >>> visible("a\x1b[31mb\u202ec")
    'a␛[31mb‹U+202E›c'
    """
    return UNSAFE.sub(_symbol, text)


def _symbol(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < ord(" "):
        return chr(CONTROL_PICTURES + code)
    return "␡" if match[0] == "\x7f" else f"‹U+{code:04X}›"


def width(text: str) -> int:
    """Return the terminal cells a text takes: 2 a wide character, 0 a combining one."""
    return len(text) if text.isascii() else sum(map(_cells, text))


@lru_cache(maxsize=4096)
def _cells(character: str) -> int:
    if category(character) in {"Mn", "Me"}:
        return 0
    return 2 if east_asian_width(character) in {"W", "F"} else 1


def padded(text: str, cells: int, *, right: bool = False) -> str:
    """Return the text filled up with spaces, on the left if it is to stand ``right``."""
    gap = " " * (cells - width(text))
    return gap + text if right else text + gap


def fitted(text: str, cells: int, *, keep_end: bool = False) -> str:
    """Return the text cut to ``cells`` with an ellipsis where something is missing.

    >>> fitted("标签堆砌页面", 7), fitted("pages/标签.html", 8, keep_end=True)
    ('标签堆…', '…签.html')
    """
    if width(text) <= cells:
        return text
    kept, used = [], width(ELLIPSIS)
    for character in reversed(text) if keep_end else text:
        used += _cells(character)
        if used > cells:
            break
        kept.append(character)
    return ELLIPSIS + "".join(reversed(kept)) if keep_end else "".join(kept) + ELLIPSIS


def units(text: str, cells: int) -> list[str]:
    """Return the pieces between which a line may end: wide characters singly, Latin words whole.

    A word that fits no line of ``cells`` comes in single characters.
    """
    found = UNIT.findall(text)
    return [part for unit in found for part in ([unit] if width(unit) <= cells else unit)]


def wrapped(text: str, cells: int) -> list[str]:
    """Return the text in lines of at most ``cells``."""
    rows, used = [""], 0
    for unit in units(text, cells):
        used += width(unit)
        if used > cells:
            rows.append("")
            used = width(unit)
        rows[-1] += unit
    return [row.strip() for row in rows]
