"""The line table: where each line stands and how many characters of each class it holds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.read import chars

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines without white space at their ends: ``start``, ``end``, ``last`` code point (n each).

    ``counts`` holds the characters of each class (n by class).

    A line of white space alone has ``start == end`` and ``last == 0``.
    """

    start: Ints
    end: Ints
    last: Ints
    counts: Ints

    def at(self, offset: int) -> int:
        """Index of the line that holds ``offset``."""
        return max(int(np.searchsorted(self.start, offset, side="right")) - 1, 0)


def line_table(cps: chars.CodePoints, cls: chars.Classes) -> Lines:
    """The lines of a text given as code points and their classes; at least one line."""
    is_break = cls == chars.NEWLINE
    number = np.cumsum(is_break)
    n, width = int(is_break.sum()) + 1, chars.CLASS_COUNT
    counts = np.bincount(number * width + cls, minlength=n * width).reshape(n, width)
    ink = np.flatnonzero(~is_break & (cls != chars.SPACE))
    edges = np.searchsorted(number[ink], np.arange(n + 1), side="left")
    first, after = edges[:-1], edges[1:]
    filled = after > first
    padded = np.append(ink, 0)
    begin = np.concatenate(([0], np.flatnonzero(is_break) + 1))
    start = np.where(filled, padded[first], begin)
    end = np.where(filled, padded[after - 1] + 1, begin)
    last = np.where(filled, np.append(cps, 0)[np.maximum(end - 1, 0)], 0)
    return Lines(start, end, last.astype(np.int64), counts)
