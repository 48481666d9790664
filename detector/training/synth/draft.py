"""A page while it is made: pieces of text, each with the marks it lies under.

Nothing is ever searched for: a span's offsets are counted when the pieces are joined, once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from detector.page import Family, Severity

#: Zones of a page, from top to bottom; a zone is a list of blocks.
ZONES = ("top", "title", "head", "body", "tail", "foot")


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One span to be: pieces that carry the same object lie in the same span."""

    label: Family
    kind: str
    severity: Severity = "spam"


class Piece(NamedTuple):
    """A run of text and the marks over it, the outer one first; at most one of a family."""

    text: str
    marks: tuple[Mark, ...] = ()

    def has(self, family: Family) -> bool:
        """Whether a mark of the family lies over the piece."""
        return any(mark.label == family for mark in self.marks)


Line = list[Piece]
Block = list[Line]


@dataclass(slots=True)
class Draft:
    """The zones of a page; ``gap`` parts lines, ``space`` parts blocks."""

    gap: str = "\n"
    space: str = "\n"
    zones: dict[str, list[Block]] = field(default_factory=lambda: {zone: [] for zone in ZONES})

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks from top to bottom."""
        for zone in ZONES:
            yield from self.zones[zone]

    def lines(self, *zones: str) -> Iterator[Line]:
        """Yield the lines of the zones."""
        for zone in zones:
            for block in self.zones[zone]:
                yield from block

    def pieces(self) -> Iterator[Piece]:
        """Yield what the page's text is joined of."""
        for number, block in enumerate(self.blocks()):
            if number:
                yield Piece(self.space)
            for row, line in enumerate(block):
                if row:
                    yield Piece(self.gap)
                yield from line


def block(text: str, *marks: Mark) -> Block:
    """Return a block of one piece a line, all under the same marks."""
    return [[Piece(line, marks)] for line in text.split("\n")]


def insert(line: Line, piece: int, at: int, new: Iterable[Piece]) -> None:
    """Put pieces inside one piece of a line, ``at`` characters into it."""
    text, marks = line[piece]
    halves = [Piece(text[:at], marks), *new, Piece(text[at:], marks)]
    line[piece : piece + 1] = [half for half in halves if half.text]


def join(draft: Draft) -> tuple[str, list[dict[str, Any]]]:
    """Return the text and its span rows, ordered by start; no span begins or ends in white space.

    Neighbours of one kind with only white space between them are one span.
    """
    parts: list[str] = []
    ranges: dict[Mark, list[int]] = {}
    at = 0
    for text, marks in draft.pieces():
        parts.append(text)
        end = at + len(text)
        for mark in marks:
            ranges.setdefault(mark, [at, end])[1] = end
        at = end
    page = "".join(parts)
    return page, _rows(page, ranges)


def _rows(page: str, ranges: Mapping[Mark, list[int]]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    last: dict[str, dict[str, Any]] = {}  # the latest row of a family
    for mark, (low, high) in sorted(ranges.items(), key=lambda each: each[1]):
        text = page[low:high]
        start, end = low + len(text) - len(text.lstrip()), low + len(text.rstrip())
        if start >= end:
            continue
        before = last.get(mark.label)
        same = before and (before["kind"], before["severity"]) == (mark.kind, mark.severity)
        if before and same and page[before["end"] : start].isspace():
            before["end"] = end
            continue
        row = {"start": start, "end": end, "label": mark.label, "kind": mark.kind}
        last[mark.label] = row | {"severity": mark.severity, "conf": "sure"}
        rows.append(last[mark.label])
    return rows
