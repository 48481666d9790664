"""Characters by class: one byte per code point, so that a page is classified by one gather."""

from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.page import Language

CodePoints = NDArray[np.uint32]
Classes = NDArray[np.uint8]
Script = Literal["Hans", "Hant", "mixed", "none"]

TABLES: Final = Path(__file__).parent / "tables"
CODE_SPACE: Final = 0x110000

OTHER: Final = 0
NEWLINE: Final = 1
SPACE: Final = 2
HAN: Final = 3
LATIN: Final = 4  # ASCII and full-width letters
TONED: Final = 5  # Latin letters with a mark, pinyin tones among them
DIGIT: Final = 6
GREEK_CYRILLIC: Final = 7
KANA: Final = 8
HANGUL: Final = 9
TERMINAL: Final = 10  # ends a sentence
COMMA: Final = 11  # pauses inside a sentence
OPEN: Final = 12
CLOSE: Final = 13
SEPARATOR: Final = 14  # stands between the items of a list or the parts of an address
OTHER_PUNCT: Final = 15
CONTROL: Final = 16  # C0 and C1 but tab and line ends
ZERO_WIDTH: Final = 17  # takes no room of its own: joiners, bidi marks, variation selectors
PRIVATE_USE: Final = 18
EMOJI: Final = 19
FILLER: Final = 20  # geometric and mathematical signs that spammers put between characters
REPLACEMENT: Final = 21
COMBINING: Final = 22
CLASS_COUNT: Final = 23
HANS, HANT = 1, 2  # in the table of scripts

# Later rows win. Inclusive ranges of code points, by Unicode block where not said otherwise.
RANGES: Final[tuple[tuple[int, tuple[tuple[int, int], ...]], ...]] = (
    (HAN, ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))),
    (HAN, ((0x3005, 0x3007), (0x2E80, 0x2FDF))),  # 々 〆 〇 and the radicals
    (LATIN, ((0x41, 0x5A), (0x61, 0x7A), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))),
    (TONED, ((0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F), (0x250, 0x2AF), (0x1E00, 0x1EFF))),
    (DIGIT, ((0x30, 0x39), (0xFF10, 0xFF19), (0x2460, 0x249B), (0x24EA, 0x24FF), (0x2776, 0x2793))),
    (GREEK_CYRILLIC, ((0x370, 0x3FF), (0x400, 0x52F), (0x1F00, 0x1FFF))),
    (KANA, ((0x3041, 0x30FA), (0x30FC, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9D))),
    (HANGUL, ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7A3))),
    (OTHER_PUNCT, ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E), (0xA1, 0xBF))),
    (OTHER_PUNCT, ((0x2010, 0x205E), (0x3001, 0x3003), (0x3008, 0x3020), (0x3030, 0x303F))),
    (OTHER_PUNCT, ((0xFE10, 0xFE1F), (0xFE30, 0xFE6F), (0xFF01, 0xFF0F), (0xFF1A, 0xFF20))),
    (OTHER_PUNCT, ((0xFF3B, 0xFF40), (0xFF5B, 0xFF65), (0xFFE0, 0xFFEE), (0x20A0, 0x20CF))),
    (FILLER, ((0x2200, 0x23FF), (0x2500, 0x28FF), (0x2980, 0x2BFF), (0x2FF0, 0x2FFF))),
    (FILLER, ((0x3012, 0x3013),)),
    (SEPARATOR, ((0x2190, 0x21FF), (0x2794, 0x27BF), (0x2900, 0x297F))),  # arrows
    (DIGIT, ((0x2776, 0x2793),)),  # ❶…➓ lie inside the dingbats
    (EMOJI, ((0x1F000, 0x1F0FF), (0x1F18E, 0x1F2FF), (0x1F300, 0x1FAFF), (0x2600, 0x2604))),
    (EMOJI, ((0x260E, 0x2615), (0x2620, 0x263B), (0x2660, 0x2668), (0x267B, 0x26FF))),
    (EMOJI, ((0x2702, 0x2712), (0x2728, 0x2728), (0x274C, 0x2757), (0x2763, 0x2767))),
    (EMOJI, ((0x231A, 0x231B), (0x23E9, 0x23FA), (0x2B50, 0x2B50), (0x2B55, 0x2B55))),
    (CONTROL, ((0x00, 0x1F), (0x7F, 0x9F))),
    (ZERO_WIDTH, ((0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160))),
    (ZERO_WIDTH, ((0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E))),
    (ZERO_WIDTH, ((0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF))),
    (ZERO_WIDTH, ((0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF))),
    (COMBINING, ((0x300, 0x34E), (0x350, 0x36F), (0x483, 0x489), (0x1AB0, 0x1AFF))),
    (COMBINING, ((0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0x3099, 0x309A), (0xFE20, 0xFE2F))),
    (PRIVATE_USE, ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))),
    (NEWLINE, ((0x0A, 0x0A), (0x0D, 0x0D))),
    (
        SPACE,
        ((0x20, 0x20), (0x09, 0x09), (0x0B, 0x0C), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680)),
    ),
    (
        SPACE,
        ((0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000)),
    ),
    (REPLACEMENT, ((0xFFFD, 0xFFFD),)),
)
# Punctuation by its work, written as characters; wins over every range above.
MARKS: Final[tuple[tuple[int, str], ...]] = (
    (TERMINAL, "。！？!?…；;｡‼⁇⁈⁉"),
    (COMMA, "，,、､：:﹐﹑"),
    (OPEN, "(（[［【{｛〔〖〘「『｢《〈<＜﹙“‘"),
    (CLOSE, ")）]］】}｝〕〗〙」』｣》〉>＞﹚”’"),
    (FILLER, "§※¤±¬¦¶"),
    (SEPARATOR, "|｜│┃_＿/／\\＼#＃-－‐‑‒–−—―·•‧∙⋅・･~～^*＊+＋=＝"),
)
DELETED_CLASSES: Final = (CONTROL, ZERO_WIDTH, COMBINING)
PAGE_BREAKS: Final = "\x0b\x0c"  # white space by class, controls to whoever cleans a text
# Traditional forms that GB 2312 happens to hold as well; the rest follows from the character sets.
HANT_IN_GB2312: Final = "於後麽徵"


