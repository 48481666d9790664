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
    origin = signs.nonzero()[0]
    signs = signs.take(origin)
    kept = np.ones(len(signs), np.bool_)
    kept[_superfluous(signs)] = False
    places = kept.nonzero()[0]
    if len(places) and signs[places[-1]] in MARKS:
        places = places[:-1]
    return Plain(signs.take(places), origin.take(places))


def _superfluous(signs: CodePoints) -> Ints:
    """Where a sign says nothing; dots become what they are, in place.

    That is the rest of a number or a Latin word, which a dot inside it belongs to, and a mark that
    follows nothing, another mark or a number: a list's number has any mark or none. (The last mark
    of the text goes too: corpora cut it off.)
    """
    padded = np.zeros(len(signs) + 2, np.uint32)
    padded[1:-1] = signs
    special = ((signs < SPECIAL).nonzero()[0] + 1).astype(np.int64)
    dots = special[padded[special] == DOT]
    before, behind = padded[dots - 1], padded[dots + 1]
    padded[dots] = np.where(_in(before, RUNS) & _in(behind, RUNS), before, STOP)
    signs[:] = padded[1:-1]
    own, before = padded[special], padded[special - 1]
    again = (own == before) & _in(own, RUNS)
    loose = _in(own, MARKS) & ((before == 0) | (before == NUMBER) | _in(before, MARKS))
    found: Ints = special[again | loose] - 1
    return found


def _in(signs: CodePoints, pair: tuple[int, int]) -> NDArray[np.bool_]:
    """Which are one of two signs; np.isin takes ten times as long."""
    found: NDArray[np.bool_] = (signs == pair[0]) | (signs == pair[1])
    return found
