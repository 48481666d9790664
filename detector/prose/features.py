"""What the prose model sees of a text: its windows, hashed n-grams and habits of style.

Serving and training both read these functions. All offsets are into the plain text.
"""

from math import log, sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.prose.plain import PAUSE, STOP, Ints
from detector.read.chars import CodePoints

Floats = NDArray[np.float32]
Rows = NDArray[np.uint32]

SCHEMA: Final = 3  # raise when a feature changes its meaning: older models must then be refused
BITS: Final = 20  # hashed n-grams: a million rows, of which training fills less than half
SIZES: Final = 3  # 1- to 3-grams
WINDOW: Final = 300  # signs: shorter ones are less sure, longer ones hide what was put in
HEAPS: Final = 0.7  # a window's distinct signs grow with this power of its size: Heaps' law
LONGEST: Final = 120  # signs of a piece: a sentence that runs on must not make a window without end

STYLE: Final = (
    "length",
    "sentence_spread",
    "variety",
)

_TURN: Final = np.uint32(0x165667B1)
_MIX: Final = tuple(np.uint32(odd) for odd in (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F))
_FINAL: Final = (np.uint32(0x7FEB352D), np.uint32(0x846CA68B))


class Windows(NamedTuple):
    """Half-open ranges of the plain text, each from the start of a piece to the end of one."""

    start: Ints
    end: Ints


class Hashed(NamedTuple):
    """A plain text, rows of the n-grams that end at each sign, ends of its pieces, its windows."""

    cps: CodePoints
    rows: Rows
    ends: Ints
    windows: Windows

    def sentences(self) -> Windows:
        """Its pieces, as windows."""
        return Windows(self.ends - lengths(self.ends), self.ends)


def hashed(cps: CodePoints) -> Hashed:
    """What a model looks at."""
    ends = pieces(cps)
    return Hashed(cps, rows(cps), ends, windows(ends))


def rows(cps: CodePoints) -> Rows:
    """The row of the table for the n-gram that ends at each sign (``SIZES`` by signs).

    An n-gram that would begin before the text counts nothing there as a sign of its own. The last
    step of the mixing is Wellons' lowbias32.
    """
    before = np.zeros(len(cps) + SIZES, np.uint32)
    before[SIZES:] = cps
    mixed = np.empty((SIZES, len(cps)), np.uint32)
    mixed[0] = cps * _MIX[0]
    for size in range(1, SIZES):
        np.multiply(mixed[size - 1], _TURN, out=mixed[size])
        mixed[size] ^= before[SIZES - size : -size] * _MIX[size]
    mixed ^= mixed >> np.uint32(16)
    mixed *= _FINAL[0]
    mixed ^= mixed >> np.uint32(15)
    mixed *= _FINAL[1]
    return mixed >> np.uint32(32 - BITS)


def pieces(cps: CodePoints) -> Ints:
    """Where the sentences of a plain text end; none for no text.

    What runs on for more than ``LONGEST`` signs is cut at its pauses, and then every ``LONGEST``.
    """
    stops = cps == STOP
    ends = after(stops)
    for more in (PAUSE, None):
        gaps = lengths(ends)
        if gaps.max(initial=0) <= LONGEST:
            break
        cut = np.arange(1, len(cps) + 1) % LONGEST == 0 if more is None else cps == more
        stops = stops | (np.repeat(gaps > LONGEST, gaps) & cut)
        ends = after(stops)
    return ends


def after(marks: NDArray[np.bool_]) -> Ints:
    """The offset after each mark, and the end of the text."""
    ends = marks.nonzero()[0] + 1
    if len(marks) and not marks[-1]:
        ends = np.append(ends, len(marks))
    return ends


def lengths(ends: Ints) -> Ints:
    """How long each piece is."""
    found = ends.copy()
    found[1:] -= ends[:-1]
    return found


def windows(ends: Ints) -> Windows:
    """The text in parts of whole pieces, some ``WINDOW`` signs each; none of an empty text.

    ``ends`` are those of the pieces.
    """
    size = int(ends[-1]) if len(ends) else 0
    many = max(round(size / WINDOW), min(size, 1))
    # A piece is shorter than what lies between two of these: no two fall into the same.
    end = ends[ends.searchsorted(np.arange(1, many + 1) * size // max(many, 1))]
    return Windows(end - lengths(end), end)


def style(text: Hashed, distinct: Ints) -> Floats:
    """Habits of style (``STYLE``) of a text that is not empty.

    ``sentence_spread`` is the standard deviation of the lengths of its pieces over their mean;
    ``variety`` how many signs of a window are ``distinct``, over what its size lets expect.
    """
    size, many, length = len(text.cps), len(text.ends), lengths(text.ends)
    square = int(length @ length) / many - (size / many) ** 2
    start, end = text.windows
    variety = (distinct / (end - start) ** HEAPS).sum() / len(end)
    return np.array((log(size), sqrt(max(square, 0.0)) * many / size, variety), np.float32)
