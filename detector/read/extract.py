"""HTML, Markdown and plain text to :class:`~detector.page.Page`.

HTML goes through a real parser (Lexbor, by resiliparse 2.0), which repairs it into a tree; then we
read the tree's serialisation: one native call and one regular expression (0.3 s over 27 MB of
pages) where a walk is several calls a node (1.2 s). That form is regular: every element is closed,
and ``<`` and ``>`` stand only around markup.
"""

import re
from collections import Counter
from collections.abc import Mapping
from html import unescape
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from detector.page import Block, Page
from detector.read.css import Look, restyle

if TYPE_CHECKING:
    from resiliparse.parse.html import HTMLTree

# How much apart the texts before and after a tag are: nothing, a space, a cell, a line.
NOTHING, SPACE, CELL, LINE = range(4)
_BETWEEN = ("", " ", "\t", "\n")

# The HTML standard opens every unclosed <b> and <font> anew in each paragraph: 25 kB of them make
# two million elements. Pages leave a handful open; above this they are read as <span>.
DEEPEST_FORMATTING = 200

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main "
    "marquee menu nav ol optgroup option p pre search section summary table tbody td "
    "textarea tfoot th thead tr ul x-noscript x-select".split()
)
_GAPS: Mapping[str, int] = dict.fromkeys(_BLOCKS, LINE) | {
    "br": LINE,
    "td": CELL,
    "th": CELL,
    "button": SPACE,
}
_VOID = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source "
    "track wbr".split()
)
_PREFORMATTED = frozenset({"pre", "textarea", "listing"})
# Never shown as text. Raw text in them would also break the regular form.
_DROPPED = "script,style,template,svg,math,iframe,noembed,noframes,title,object,audio,video,canvas"
# Shown only where scripts are off, or on demand: the visitor does not see them.
_UNSEEN = frozenset({"x-noscript", "datalist", "dialog"})
# Lexbor 2 takes quadratic time over the options of a <select> (90 s for 100,000). A <noscript> in
# the head spills its text into the body. What stands in <xmp> and <plaintext> is raw text. Under
# these names they read the same, without that.
_ALIASES: Mapping[str, str] = {
    "select": "x-select",
    "noscript": "x-noscript",
    "xmp": "pre",
    "plaintext": "pre",
}

_ALIASED = re.compile(r"<(/?)(select|noscript|xmp|plaintext)(?=[\s/>])", re.IGNORECASE)
_FORMATTING = re.compile(
    r"<(/?)(?:b|big|code|em|font|i|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE
)
# A tag, or a comment or processing instruction, whose name comes out empty; then the text after it.
_ELEMENT = re.compile(r"<(?:(/?)([^\s/>!?][^\s/>]*)([^>]*)|!--.*?--|\?[^>]*)>([^<]*)", re.DOTALL)
_START = re.compile(r"<([a-zA-Z][^\s/>]*)")
_END = re.compile(r"</([a-zA-Z][^\s/>]*)[^>]*>")
# 20,000 of either take a second, ten times as many a minute; honest pages have a handful.
MANY_END_TAGS, STRAY_END_TAGS, MANY_ATTRIBUTES = 5000, 1000, 2000
_HUGE_TAG = re.compile(r"<([a-zA-Z][^\s/>]*)[^>]{4000,}>")
_ATTRIBUTE = re.compile(r' (=?[^\s/>=]*)="([^"]*)"')
_STYLED = re.compile(r' (?:style|hidden|bgcolor|color)="')
_WHITE = re.compile(r"[ \t\n\r\f]+")


class _Place(NamedTuple):
    """Where in the tree a run of text stands."""

    block: str = "body"
    linked: bool = False
    preformatted: bool = False
    hidden: bool = False
    look: Look = Look()


