"""The body of a page: what the noise room left, and whether its prose can be judged at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from detector.prose.features import Windows, after
from detector.prose.plain import PAUSE, STOP, Ints, Plain, plain
from detector.read import chars
from detector.read.chars import Classes, CodePoints
from detector.read.fold import Folded

# Plain signs. Of texts that short one in a hundred humans can only be spared by missing most AI
# texts: see the recall by length in the card.
SHORTEST: Final = 90
# Chinese characters among letters; a text with less is about another language, or is code.
CHINESE: Final = 0.5
JAPANESE: Final = 0.08  # kana among letters
SYMBOLS: Final = 0.06  # braces, slashes, signs of equality among all that is not Chinese
RUNNING: Final = 250  # plain signs between two ends of sentences: prose has 20 to 60
QUOTED: Final = (0.6, 0.97)  # of the text between quotation marks; all of it is its own text
# Particles of today's and of classical Chinese. In modern prose one character in ten is of the
# first, in classical prose one in a hundred.
MODERN: Final = "的了是这那们个么着把被给很就你他她吗吧呢"
CLASSICAL: Final = "之乎者也矣焉哉兮曰吾汝尔乃遂盖耳夫皆"
PLAIN_SHARE: Final = 0.025  # of modern particles, below which a text may be classical or verse
ENOUGH: Final = 400  # plain signs that tell classical Chinese
VERSE: Final = 0.7  # clauses of one length among all, where that length is 4, 5 or 7
METRES: Final = (4, 5, 7)
STRAIGHT: Final = ord('"')
CORNERS: Final = ord("「") >> 2  # 「 」 『 』 are neighbours
CODE: Final = "{}[]()<>=;/\\_$#&|+*\"'`~^%@"


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """The folded text that was left, with its classes, and the same without its format.

    ``origin`` says where each character stood in the folded text; None where nothing was cut.
    """

    cps: CodePoints
    cls: Classes
    plain: Plain
    origin: Ints | None = None

    def edges(self, found: Windows) -> tuple[Ints, Ints]:
        """Where the first and the last character of stretches stood in the folded text.

        A mark that ends the last sentence belongs to it, though its sign may be left out.
        """
        first, last = self.plain.origin[found.start], self.plain.origin[found.end - 1]
        behind = np.minimum(last + 1, len(self.cls) - 1)
        last = np.where(self.cls[behind] == chars.TERMINAL, behind, last)
        return (first, last) if self.origin is None else (self.origin[first], self.origin[last])


def body(folded: Folded, cuts: Sequence[tuple[int, int]]) -> Body:
    """What is left of a page without the stretches ``cuts`` of its original text."""
    if not cuts:
        return Body(folded.cps, folded.cls, plain(folded.cps))
    change = np.zeros(len(folded.cps) + 1, np.int64)
    edges = np.searchsorted(folded.origin, np.array(cuts))
    np.add.at(change, edges[:, 0], 1)
    np.add.at(change, edges[:, 1], -1)
    origin = np.flatnonzero(np.cumsum(change[:-1]) == 0)
    cps = folded.cps[origin]
    return Body(cps, folded.cls[origin], plain(cps), origin)


def abstention(found: Body) -> str | None:
    """Why the body cannot be judged; None where it can.

    ``not_zh``, ``code``, ``too_short``, ``list_like``, ``classical`` or ``quotation``.
    """
    classes = np.bincount(found.cls, minlength=chars.CLASS_COUNT).tolist()
    han, kana = classes[chars.HAN], classes[chars.KANA]
    letters = han + kana + classes[chars.LATIN] + classes[chars.HANGUL]
    if letters and (han < CHINESE * letters or kana > JAPANESE * letters):
        symbols = int(np.isin(found.cps, chars.codepoints(CODE)).sum())
        return "code" if symbols > SYMBOLS * (len(found.cps) - han) else "not_zh"
    signs = found.plain.cps
    if len(signs) < SHORTEST:
        return "too_short" if letters or not len(found.cps) else "not_zh"
    if len(signs) > RUNNING * (np.count_nonzero(signs == STOP) + 1):
        return "list_like"
    if _classical(signs[:ENOUGH]):
        return "classical"
    if not classes[chars.OPEN] and not classes[chars.OTHER_PUNCT]:  # a straight mark is the latter
        return None
    low, high = QUOTED
    return "quotation" if low < _quoted(found.cps) / len(found.cps) < high else None


@cache
def _particles() -> Classes:
    """1 for a modern particle, 2 for a classical one."""
    table = np.zeros(chars.CODE_SPACE, np.uint8)
    table[chars.codepoints(CLASSICAL)] = 2
    table[chars.codepoints(MODERN)] = 1
    return table


def _classical(signs: CodePoints) -> bool:
    found = np.bincount(_particles().take(signs), minlength=3)
    modern, classical = int(found[1]), int(found[2])
    if modern >= PLAIN_SHARE * len(signs):
        return False
    length = np.diff(after((signs == STOP) | (signs == PAUSE)), prepend=0) - 1
    metre = max(int((length == size).sum()) for size in METRES)
    return classical > max(modern, PLAIN_SHARE * len(signs)) or metre > VERSE * len(length)


def _quoted(cps: CodePoints) -> int:
    """How many characters stand between quotation marks; the fold has made curly ones straight."""
    marks = ((cps == STRAIGHT) | (cps >> 2 == CORNERS)).nonzero()[0]
    return int((marks[1::2] - marks[: len(marks) // 2 * 2 : 2]).sum())
