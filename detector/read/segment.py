"""Cutting text: sentences, the items of a list, and words.

Words are those of jieba's dictionary without its guessing model (HMM off). rjieba 0.2.2 is the
engine: equal token for token and 26 times as fast; jieba 0.42.1 itself serves user dictionaries.
Both are imported on first use only, for rjieba takes 0.3 s and most pages need no words.
"""

import logging
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from typing import Any, Final, NamedTuple

from detector.page import Segment
from detector.read.chars import (
    CLOSE,
    NEWLINE,
    SPACE,
    TERMINAL,
    classes,
    codepoints,
)

Range = tuple[int, int]

HAN_DOT: Final = re.compile(r"[.．](?<=[\u3400-\u9fff].)(?![0-9A-Za-z.．])")

# ---- sentences ---------------------------------------------------------------------------------

# Over the string of character classes: anything up to terminal marks and the brackets closed after
# them, or up to the end of the line.
_STOP: Final = bytes([TERMINAL])
SENTENCE: Final = re.compile(
    b"[^" + bytes([SPACE, NEWLINE]) + b"]"
    b"[^" + _STOP + bytes([NEWLINE]) + b"]*[" + _STOP + bytes([CLOSE]) + b"]*"
)


def sentences(text: str) -> list[Range]:
    """Return the half-open range of each sentence; lines end sentences too.

    A full stop ``.`` ends one only directly after a Chinese character.

    >>> [text[a:b] for text in ["你好！（真的。）再见"] for a, b in sentences(text)]
    ['你好！', '（真的。）', '再见']
    """
    shape = ended(text, classes(codepoints(text)).tobytes())
    return [trimmed(shape, *found.span()) for found in SENTENCE.finditer(shape)]


def ended(text: str, shape: bytes) -> bytes:
    """Mark the dots that end a sentence as terminal."""
    if "." not in text:
        return shape
    marks = bytearray(shape)
    for dot in HAN_DOT.finditer(text):
        marks[dot.start()] = TERMINAL
    return bytes(marks)


def trimmed(shape: bytes, start: int, end: int) -> Range:
    """Leave out white space at the end of a range."""
    while end > start and shape[end - 1] in (SPACE, NEWLINE):
        end -= 1
    return start, end


# ---- lists -------------------------------------------------------------------------------------


class Separator(NamedTuple):
    """What may stand between items, and when a row cut by it is a list."""

    marks: str
    least: int  # items
    longest: float  # mean item, in characters


# A row is tried tier by tier; within a tier the separator with the most items wins. A comma or a
# blank must show shorter and more items than a mark that prose does not use. The bounds: prose
# clauses average 8 to 14 characters between commas, keywords and menu entries 2 to 8.
TIERS: Final = (
    (
        Separator("|｜│┃￨", 3, 40),
        Separator("#＃", 2, 24),
        Separator("\t", 3, 40),
        Separator("_＿", 3, 24),
        Separator("、", 4, 10),
        Separator("·•・‧", 3, 16),
    ),
    (
        Separator("-－–—", 3, 24),
        Separator("/／", 3, 16),
        Separator(">＞»›", 3, 16),
        Separator(",，;；", 5, 7),
    ),
    (Separator(" \u00a0\u3000", 4, 20),),
    (Separator("\n", 3, 40),),
)
MARKS: Final = frozenset(mark for tier in TIERS for separator in tier for mark in separator.marks)
PROSE_MARKS: Final = "。！？…!?"
PROSE_MARK: Final = re.compile(f"[{PROSE_MARKS}]")
INK: Final = re.compile(r"\w")
COLON: Final = re.compile("[:：]")
# Words at the start of a row that name the list: 标签:, 热门关键词：
LEAD_IN: Final = re.compile(r"[^:：\n]{1,12}[:：]\s*")


def items(text: str, start: int = 0, end: int | None = None) -> list[Range]:
    """Return the item ranges of ``text[start:end]`` where it is a list, else an empty list.

    A row is a list where one separator cuts it into enough short items (``TIERS``) and sentence
    ends are rarer than one in four items. Lines always cut, a mark between two digits never does.
    A lead-in (标签:) is left out where it holds the only colon.

    >>> row = "标签: 网站优化 | 关键词 | 排名"
    >>> [row[a:b] for a, b in items(row)]
    ['网站优化', '关键词', '排名']
    """
    end = len(text) if end is None else end
    lead = LEAD_IN.match(text, start, end)
    if lead and not COLON.search(text, lead.end(), end):
        start = lead.end()
    row = text[start:end]
    least = 4 * sum(map(row.count, PROSE_MARKS)) + 1
    lines = row.count("\n")
    size = sum(map(len, row.split()))
    found = MARKS.intersection(row)
    for tier in TIERS:
        best: list[Range] = []
        for separator in tier:
            cuts = sum(map(row.count, found.intersection(separator.marks))) + lines
            # So many cuts can at best give items this long: most prose is told by that.
            mean = (size - cuts) / (cuts + 1)
            if cuts + 1 >= max(separator.least, least) and mean <= separator.longest:
                cut = pieces(text, (start, end), separator)
                if len(cut) >= least and len(cut) > len(best):
                    best = cut
        if best:
            return best
    return []


