"""Text without its format.

White space, line breaks, quotes, brackets, bullets and dashes are dropped, every run of digits and
every Latin word is one sign, and of the marks only pauses and sentence ends stay. Human and machine
texts of public corpora differ in all of these by how they were collected, not by how they are
written: on most sets the share of spaces alone tells them apart. The fold before this has already
made width, case and traditional characters alike.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.read import chars
from detector.read.chars import CODE_SPACE, CodePoints

Ints = NDArray[np.int64]

STOP: Final = 0x2E  # a sentence ends
PAUSE: Final = 0x2C
NUMBER: Final = 0x30  # a run of digits
WORD: Final = 0x61  # a run of Latin letters: which word it is says what the text is about
RUNS: Final = (NUMBER, WORD)
DROPPED: Final = 0
DOT: Final = 1  # ends a sentence unless it stands in a number or a name
KEPT: Final = (chars.HAN, chars.KANA, chars.HANGUL)
SIGNS: Final = {
    chars.DIGIT: NUMBER,
    chars.LATIN: WORD,
    chars.TONED: WORD,
    chars.GREEK_CYRILLIC: WORD,
    chars.TERMINAL: STOP,
    chars.COMMA: PAUSE,
}
PAUSES: Final = ";；"  # they end sentences for the noise room


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """What is left of a text: ``cps`` (n), and where each sign stood in the folded text."""

    cps: CodePoints
    origin: Ints

    def __len__(self) -> int:
        """How many signs."""
        return len(self.cps)


@cache
def table() -> CodePoints:
    """What each code point becomes; DROPPED for nothing, DOT where its neighbours decide."""
    classes = chars.class_table()
    found = np.zeros(CODE_SPACE, np.uint32)
    kept = np.isin(classes, KEPT)
    found[kept] = np.flatnonzero(kept)
    for name, sign in SIGNS.items():
        found[classes == name] = sign
    found[chars.codepoints(PAUSES)] = PAUSE
    found[[ord("."), ord("．")]] = DOT
    return found


def plain(folded: CodePoints) -> Plain:
    r"""The text without its format.

    >>> from detector.read.chars import codepoints, to_text
    >>> to_text(plain(codepoints('“在2026年，\n他 说：AI来了!”')).cps)
    '在0年,他说,a来了'
    """
    signs = table().take(folded)
    origin = signs.nonzero()[0]
    signs = _ended(signs.take(origin))
    kept = _kept(signs).nonzero()[0]
    return Plain(signs.take(kept), origin.take(kept))


def _ended(signs: CodePoints) -> CodePoints:
    """A dot ends a sentence, except between numbers and Latin words, whose run it joins."""
    dots = (signs == DOT).nonzero()[0]
    if len(dots):
        padded = np.concatenate(([0], signs, [0])).astype(np.uint32)
        before, behind = padded[dots], padded[dots + 2]
        inside = np.isin(before, RUNS) & np.isin(behind, RUNS)
        signs[dots] = np.where(inside, before, STOP)
    return signs


def _kept(signs: CodePoints) -> NDArray[np.bool_]:
    """Every sign but the rest of a number or a word, and marks that are out of place.

    A mark follows a sign other than a mark or a number: a list's number has any mark or none. The
    last mark of the text is left out too: corpora cut it off.
    """
    mark = (signs == STOP) | (signs == PAUSE)
    number = signs == NUMBER
    kept: NDArray[np.bool_] = ~mark
    kept[1:] |= ~(mark | number)[:-1]
    kept[1:] &= ~((number | (signs == WORD))[1:] & (signs[1:] == signs[:-1]))
    last = kept.nonzero()[0][-1:]
    kept[last] = ~mark[last]
    return kept
