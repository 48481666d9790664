"""The character pass of the learned tagger: a foreign word inside a page's own sentence.

Each character is judged by the n-grams round it, by how they differ from what stands left, right
and everywhere else on the page, and by the lexicon; a two-state sequence pass finds the borders.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from detector.noise.features import BITS, Rows
from detector.noise.lexicon import GROUPS
from detector.noise.series import Floats, softmax
from detector.noise.view import View

TABLE_BITS: Final = 14  # rows of the character table
# Windows round a character, first and last offset: what it is part of, what stands by it.
NEAR, OWN, LEFT, RIGHT = (-1, 2), (-4, 5), (-14, -4), (5, 15)
WINDOWS: Final = (NEAR, OWN, LEFT, RIGHT)
PRODUCT: Final = 4.0
ECHO_SCALE: Final = 3.0
POSSIBLE: Final = 0.1  # characters below this are outside whatever their neighbours are
SHORTEST: Final = 2

Insertion = tuple[int, int, str, float]  # start, end, kind, score


@dataclass(frozen=True, slots=True, eq=False)
class Inline:
    """The arrays of the character network; ``switch`` is the log cost of entering and leaving."""

    ARRAYS: ClassVar[tuple[str, ...]] = ("table", "hidden", "hidden_bias", "answer", "answer_bias")

    kinds: tuple[str, ...]
    switch: tuple[float, float]
    table: Floats
    hidden: Floats
    hidden_bias: Floats
    answer: Floats
    answer_bias: Floats

    def scores(self, view: View, rows: Rows) -> Floats:
        """Probabilities for each character: own text first, then the kinds."""
        seen = inputs(self.table, small(rows), lexicon_at(view))
        hidden = np.maximum(seen @ self.hidden + self.hidden_bias, 0)
        return softmax(hidden @ self.answer + self.answer_bias)

    def insertions(self, view: View, rows: Rows) -> Iterator[Insertion]:
        """What was put into the text: start, end, kind, mean probability."""
        scores = self.scores(view, rows)
        foreign = 1 - scores[:, 0]
        for low, high in runs(foreign > POSSIBLE):
            for start, end in inside(foreign[low:high], self.switch):
                span = slice(low + start, low + end)
                if end - start >= SHORTEST and "\n" not in view.text[span]:
                    kind = self.kinds[int(scores[span, 1:].sum(axis=0).argmax())]
                    yield low + start, low + end, kind, float(foreign[span].mean())


def small(rows: Rows) -> Rows:
    """Rows of the character table from rows of the segment table."""
    return rows >> (BITS - TABLE_BITS)


def inputs(table: Floats, rows: Rows, lexicon: Floats) -> Floats:
    """What the network sees of each character (characters by inputs)."""
    own = table[rows[0]] + table[rows[1]] + table[rows[2]]
    views = windows(own, WINDOWS)
    echo = np.log(np.bincount(rows[1], minlength=1 << TABLE_BITS)[rows[1]])[:, None] / ECHO_SCALE
    foreign = views[1] * own.mean(axis=0) * PRODUCT
    return np.hstack((*views, foreign, *windows(echo, WINDOWS[1:]), lexicon))


def windows(values: NDArray[np.floating], bounds: Sequence[tuple[int, int]]) -> list[Floats]:
    """For each pair of bounds the mean of rows ``i + first`` up to ``i + last``, for each ``i``.

    Beyond the ends there is nothing: 0.
    """
    count = len(values)
    margin = max(map(abs, chain.from_iterable(bounds)))
    sums = np.zeros((count + 2 * margin + 1, values.shape[1]), np.float64)
    np.cumsum(values, axis=0, out=sums[margin + 1 : margin + 1 + count])
    sums[margin + 1 + count :] = sums[margin + count]
    found = []
    for first, last in bounds:
        low, high = margin + first, margin + last
        total = sums[high : high + count] - sums[low : low + count]
        found.append((total / (last - first)).astype(np.float32))
    return found


def lexicon_at(view: View) -> Floats:
    """Lexicon weights over each character (characters by lists)."""
    found = np.zeros((len(view.cps) + 1, len(GROUPS)), np.float32)
    hits = view.hits
    np.add.at(found, hits.start, hits.weight)
    np.add.at(found, hits.end, -hits.weight)
    return np.cumsum(found[:-1], axis=0)


def runs(mask: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Half-open ranges where a mask is true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False]))))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def inside(foreign: Floats, switch: tuple[float, float]) -> list[tuple[int, int]]:
    """Ranges the best two-state path spends inside; it begins and ends outside."""
    enter, leave = switch
    p = np.clip(foreign, 1e-4, 1 - 1e-4)
    gain = np.log(p / (1 - p)).tolist()
    out, within = 0.0, -enter
    came_in, came_out = [], []
    for step in gain:
        came_in.append(out - enter > within)
        within = max(within, out - enter) + step
        came_out.append(within - leave > out)
        out = max(out, within - leave)
    found, end, at = [], -1, len(gain) - 1
    while at >= 0:
        if end < 0 and came_out[at]:
            end = at + 1
        if end > 0 and came_in[at]:
            found.append((at, end))
            end = -1
        at -= 1
    return found[::-1]