def pieces(text: str, row: Range, separator: Separator) -> list[Range]:
    """Return what a separator cuts a row into, or nothing where that is no list."""
    cut = [
        piece.span()
        for piece in between(separator).finditer(text, *row)
        if text[piece.start()].isalnum() or INK.search(piece[0])
    ]
    size = sum(high - low for low, high in cut)
    return cut if len(cut) >= separator.least and size <= separator.longest * len(cut) else []


@cache
def between(separator: Separator) -> re.Pattern[str]:
    """Return the pattern of what stands between marks, white space at its ends left out.

    Between two digits a mark belongs to a date or number; a line feed always cuts.
    """
    marks = re.escape(separator.marks) + r"\r"
    piece = rf"[^{marks}\n]+"
    return re.compile(rf"(?=\S){piece}(?:(?<=[0-9])[{marks}](?=[0-9]){piece})*(?<=\S)")


def segments(text: str) -> tuple[Segment, ...]:
    """Return every item, sentence or plain line of a text, in order, line by line.

    A line without any sentence end that is no list is one segment of kind ``line``.
    """
    return tuple(segment for line in LINE.finditer(text) for segment in line_segments(text, line))


LINE: Final = re.compile(r"[^\n]+")


def line_segments(text: str, line: re.Match[str]) -> Iterator[Segment]:
    """Cut one line into its items, or into its sentences."""
    start, end = line.span()
    found = items(text, start, end)
    if found:
        yield from (Segment(low, high, "item") for low, high in found)
        return
    ranges = sentences(line[0])
    whole = len(ranges) == 1 and not PROSE_MARK.search(line[0])
    for low, high in ranges:
        yield Segment(start + low, start + high, "line" if whole else "sentence")


# ---- words -------------------------------------------------------------------------------------

SURROGATE: Final = re.compile("[\ud800-\udfff]")
STAND_IN: Final = "\ufffd"  # like a surrogate, a word of its own


def words(text: str) -> list[str]:
    """Return the words of a text, white space and marks included; joined they are the text.

    >>> words("我们在北京工作")
    ['我们', '在', '北京', '工作']
    """
    return whole_words(engine(), text)


def whole_words(cut: Callable[[str], list[str]], text: str) -> list[str]:
    """Cut a text that may hold lone surrogates, which rjieba cannot encode."""
    plain, found = SURROGATE.subn(STAND_IN, text)
    if not found:
        return cut(text)
    tokens, at = [], 0
    for token in cut(plain):
        tokens.append(text[at : at + len(token)])
        at += len(token)
    return tokens


@cache
def engine() -> Callable[[str], list[str]]:
    """Load rjieba; its dictionary comes with the import and cannot be pickled."""
    import rjieba  # noqa: PLC0415 - 0.3 s, see above

    return lambda text: rjieba.cut(text, hmm=False)


class Segmenter:
    """Words by jieba's dictionary and words of one's own.

    A user word is ``word`` or ``(word, frequency)``; without a frequency it gets one that keeps it
    whole. The dictionary (1 s, 150 MB) is built at the first cut, in memory, and never pickled.
    """

    def __init__(self, user_words: Iterable[str | tuple[str, int]] = ()) -> None:
        self.user_words = tuple(user_words)

    def words(self, text: str) -> list[str]:
        """Return the words of a text; joined they are the text."""
        return list(self.tokenizer.cut(text, HMM=False))

    def __getstate__(self) -> dict[str, Any]:
        return {"user_words": self.user_words}

    @cached_property
    def tokenizer(self) -> Any:  # noqa: ANN401 - jieba has no types
        """Build jieba's tokenizer without its cache file in the shared temporary folder."""
        tokenizer = quiet_jieba().Tokenizer()
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
        for word in self.user_words:
            tokenizer.add_word(*((word,) if isinstance(word, str) else word))
        return tokenizer


def quiet_jieba() -> Any:  # noqa: ANN401 - jieba has no types
    """Import jieba 0.42.1 without its warnings (invalid escapes) and its log lines."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba  # noqa: PLC0415 - only for user dictionaries
    jieba.setLogLevel(logging.ERROR)
    return jieba
