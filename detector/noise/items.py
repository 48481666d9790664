"""Lists on a page: rows cut by separators and runs of short lines, with their lead-ins.

Every list signal reads these blocks; none of them decides here what is spam.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from detector.noise.heads import Head, shared_head
from detector.noise.leads import OPENERS, lead_in
from detector.noise.lexicon import GROUPS, Hits, named
from detector.noise.lines import Ints, Lines
from detector.read import chars
from detector.read.once import once
from detector.read.segment import items as split_row

ROW_SEPARATORS = 3  # a row has at least four items
TAILED = 4  # separators in a line of prose that may end in a row
ROW_LENGTH = 30  # a shorter line is one item of the lines round it, unless a lead-in says list
ROW_ITEM = 22  # mean characters an item and its separator; above it a line is prose with commas
LINE_ITEM = 50  # a longer line is a paragraph, not an item (titles of link farms reach 45)
KEYWORD, CLAUSE = 10.0, 25.0  # mean characters an item: from 15 on less of a keyword, at 25 none
COMMAS = 8  # commas in a line without a full stop
WITHIN = 12  # characters before a lead-in that does not open its row
LOOSE_ITEM = re.compile(r"[^,、|/;\s]+")  # behind a lead-in two items are a list already
LABEL = 10  # a line this short that ends in a colon opens a new run
RUN = 4  # short lines in a row that make a list
TAGGED = 0.8  # hash signs an item that make a list a block of hashtags
LOCAL = 0.8  # share of items with a city
SAMPLE = 64  # items looked at for shared n-grams; walls are uniform, a sample tells as much

# What the list signals ask: lexicon lists whose weights in an item are added up, at most to 1.
SHARED = {
    "adult": ("adult",),
    "gambling": ("gambling_brand", "gambling_word"),
    "wares": ("piracy", "fraud", "seo"),
    "goods": ("commerce", "service"),
    "farm": ("fraud", "seo"),
    "brands": ("gambling_brand", "adult", "fraud"),
    "context": ("context",),
}
COLUMNS = np.array(
    [[group in groups for groups in SHARED.values()] for group in GROUPS], np.float64
)


class Matched(Protocol):
    """What a list needs to know of its page."""

    text: str

    @property
    def hits(self) -> Hits:
        """Lexicon hits over the page."""

    @property
    def lines(self) -> Lines:
        """The line table."""


class ItemBlock:
    """A list: where it stands (lead-in included), what leads it in, its items (n by start, end).

    ``weights`` holds the lexicon weights found per item and list (n by groups), each at most 1.
    """

    def __init__(
        self, view: Matched, start: int, end: int, lead: str, items: Sequence[tuple[int, int]]
    ) -> None:
        self.start, self.end, self.lead = start, end, lead
        self.items = items
        self._view = view

    @property
    def size(self) -> int:
        """How many items."""
        return len(self.items)

    @once
    def row(self) -> bool:
        """Whether it is one line cut by separators rather than a run of lines."""
        return self._view.text.find("\n", self.items[0][0], self.items[-1][1]) < 0

    @once
    def hits(self) -> slice:
        """Where its lexicon hits stand among those of the page."""
        return self._view.hits.within(self.start, self.end)

    @once
    def groups(self) -> frozenset[str]:
        """The lexicon lists that have any hit in it."""
        return named(self._view.hits.weight[self.hits]) if self.hit else frozenset()

    @once
    def weights(self) -> NDArray[np.float64]:
        """Lexicon weights, n items by groups."""
        found, hits = np.zeros((self.size, len(GROUPS))), self._view.hits
        if self.hit:
            opened = np.array([start for start, _ in self.items[1:]], np.int32)
            at = opened.searchsorted(hits.start[self.hits], side="right")
            first = np.concatenate(([0], (at[1:] > at[:-1]).nonzero()[0] + 1))
            found[at[first]] = np.add.reduceat(hits.weight[self.hits], first, dtype=np.float64)
        return np.minimum(found, 1.0)

    @once
    def chars(self) -> float:
        """Mean characters an item."""
        return sum(end - start for start, end in self.items) / self.size

    @once
    def length(self) -> float:
        """Mean characters an item; an item with blanks in it counts as several."""
        blanks = "".join(self.texts).count(" ") / len(self.texts)
        return self.chars / (1 + blanks)

    @property
    def keyword(self) -> float:
        """1 where items are as short as keywords, 0 where they are as long as clauses."""
        return min(1.0, max(0.0, (CLAUSE - self.length) / KEYWORD))

    @once
    def tagged(self) -> bool:
        """Whether it is a block of hashtags."""
        return self._view.text.count("#", self.start, self.end) >= TAGGED * self.size

    @once
    def named(self) -> float:
        """Share of items that name a city."""
        if "city" not in self.groups:
            return 0.0
        return float((self.weights[:, GROUPS.index("city")] > 0).mean())

    @property
    def local(self) -> bool:
        """Whether nearly every item names a city; such lists are weighed in ``geo.py`` alone."""
        return self.named >= LOCAL

    @once
    def hit(self) -> bool:
        """Whether the lexicon knows anything in it."""
        return bool(self.hits.start < self.hits.stop)

    @once
    def shares(self) -> dict[str, float]:
        """By name in ``SHARED``: the mean over items of the weight those lists find in an item."""
        if not self.hit:
            return dict.fromkeys(SHARED, 0.0)
        found = np.minimum(self.weights @ COLUMNS, 1.0).mean(axis=0)
        return dict(zip(SHARED, found.tolist(), strict=True))

    def item(self, i: int) -> str:
        """The text of one item."""
        start, end = self.items[i]
        return self._view.text[start:end]

    @once
    def texts(self) -> list[str]:
        """The items' texts without tag marks; of a long list an even sample of ``SAMPLE``."""
        step = max(1, self.size // SAMPLE)
        return [self._view.text[a:b].strip("#·> ") for a, b in self.items[::step]]

    @once
    def head(self) -> Head:
        """The n-gram most items share."""
        return shared_head(self.texts)


def blocks(view: Matched) -> list[ItemBlock]:
    """All lists of a page, in order, without overlap."""
    shape = _shapes(view.lines)
    if not (shape > 0).any():
        return []
    # Lines in order, blank ones left out: what follows each other here follows on the page.
    place = (shape != BLANK).cumsum()
    found = [*_rows(view, shape, place), *_runs(view, shape, place)]
    return sorted(found, key=lambda block: block.start)


TAIL, ROW, ITEM, PROSE, BLANK = 3, 2, 1, 0, -1
# Prose ends so; a title may end in ? or !
PROSE_END = np.zeros(chars.CODE_SPACE, np.bool_)
PROSE_END[list(map(ord, "。;…,"))] = True


def _shapes(lines: Lines) -> NDArray[np.int8]:
    """Per line: ROW, ITEM, BLANK, TAIL for prose that may end in a row, or PROSE."""
    count, length = lines.counts, lines.length
    terminal, comma = count[:, chars.TERMINAL], count[:, chars.COMMA]
    cuts = count[:, chars.SEPARATOR] + count[:, chars.SPACE] + comma
    open_ended = ~PROSE_END.take(lines.last)
    item = (length <= LINE_ITEM) & (terminal <= 2) & (comma <= 3) & open_ended
    shape: NDArray[np.int8] = item.astype(np.int8)
    for i in ((cuts >= ROW_SEPARATORS) & open_ended).nonzero()[0].tolist():
        shape[i] = _row_or_tail(count[i].tolist(), int(length[i]), int(shape[i]))
    shape[length == 0] = BLANK
    return shape


def _row_or_tail(count: Sequence[int], length: int, otherwise: int) -> int:
    """Shape of an open-ended line with separators, by its characters of each class."""
    terminal, marks = count[chars.TERMINAL], count[chars.SEPARATOR] + count[chars.SPACE]
    cuts = marks + count[chars.COMMA]
    word = count[chars.HAN] + count[chars.LATIN] + count[chars.DIGIT]
    short = length <= ROW_ITEM * (cuts + 1)
    if short and terminal <= cuts // 20 and count[chars.HAN] * 4 >= word:
        return ROW
    return TAIL if terminal and marks > TAILED and otherwise != ITEM else otherwise


def _rows(view: Matched, shape: NDArray[np.int8], place: Ints) -> Iterator[ItemBlock]:
    """Lines cut by separators; rows that follow each other are one list until a lead-in.

    What proves to be no row is put back into ``shape`` as an item line or as prose.
    """
    text = view.text
    row, last = _Run(), -1
    for i in (shape >= ROW).nonzero()[0].tolist():
        start, end = view.lines.bounds[i]
        if shape[i] == TAIL:
            start = 1 + max(text.rfind(mark, start, end) for mark in "。!?")
        name, start, found = _cut(text, start, end)
        if name or not found or place[i] != last + 1:
            yield from row.close(view)
            row = _Run(name, start)
        last = int(place[i])
        if not found:
            shape[i] = ITEM if end - start <= LINE_ITEM and shape[i] == ROW else PROSE
        row.items += found
    yield from row.close(view)


def _cut(text: str, start: int, end: int) -> tuple[str, int, list[tuple[int, int]]]:
    """Lead-in, start and items of a row; no items where it is none."""
    name, start, body = lead_in(text, start, end, WITHIN)
    if not name and end - start < ROW_LENGTH:
        return "", start, []
    found = split_row(text, body, end)
    if len(found) <= ROW_SEPARATORS and (name or text.count(",", body, end) >= COMMAS):
        found = [m.span() for m in LOOSE_ITEM.finditer(text, body, end)]
    least = 2 if name else ROW_SEPARATORS + 1
    return name, start, found if len(found) >= least else []


def _runs(view: Matched, shape: NDArray[np.int8], place: Ints) -> Iterator[ItemBlock]:
    """Runs of short lines; a lead-in line opens a new run, a blank line does not end one."""
    text, bounds = view.text, view.lines.bounds
    short = (shape == ITEM).nonzero()[0]
    if len(short) < 2:
        return
    run, last = _Run(), -1
    for i, at in zip(short.tolist(), place[short].tolist(), strict=True):
        start, end = bounds[i]
        name, _, body = lead_in(text, start, end) if text[start] in OPENERS else ("", start, start)
        if name or at != last + 1 or (end - start <= LABEL and text[end - 1] == ":"):
            yield from run.close(view)
            run = _Run(name, start)
        last = at
        if body > start:
            body = end - len(text[body:end].lstrip())
        if body < end:
            run.items.append((body, end))
    yield from run.close(view)


@dataclass(slots=True)
class _Run:
    lead: str = ""
    opened: int = 0
    items: list[tuple[int, int]] = field(default_factory=list)

    def close(self, view: Matched) -> Iterator[ItemBlock]:
        if len(self.items) >= RUN or (self.lead and len(self.items) >= 2):
            start = self.opened if self.lead else self.items[0][0]
            start -= view.text[start - 1 : start] == "#"  # the first tag's mark is part of the list
            yield ItemBlock(view, start, self.items[-1][1], self.lead, self.items)