def codepoints(text: str) -> CodePoints:
    """Return the code points of a text, lone surrogates included, as a read-only array."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def to_text(cps: CodePoints) -> str:
    """Return the text that an array of code points spells."""
    return cps.tobytes().decode("utf-32-le", "surrogatepass")


def classes(cps: CodePoints) -> Classes:
    """Return the class of each code point."""
    return class_table().take(cps)


@cache
def class_table() -> Classes:
    """Return the class of every code point there is."""
    table = np.zeros(CODE_SPACE, dtype=np.uint8)
    for name, ranges in RANGES:
        for first, last in ranges:
            table[first : last + 1] = name
    for name, marks in MARKS:
        table[codepoints(marks)] = name
    return table


def read_table(name: str) -> list[tuple[str, str]]:
    """Return the (key, value) rows of a data file in ``tables/``."""
    lines = (TABLES / name).read_text(encoding="utf-8").split("\n")
    return [(key, value) for key, _, value in (line.partition("\t") for line in lines if line)]


@cache
def simplified_forms() -> tuple[CodePoints, CodePoints]:
    """Return traditional and variant characters, and the simplified form of each."""
    rows = read_table("simplify.tsv")
    sources = codepoints("".join(variants for _, variants in rows))
    counts = [len(variants) for _, variants in rows]
    return sources, np.repeat(codepoints("".join(target for target, _ in rows)), counts)


@cache
def script_table() -> Classes:
    """Return HANS for characters only simplified text has, HANT for only traditional, else 0.

    A changed character that GB 2312 lacks is traditional; a simplified form that Big5 lacks is
    simplified. Forms in both sets (后 台 里 乾) tell nothing.
    """
    sources, targets = simplified_forms()
    traditional, simplified = to_text(sources), to_text(targets)
    table = np.zeros(CODE_SPACE, dtype=np.uint8)
    table[codepoints(_outside(simplified, "big5"))] = HANS
    table[codepoints(_outside(traditional, "gb2312") + HANT_IN_GB2312)] = HANT
    return table


def _outside(text: str, charset: str) -> str:
    inside = set(text.encode(charset, "ignore").decode(charset))
    return "".join(char for char in text if char not in inside)


class Census(NamedTuple):
    """How many characters a text has of each class, and of each Chinese script alone.

    ``unseen`` counts the controls (but for tab and line ends) and what takes no room.
    """

    classes: list[int]
    hans: int
    hant: int
    unseen: int


@cache
def trait_table() -> Classes:
    """Return the class of every code point, or one of three more for what is counted apart."""
    table = class_table().copy()
    table[script_table() == HANS] = CLASS_COUNT
    table[script_table() == HANT] = CLASS_COUNT + 1
    table[codepoints(PAGE_BREAKS)] = CLASS_COUNT + 2
    return table


def census(cps: CodePoints) -> Census:
    """Count the characters of a text, all in one gather."""
    traits = np.bincount(trait_table().take(cps), minlength=CLASS_COUNT + 3).tolist()
    *counts, hans, hant, breaks = traits
    counts[HAN] += hans + hant
    counts[SPACE] += breaks
    return Census(counts, hans, hant, breaks + counts[CONTROL] + counts[ZERO_WIDTH])


def script(found: Census) -> Script:
    """Name the script of a text; "mixed" where the rarer form is a tenth of what tells.

    A tenth: names and quotations put a few per cent of the other script into honest pages.
    """
    tell = found.hans + found.hant
    if not tell:
        return "none"
    if 10 * min(found.hans, found.hant) >= tell:
        return "mixed"
    return "Hans" if found.hans > found.hant else "Hant"


def language(found: Census) -> Language:
    """Name the language of a text by its characters: zh, ja, ko, en (any Latin text) or und.

    Chinese is the text where Han characters are a tenth of the letters: a manual full of code
    passes, an English page that quotes a name does not. Japanese shows kana, a twentieth of its
    Han and more.
    """
    count = found.classes
    han, kana, hangul = count[HAN], count[KANA], count[HANGUL]
    latin = count[LATIN] + count[TONED]
    letters = han + kana + hangul + latin + count[GREEK_CYRILLIC]
    if hangul > max(han, letters // 10):
        code = "ko"
    elif kana > max(han // 20, letters // 50):
        code = "ja"
    elif han and 10 * han >= letters:
        code = "zh"
    else:
        code = "en" if 2 * latin > letters else "und"
    return Language(code, script(found), code == "zh")
