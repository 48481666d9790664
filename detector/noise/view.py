"""The page as every signal sees it: folded text, classes, lines and lexicon hits, each made once.

Signals read a :class:`View` and answer with a :class:`Reading`; they never threshold. All offsets
here are into the *folded* text; :mod:`detector.noise.tagger` maps them back in one place.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise, takewhile

import numpy as np

from detector.noise import lexicon
from detector.noise.items import ItemBlock, blocks
from detector.noise.lexicon import Hits
from detector.noise.lines import Ints, Lines, line_table
from detector.page import Page
from detector.read import chars
from detector.read.fold import Folded, fold
from detector.read.once import once


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of text that speaks for a kind, as strongly as ``strength`` says.

    Offsets are into the folded text, or into the original where ``original`` is true (what the
    fold deletes can only be pointed at there).
    """

    start: int
    end: int
    kind: str
    strength: float
    original: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What one signal measured: its value over the page and the stretches behind it."""

    value: float
    evidence: tuple[Evidence, ...] = ()


class View:
    """One page under measurement."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.folded: Folded = fold(page.text)
        self.text = self.folded.text
        self.cps, self.cls = self.folded.cps, self.folded.cls
        self._left: dict[str, int] = {}

    @once
    def han(self) -> int:
        """How many Chinese characters the page has."""
        return int(np.count_nonzero(self.cls == chars.HAN))

    @once
    def lines(self) -> Lines:
        """The line table."""
        return line_table(self.cps, self.cls)

    @once
    def lists(self) -> list[ItemBlock]:
        """Lists on the page, in order."""
        return blocks(self)

    @once
    def prose(self) -> str:
        """The text outside every list."""
        edges = [0, *(edge for block in self.lists for edge in (block.start, block.end)), None]
        return "\n".join(self.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))

    @once
    def spoken(self) -> frozenset[str]:
        """Pairs of neighbouring characters in the prose: a set, for lists ask it item by item."""
        prose = self.prose
        return frozenset(map("".join, pairwise(prose)))

    def list_at(self, offset: int) -> ItemBlock | None:
        """The list that holds ``offset``."""
        i = bisect_right(self.lists, offset, key=lambda block: block.start) - 1
        return self.lists[i] if i >= 0 and offset < self.lists[i].end else None

    @once
    def hits(self) -> Hits:
        """Lexicon hits over the whole page."""
        return lexicon.load().find(self.text)

    @once
    def formulas(self) -> "tuple[Evidence, ...]":
        """Every formula of ``formulas.tsv`` on the page, whatever its kind, in order."""
        from detector.noise.formulas import find  # noqa: PLC0415 - formulas are found in views

        return find(self)

    @once
    def terminals(self) -> Ints:
        """Offsets of sentence-ending marks and line breaks, in order."""
        return np.flatnonzero((self.cls == chars.TERMINAL) | (self.cls == chars.NEWLINE))

    def sentence_at(self, start: int, end: int) -> tuple[int, int]:
        """The sentence round ``[start, end)``: from after the mark before it to its own mark."""
        marks = self.terminals
        before = int(np.searchsorted(marks, start, side="left")) - 1
        after = int(np.searchsorted(marks, end, side="left"))
        low = int(marks[before]) + 1 if before >= 0 else 0
        if after == len(marks):
            return low, len(self.text)
        stop = int(marks[after])
        return low, stop if self.text[stop] == "\n" else stop + 1

    @once
    def unseen(self) -> list[tuple[int, int]]:
        """Stretches of the original text that the markup hides from a visitor."""
        return [(block.start, block.end) for block in self.page.blocks if block.hidden]

    def hidden(self, start: int, end: int) -> bool:
        """Whether a visitor does not see most of ``[start, end)``."""
        if not self.unseen:
            return False
        low, high = self.folded.span(start, end)
        covered = sum(max(0, min(b, high) - max(a, low)) for a, b in self.unseen)
        return 2 * covered > high - low

    def occurrences(self, phrase: str) -> list[tuple[int, int]]:
        """Where a phrase stands, without overlap."""
        found, at = [], self.text.find(phrase)
        while at >= 0:
            found.append((at, at + len(phrase)))
            at = self.text.find(phrase, at + len(phrase))
        return found

    def common_left(self, phrase: str, most: int) -> int:
        """How many letters before a phrase all its places share, at most ``most``; 0 for one place.

        A page may ask for each of 10,000 places of one phrase, so the answer is kept.
        """
        if phrase not in self._left:
            starts = [start for start, _ in self.occurrences(phrase)]
            before = (self.text[max(start - most, 0) : start][::-1] for start in starts)
            shared = takewhile(
                lambda x: len(set(x)) == 1 and x[0].isalnum(), zip(*before, strict=False)
            )
            self._left[phrase] = len([*shared]) if len(starts) > 1 else 0
        return self._left[phrase]

    def line_at(self, offset: int) -> tuple[int, int]:
        """The stripped line that holds ``offset``."""
        i = self.lines.at(offset)
        return int(self.lines.start[i]), int(self.lines.end[i])