class _Writer:
    """Joins runs of text into lines, keeping a block for each."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._texts: list[str] = []
        self._size = 0
        self._gap = NOTHING
        self._run: list[str] = []
        self._linked = 0

    @property
    def text(self) -> str:
        return "".join(self._texts)

    def add(self, text: str, place: _Place) -> None:
        if not self._run and text.isspace():
            self._gap = max(self._gap, SPACE)
            return
        if "&" in text:
            text = unescape(text)
        self._run.append(text)
        if place.linked:
            self._linked += len(text.strip())

    def end(self, place: _Place, gap: int) -> None:
        """End the run, which stood at ``place``; ``gap`` parts it from what follows."""
        if self._run:
            raw = "".join(self._run)
            self._put(raw if place.preformatted else _WHITE.sub(" ", raw), place)
            self._run.clear()
            self._linked = 0
        self._gap = max(self._gap, gap)

    def _put(self, text: str, place: _Place) -> None:
        body = text.strip()
        if not body:
            self._gap = max(self._gap, SPACE)
            return
        if self._size:
            between = _BETWEEN[max(self._gap, SPACE if text[0].isspace() else NOTHING)]
            self._texts.append(between)
            self._size += len(between)
        start, end = self._size, self._size + len(body)
        linked = min(self._linked, len(body))
        self.blocks.append(Block(start, end, linked, place.hidden, place.block))
        self._texts.append(body)
        self._size = end
        self._gap = SPACE if text[-1].isspace() else NOTHING


def from_html(
    html: str, *, url: str | None = None, title: str | None = None, encoding: str = "utf-8"
) -> Page:
    """Return the page that a browser would show, hidden text included and flagged.

    One line for each block element, list item or ``<br>``, cells parted by a tab; entities decoded;
    scripts, styles, comments, templates and drawings left out. A block is a run of text of one
    element and one visibility, so a hidden word inside a paragraph is a block of its own.
    ``title`` overrides the page's own. Never raises on a str; malformed HTML is repaired as
    browsers do.
    """
    tree = _parse(html)
    body = tree.body
    meta = _meta(tree)
    title = title or " ".join((tree.title or "").split()) or None
    writer = _write(_serialise(tree)) if body is not None else _Writer()
    return Page(
        text=writer.text,
        blocks=tuple(writer.blocks),
        encoding=encoding,
        url=url,
        title=title,
        meta=meta,
    )


def from_text(
    text: str, *, url: str | None = None, title: str | None = None, encoding: str = "utf-8"
) -> Page:
    """Return the page of a plain text, kept exactly as it is and without blocks.

    Lines are cheap to find and every user wants them cut in another way, so none are made here.
    """
    return Page(text=text, encoding=encoding, url=url, title=title)


def _parse(html: str) -> "HTMLTree":
    # Here, not above: only pages of HTML pay for it.
    from resiliparse.parse.html import HTMLTree  # noqa: PLC0415

    html = html.lstrip("\ufeff")
    html = _bounded(html)
    html = _ALIASED.sub(lambda match: f"<{match[1]}{_ALIASES[match[2].lower()]}", html)
    steps = (-1 if closing else 1 for closing in _FORMATTING.findall(html))
    if max(accumulate(steps), default=0) > DEEPEST_FORMATTING:
        html = _FORMATTING.sub(r"<\1span", html)
    try:
        return HTMLTree.parse(html)
    except UnicodeEncodeError:  # lone surrogates, which no UTF-8 can carry
        return HTMLTree.parse(html.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _bounded(html: str) -> str:
    """Markup without what makes Lexbor quadratic and says nothing about the text.

    An end tag that closes nothing is looked up through all open elements, and each attribute of a
    tag is compared with those before it.
    """
    if html.count("</") > MANY_END_TAGS:
        opened = Counter(name.lower() for name in _START.findall(html))
        opened.subtract(Counter(name.lower() for name in _END.findall(html)))
        stray = {name for name, count in opened.items() if count < -STRAY_END_TAGS}
        html = _END.sub(lambda m: "" if m[1].lower() in stray else m[0], html)
    return _HUGE_TAG.sub(
        lambda m: f"<{m[1]}>" if m[0].count("=") + m[0].count(" ") > MANY_ATTRIBUTES else m[0], html
    )


def _serialise(tree: "HTMLTree") -> str:
    """Return the body as regular HTML without what is never text."""
    if tree.document is None or tree.body is None:
        return ""
    for node in tree.document.query_selector_all(_DROPPED).values():
        node.remove()
    # Two links are two words, however tightly set.
    return tree.body.html.replace("</a><a ", "</a> <a ")


def _meta(tree: "HTMLTree") -> dict[str, str]:
    """Return ``<meta>`` by lower-case name or property; the first of a name counts."""
    meta: dict[str, str] = {}
    if tree.document is None:
        return meta
    for node in tree.document.query_selector_all("meta[content]").values():
        name = node.get_attribute("name") or node.get_attribute("property") or ""
        content = " ".join((node.get_attribute("content") or "").split())
        if name and content:
            meta.setdefault(name.strip().lower(), content)
    return meta


def _write(markup: str) -> _Writer:
    """Walk regular HTML once, tag by tag; the depth of the tree costs list entries, not stack."""
    writer, place = _Writer(), _Place()
    outer: list[_Place] = []
    for closing, tag, attributes, text in _ELEMENT.findall(markup):
        after = place
        if closing:
            after = outer.pop() if outer else place
        elif tag and tag not in _VOID:
            outer.append(place)
            after = _enter(place, tag, attributes)
        gap = _GAPS.get(tag, NOTHING)
        if gap or after.hidden != place.hidden:
            writer.end(place, gap)
        place = after
        if text:
            writer.add(text, place)
    writer.end(place, NOTHING)
    return writer


def _enter(place: _Place, tag: str, attributes: str) -> _Place:
    block = tag.removeprefix("x-") if tag in _BLOCKS else place.block
    linked = place.linked or (tag == "a" and ' href="' in attributes)
    preformatted = place.preformatted or tag in _PREFORMATTED
    look = place.look
    if tag in _UNSEEN and not (tag == "dialog" and ' open="' in attributes):
        look = restyle(look, {"hidden": ""})
    elif attributes and (tag == "marquee" or _STYLED.search(attributes)):
        pairs = _ATTRIBUTE.findall(attributes)
        look = restyle(look, {name: unescape(value) for name, value in pairs}, tag)
        if tag == "body":  # hidden until a script has run: that is no way to hide words
            look = Look(ink=look.ink, paper=look.paper)
    elif block == place.block and linked == place.linked and preformatted == place.preformatted:
        return place
    hidden = place.hidden if look is place.look else look.hidden
    return _Place(block, linked, preformatted, hidden, look)
