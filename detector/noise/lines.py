"""The line table: where each line stands and how many characters of each class it holds."""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.read import chars
from detector.read.once import once

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines without white space at their ends: ``start``, ``end``, ``last`` code point (n each).

    ``counts`` holds the characters of each class (n by class).

    A line of white space alone has ``start == end`` and ``last == 0``.
    """

    start: Ints
    end: Ints
    last: Ints
    counts: Ints

    @once
    def length(self) -> Ints:
        """Characters of each line."""
        return self.end - self.start

    @once
    def bounds(self) -> list[tuple[int, int]]:
        """Start and end of each line as plain numbers, for loops over lines."""
        return list(zip(self.starts, self.end.tolist(), strict=True))

    @once
    def starts(self) -> list[int]:
        """``start`` as a list, which is searched ten times as fast for one number."""
        found: list[int] = self.start.tolist()
        return found

    def at(self, offset: int) -> int:
        """Index of the line that holds ``offset``."""
        return max(bisect_right(self.starts, offset) - 1, 0)


def line_table(cps: chars.CodePoints, cls: chars.Classes) -> Lines:
    """The lines of a text given as code points and their classes; at least one line."""
    is_break = cls == chars.NEWLINE
    breaks = is_break.nonzero()[0]
    begin = np.zeros(len(breaks) + 1, np.int64)
    begin[1:] = breaks + 1
    # Ink is what is neither white space nor a line end; one more, at 0, stands behind the last.
    ink = np.concatenate(((~is_break & (cls != chars.SPACE)).nonzero()[0], ORIGIN))
    first = ink[:-1].searchsorted(begin)
    after = np.empty_like(first)
    after[:-1], after[-1] = first[1:], len(ink) - 1
    filled = after > first
    last = ink[after - 1]
    start = np.where(filled, ink[first], begin)
    end = np.where(filled, last + 1, begin)
    code = np.where(filled, cps.take(last, mode="clip"), 0) if len(cps) else np.zeros_like(begin)
    return Lines(start, end, code, _class_counts(cls, begin))


ORIGIN = np.zeros(1, np.int64)


def _class_counts(cls: chars.Classes, begin: Ints) -> Ints:
    """How many characters of each class a line has, its line end among them (n by class)."""
    n, width = len(begin), chars.CLASS_COUNT
    size = np.empty_like(begin)
    size[:-1], size[-1] = begin[1:] - begin[:-1], len(cls) - begin[-1]
    number = np.arange(0, n * width, width).repeat(size)
    number += cls
    return np.bincount(number, minlength=n * width).reshape(n, width)
