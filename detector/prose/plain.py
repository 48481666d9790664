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
MARKS: Final = (STOP, PAUSE)
SPECIAL: Final = 0x80  # all of these are below it, and no character that is kept is
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
    """What each code point becomes; 0 for nothing, DOT where its neighbours decide."""
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
    origin = (signs != 0).nonzero()[0]
    signs = signs.take(origin)
    kept = np.ones(len(signs), np.bool_)
    kept[_superfluous(signs)] = False
    places = kept.nonzero()[0]
    if len(places) and signs[places[-1]] in MARKS:  # corpora cut the last mark off
        places = places[:-1]
    return Plain(signs.take(places), origin.take(places))


def _superfluous(signs: CodePoints) -> Ints:
    """Where a sign says nothing; dots become what they are, in place.

    A dot between two numbers or words belongs to them, any other ends a sentence.
    """
    special: Ints = (signs < SPECIAL).nonzero()[0]
    dots = special[signs.take(special) == DOT]
    if len(dots):
        before, behind = _before(signs, dots), signs.take(dots + 1, mode="clip")
        signs[dots] = np.where(_runs(before) & _runs(behind), before, STOP)
    pairs = np.minimum(_before(signs, special), SPECIAL) * SPECIAL + signs.take(special)
    return special[_nothing_new().take(pairs)]


def _before(signs: CodePoints, places: Ints) -> CodePoints:
    """The signs before some places, which are in order; 0 before the first sign."""
    found = signs.take(places - 1)
    if len(places) and not places[0]:
        found[0] = 0
    return found


def _runs(signs: CodePoints) -> NDArray[np.bool_]:
    """Which stand for runs; np.isin takes ten times as long."""
    found: NDArray[np.bool_] = (signs == NUMBER) | (signs == WORD)
    return found


@cache
def _nothing_new() -> NDArray[np.bool_]:
    """By the sign before (up to SPECIAL) and a special sign: whether the latter says nothing.

    That is the rest of a number or a Latin word, and a mark that follows nothing, another mark or
    a number: a list's number has any mark or none.
    """
    found = np.zeros((SPECIAL + 1, SPECIAL), np.bool_)
    found[RUNS, RUNS] = True
    found[np.ix_((0, NUMBER, *MARKS), MARKS)] = True
    return found.ravel()
