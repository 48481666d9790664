"""The body of a page: what the noise room left, and whether its prose can be judged at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.prose.features import after
from detector.prose.plain import PAUSE, STOP, Ints, Plain, plain
from detector.read import chars
from detector.read.chars import CodePoints
from detector.read.fold import Folded

# Plain signs. Of texts that short one in a hundred humans can only be spared by missing most AI
# texts: see the recall by length in the card.
SHORTEST: Final = 90
# Chinese characters among letters; a text with less is about another language, or is code.
CHINESE: Final = 0.5
JAPANESE: Final = 0.08  # kana among letters
SYMBOLS: Final = 0.06  # braces, slashes, signs of equality among all that is not Chinese
RUNNING: Final = 250  # plain signs between two ends of sentences: prose has 20 to 60
QUOTED: Final = 0.6  # of the text between quotation marks
# Particles of today's and of classical Chinese. In modern prose one character in ten is of the
# first, in classical prose one in a hundred.
MODERN: Final = "的了是在我你他她们这那个不就都和也很说吗吧呢么"
CLASSICAL: Final = "之乎者也矣焉哉兮曰吾汝尔乃遂盖耳夫皆"
PLAIN_SHARE: Final = 0.025  # of modern particles, below which a text may be classical or verse
VERSE: Final = 0.7  # clauses of one length among all, where that length is 4, 5 or 7
METRES: Final = (4, 5, 7)
QUOTES: Final = ("“「『", "”」』")
CODE: Final = "{}[]()<>=;/\\_$#&|+*\"'`~^%@"


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """The folded text that was left, where it stood there, and the same without its format."""

    cps: CodePoints
    origin: Ints
    plain: Plain


def body(folded: Folded, cuts: Iterable[tuple[int, int]]) -> Body:
    """What is left of a page without the stretches ``cuts`` of its original text."""
    ranges = [*cuts]
    if not ranges:
        return Body(folded.cps, np.arange(len(folded.cps)), plain(folded.cps))
    change = np.zeros(len(folded.cps) + 1, np.int64)
    edges = np.searchsorted(folded.origin, np.array(ranges))
    np.add.at(change, edges[:, 0], 1)
    np.add.at(change, edges[:, 1], -1)
    origin = np.flatnonzero(np.cumsum(change[:-1]) == 0)
    cps = folded.cps[origin]
    return Body(cps, origin, plain(cps))


def abstention(found: Body) -> str | None:
    """Why the body cannot be judged; None where it can.

    ``not_zh``, ``code``, ``too_short``, ``list_like``, ``classical`` or ``quotation``.
    """
    classes = np.bincount(chars.classes(found.cps), minlength=chars.CLASS_COUNT)
    letters = int(classes[[chars.HAN, chars.LATIN, chars.KANA, chars.HANGUL]].sum())
    han = int(classes[chars.HAN])
    if letters and (han < CHINESE * letters or classes[chars.KANA] > JAPANESE * letters):
        symbols = int(np.isin(found.cps, chars.codepoints(CODE)).sum())
        return "code" if symbols > SYMBOLS * (len(found.cps) - han) else "not_zh"
    signs = found.plain.cps
    if len(signs) < SHORTEST:
        return "too_short" if letters or not len(found.cps) else "not_zh"
    if len(signs) > RUNNING * len(after(signs == STOP)):
        return "list_like"
    if _classical(signs):
        return "classical"
    return "quotation" if _quoted(found.cps) > QUOTED * len(found.cps) else None


@cache
def _particles() -> NDArray[np.int8]:
    """1 for a modern particle, 2 for a classical one."""
    table = np.zeros(0x10000, np.int8)
    table[chars.codepoints(CLASSICAL)] = 2
    table[chars.codepoints(MODERN)] = 1
    return table


def _classical(signs: CodePoints) -> bool:
    found = np.bincount(_particles().take(signs, mode="clip"), minlength=3)
    modern, classical = int(found[1]), int(found[2])
    if modern >= PLAIN_SHARE * len(signs):
        return False
    length = np.diff(after((signs == STOP) | (signs == PAUSE)), prepend=0) - 1
    metre = max(int((length == size).sum()) for size in METRES)
    return classical > max(modern, PLAIN_SHARE * len(signs)) or metre > VERSE * len(length)


def _quoted(cps: CodePoints) -> int:
    """How many characters stand between quotation marks."""
    opened, closed = (np.isin(cps, chars.codepoints(marks)) for marks in QUOTES)
    if not opened.any():
        straight = np.flatnonzero(cps == ord('"'))
        return int((straight[1::2] - straight[: len(straight) // 2 * 2 : 2]).sum())
    depth = np.cumsum(opened.astype(np.int8) - closed.astype(np.int8))
    return int((depth > 0).sum())
