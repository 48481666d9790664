"""Markdown to :class:`~detector.page.Page`: the text as it is, and a block for each line."""

import re

from detector.page import Block, Page

_LINE = re.compile(r"[^\r\n]+")
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"\s{0,3}(#{1,6})(?:\s|$)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
# [text](address), but not ![picture](address); <address>; the lengths keep it linear
_LINK = re.compile(
    r"(?<!!)\[[^\[\]\n]{1,500}\]\([^()\s]{0,2000}(?:\s+\"[^\"\n]{0,500}\")?\)|<https?://[^<>\s]{1,2000}>"
)


def from_markdown(
    text: str, *, url: str | None = None, title: str | None = None, encoding: str = "utf-8"
) -> Page:
    """Return the page of a Markdown text, kept exactly as it is, with a block for each line.

    Tags are ``h1`` to ``h6``, ``li``, ``pre`` (fenced code) and ``p``; ``link_chars`` counts whole
    links, address included, since the address is part of the text here. The title is the first
    ``h1``, unless one is given.
    """
    blocks = tuple(_blocks(text))
    if title is None:
        headings = (text[block.start : block.end] for block in blocks if block.tag == "h1")
        title = next(headings, "").strip("# \t") or None
    return Page(text=text, blocks=blocks, encoding=encoding, url=url, title=title)


def _blocks(text: str) -> list[Block]:
    blocks: list[Block] = []
    fence = ""
    for match in _LINE.finditer(text):
        line = match[0]
        body = line.strip()
        if not body:
            continue
        mark = _FENCE.match(line)
        tag = "pre" if fence or mark else _tag(line)
        if fence:
            fence = "" if body.startswith(fence) and not body.strip(fence[0]) else fence
        elif mark:
            fence = mark[1]
        start = match.start() + len(line) - len(line.lstrip())
        linked = 0 if tag == "pre" else sum(len(link[0]) for link in _LINK.finditer(body))
        blocks.append(Block(start, start + len(body), linked, hidden=False, tag=tag))
    return blocks


def _tag(line: str) -> str:
    heading = _HEADING.match(line)
    if heading:
        return f"h{len(heading[1])}"
    return "li" if _ITEM.match(line) else "p"
