"""Disguises that only their neighbours give away. Each finder returns edits of table-folded text.

A finder runs only where the string of character classes (``shape``, one byte a character) matches
its gate, so that clean text pays for a few searches of fixed bytes and nothing else. Patterns
begin with the rarest character they need and look behind it for the rest: the engine then skips
from one such character to the next instead of trying every place.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final, Literal, NamedTuple

from detector.read.chars import (
    CLOSE,
    COMBINING,
    DIGIT,
    EMOJI,
    FILLER,
    GREEK_CYRILLIC,
    HAN,
    LATIN,
    OPEN,
    OTHER_PUNCT,
    SEPARATOR,
    SPACE,
    TERMINAL,
    TONED,
    classes,
    codepoints,
    read_table,
)


class Edit(NamedTuple):
    """Replace ``text[start:end]`` by ``put``."""

    start: int
    end: int
    put: str = ""


class Draft(NamedTuple):
    """Table-folded text, its classes as bytes, and the way to the original characters."""

    text: str
    shape: bytes
    original: Callable[[int, int], str]


Kind = Literal[
    "pinyin", "lookalike", "dot", "entity", "split", "spaced", "filler", "boxed", "address"
]
Finder = Callable[[Draft], Iterator[Edit]]

# ---- pinyin notes: 当(dāng)前, 烟(yan)台 ---------------------------------------------------------

NOTE: Final = re.compile(r"\( {0,2}([a-z]{1,6}) {0,2}\)")
NOTE_HEAD: Final = re.compile(
    bytes([OPEN]) + b"(?<=" + bytes([HAN, OPEN]) + b")[" + bytes([LATIN, SPACE]) + b"]"
)


@cache
def readings() -> dict[str, str]:
    """Return syllable → the folded characters read so, tones left out (绿 under lv and lu)."""
    return dict(read_table("readings.tsv"))


def pinyin_notes(draft: Draft) -> Iterator[Edit]:
    """Find a reading in brackets after its character; with a tone mark any syllable will do."""
    table = readings()
    for head in NOTE_HEAD.finditer(draft.shape):
        start = head.start()
        note = NOTE.match(draft.text, start)
        if note is None or (known := table.get(note[1])) is None:
            continue
        if draft.text[start - 1] in known or has_tone(draft.original(note.start(1), note.end(1))):
            yield Edit(start, note.end())


def has_tone(letters: str) -> bool:
    """Tell whether Latin letters carry a mark, as one character or as a combining one."""
    shape = classes(codepoints(letters)).tobytes()
    return not letters.isascii() and (TONED in shape or COMBINING in shape)


# ---- look-alike letters: wωw.999wχ.cοm ---------------------------------------------------------

LOOKALIKE: Final = dict(
    zip(
        "αβγεηικνορτυχωϲϳΑΒΕΖΗΙΚΜΝΟΡΤΥΧавекмнорстухѕіјһԁԛԝгпшьАВЕКМНОРСТУХЅІЈ",
        "abyenikvoptuxwcjabezhikmnoptyxabekmhopctyxsijhdqwrnwbabekmhopctyxsij",
        strict=True,
    )
)
# A word that holds such a letter; only its first character is tried, which keeps this linear.
WORD: Final = re.compile(
    r"(?<![a-z0-9.\u0370-\u052f])[a-z0-9.]*+[\u0370-\u052f][a-z0-9.\u0370-\u052f]*"
)
GREEK_OR_CYRILLIC: Final = re.compile(r"[\u0370-\u052f]")
# Greek inside a Latin word or an address, Cyrillic in any word with Latin: μg, TGF-β and kΩ stay.
DISGUISED: Final = re.compile(r"[a-z][\u0370-\u03ff]+[a-z]|[\u0400-\u052f]|\.[a-z\u0370-\u03ff]")


# A full stop between two Latin words (…上市IPO。SPAC…) is honest unless the words are those of an
# address.
ADDRESS_DOT: Final = re.compile(
    r"。(?:(?<=www。)(?=[a-z0-9])"
    r"|(?<=[a-z0-9]。)(?=(?:com|cn|net|org|cc|top|xyz|vip|info|me|tv|co|la|site|club|app)(?![a-z])))"
)


def lookalikes(draft: Draft) -> Iterator[Edit]:
    """Find Greek and Cyrillic letters that stand for Latin ones."""
    for word in WORD.finditer(draft.text):
        latin = len(re.findall(r"[a-z]", word[0]))
        if latin < 2 or not DISGUISED.search(word[0]):  # 10μm and Ту154 are honest
            continue
        foreign = [word.start() + m.start() for m in GREEK_OR_CYRILLIC.finditer(word[0])]
        # By the original letter (Ρ is a p, Η an h), or else by what its styled form folded to.
        plain = [
            LOOKALIKE.get(draft.original(i, i + 1), LOOKALIKE.get(draft.text[i])) for i in foreign
        ]
        if None not in plain:
            yield from (
                Edit(i, i + 1, letter) for i, letter in zip(foreign, plain, strict=True) if letter
            )


def ideographic_dots(draft: Draft) -> Iterator[Edit]:
    """Find 。 that stands for the dot of an address: www。abc。com."""
    for dot in ADDRESS_DOT.finditer(draft.text):
        yield Edit(dot.start(), dot.end(), ".")


# ---- entities without &#: 767e;5ea6; -----------------------------------------------------------

# Code points of Han characters, of CJK and full-width marks and of ASCII, but never a line feed.
# Years and prices in a row (1998;1999;2000) are numbers, so a hexadecimal run must show a letter.
HEX: Final = r"(?:(?:[3-9][0-9a-f]{3}|ff[0-9a-f]{2}|00[2-7][0-9a-f]);)"
DECIMAL: Final = r"(?:(?:[1-3][0-9]{4}|40[0-9]{3});)"
NUMBER_END: Final = re.compile(
    bytes([TERMINAL]) + b"(?<=[" + bytes([LATIN, DIGIT]) + b"]" + bytes([TERMINAL]) + b")"
)
ENTITY_PAIR: Final = re.compile(r";(?<=[0-9a-f]{4};)[0-9a-f]{4,5};")
BARE_ENTITIES: Final = re.compile(f"(?<![0-9a-z#])(?:{HEX}{{2,}}|{DECIMAL}{{2,}})")
HEX_LETTER: Final = re.compile("[a-f]")


def bare_entities(draft: Draft) -> Iterator[Edit]:
    """Find runs of two and more bare hexadecimal or decimal character numbers."""
    if not ENTITY_PAIR.search(draft.text):
        return
    for run in BARE_ENTITIES.finditer(draft.text):
        base = 16 if run[0].index(";") == len("767e") else 10
        if base == 16 and not HEX_LETTER.search(run[0]):
            continue
        for number in re.finditer(r"[^;]+", run[0]):
            start = run.start() + number.start()
            yield Edit(start, start + len(number[0]) + 1, chr(int(number[0], base)))


# ---- fillers inside words: 微❤信, 大_尺_度, 【微】【信】, w-w-w ---------------------------------

SIGN: Final = b"[" + bytes([FILLER, EMOJI]) + b"]"
LETTER: Final = b"[" + bytes([HAN, LATIN, DIGIT]) + b"]"
SIGNS_IN_WORD: Final = re.compile(
    SIGN + b"(?<=" + LETTER + b".)" + SIGN + b"{0,2}(?=" + LETTER + b")"
)
RARE_SIGNS: Final = frozenset("≯≮≦≧≌∽∝❤♥♡❥❣")
HAN_CHAR: Final = r"[\u3400-\u9fff]"
THIN: Final = r"[_*~^+=±§¤※\u2200-\u23ff\u2500-\u28ff\u2ff0-\u2fff]"
SPLIT_HAN: Final = re.compile(
    f"{THIN}(?<={HAN_CHAR}.)(?={HAN_CHAR})"
    f"(?:(?={HAN_CHAR}{THIN}{HAN_CHAR})|(?<={HAN_CHAR}{THIN}{HAN_CHAR}.))"
)
# From the first mark on: the character before it stays anyhow.
SPELT_HAN: Final = re.compile(
    f"([-.])(?<=(?<!{HAN_CHAR}){HAN_CHAR}.){HAN_CHAR}(?:\\1{HAN_CHAR})+(?!{HAN_CHAR})"
)
SPACED_HAN: Final = re.compile(
    f" (?<=(?<!{HAN_CHAR}){HAN_CHAR}.){HAN_CHAR}(?: {HAN_CHAR}){{2,}}(?!{HAN_CHAR})"
)
BRACKETED_HAN: Final = re.compile(f"(?:[【\\[『「〔]{HAN_CHAR}[】\\]』」〕]){{2,}}")
SPLIT_WWW: Final = re.compile(r"w(?<![a-z0-9]w)([-_*~^+=|/· ]{1,2})w\1w(?![a-z])(?:\1(?=\.))?")
SPLIT_TLD: Final = re.compile(
    r"\.(?:c([-_*~^+=|/· ])o\1m|n([-_*~^+=|/· ])e\2t|c[-_*~^+=|/· ]n)(?![a-z0-9])"
)
NOT_LETTERS: Final = re.compile(r"[^a-z\u3400-\u9fff.]+")
NOT_HAN: Final = re.compile(r"[^\u3400-\u9fff]+")


def signs_in_words(draft: Draft) -> Iterator[Edit]:
    """Find signs and emoji inside a word: a rare sign anywhere, another beside a lone character."""
    shape, text = draft.shape, draft.text
    for sign in SIGNS_IN_WORD.finditer(shape):
        start, end = sign.span()
        if EMOJI not in sign[0] and not shape[start - 1] == HAN == shape[end]:
            continue  # 3≦x, 精度≤3
        lone = is_edge(shape, start - 2) or is_edge(shape, end + 1)
        if lone or EMOJI in sign[0] or RARE_SIGNS.issuperset(text[start:end]):
            yield Edit(start, end)


def is_edge(shape: bytes, at: int) -> bool:
    """Tell whether there is no letter at this place, or no place."""
    return not 0 <= at < len(shape) or shape[at] not in (HAN, LATIN, DIGIT)


def split_words(draft: Draft) -> Iterator[Edit]:
    """Find characters held apart by thin signs: 大_尺_度, 甲-乙-丙; 一_二 and dates stay."""
    for sign in SPLIT_HAN.finditer(draft.text):
        yield Edit(*sign.span())
    yield from inner(SPELT_HAN, NOT_HAN, draft.text)


def spaced_words(draft: Draft) -> Iterator[Edit]:
    """Find four and more lone characters with one space between: 加 微 信 领 取."""
    yield from inner(SPACED_HAN, NOT_HAN, draft.text)


def boxed_words(draft: Draft) -> Iterator[Edit]:
    """Find words with every character in its own brackets: 【微】【信】."""
    yield from inner(BRACKETED_HAN, NOT_HAN, draft.text)


def split_addresses(draft: Draft) -> Iterator[Edit]:
    """Find the two ends of an address spelt apart: w-w-w. and .c-o-m."""
    for pattern in (SPLIT_WWW, SPLIT_TLD):
        yield from inner(pattern, NOT_LETTERS, draft.text)


def inner(outer: re.Pattern[str], junk: re.Pattern[str], text: str) -> Iterator[Edit]:
    """Delete every match of ``junk`` inside every match of ``outer``."""
    for found in outer.finditer(text):
        for bit in junk.finditer(text, *found.span()):
            yield Edit(*bit.span())


def gate(*shapes: tuple[int, ...]) -> re.Pattern[bytes]:
    """Return the pattern of one of some class sequences; searched twice as fast as by ``in``."""
    return re.compile(b"|".join(re.escape(bytes(shape)) for shape in shapes))


class Disguise(NamedTuple):
    """A kind of disguise: the class it cannot do without, its gate, and its finder."""

    kind: Kind
    needs: int
    gate: re.Pattern[bytes]
    find: Finder


# Pinyin first: once fillers are gone, 烟(yan) may follow another character. Split words before
# signs: a sign held by two thin signs is easier to see while they all stand.
DISGUISES: Final = (
    Disguise("pinyin", OPEN, NOTE_HEAD, pinyin_notes),
    Disguise("lookalike", GREEK_CYRILLIC, gate((GREEK_CYRILLIC,)), lookalikes),
    Disguise("dot", TERMINAL, gate((TERMINAL, LATIN), (TERMINAL, DIGIT)), ideographic_dots),
    Disguise("entity", TERMINAL, NUMBER_END, bare_entities),
    Disguise("split", SEPARATOR, gate((SEPARATOR, HAN, SEPARATOR, HAN)), split_words),
    Disguise("split", OTHER_PUNCT, gate((OTHER_PUNCT, HAN, OTHER_PUNCT, HAN)), split_words),
    Disguise(
        "split",
        FILLER,
        gate((FILLER, HAN, SEPARATOR, HAN), (SEPARATOR, HAN, FILLER, HAN)),
        split_words,
    ),
    Disguise("spaced", SPACE, gate((SPACE, HAN, SPACE, HAN, SPACE, HAN)), spaced_words),
    Disguise("filler", FILLER, SIGNS_IN_WORD, signs_in_words),
    Disguise("filler", EMOJI, SIGNS_IN_WORD, signs_in_words),
    Disguise("boxed", OPEN, gate((CLOSE, OPEN, HAN, CLOSE)), boxed_words),
    Disguise("address", SEPARATOR, gate((LATIN, SEPARATOR, LATIN, SEPARATOR)), split_addresses),
    Disguise("address", SPACE, gate((LATIN, SPACE, LATIN, SPACE)), split_addresses),
)
