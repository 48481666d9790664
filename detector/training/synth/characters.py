"""Recipes that work on single characters: annotations, fillers, disguises, wrong code pages."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Final

from detector.page import Family
from detector.read.chars import simplified_forms, to_text
from detector.read.disguise import readings
from detector.training.synth.draft import Draft, Line, Piece
from detector.training.synth.scene import Scene, mark

TONES: Final = {"a": "āáǎà", "e": "ēéěè", "o": "ōóǒò", "i": "īíǐì", "u": "ūúǔù", "v": "ǖǘǚǜ"}
TONED_VOWEL: Final = re.compile(r"[ae]|o(?=u)|[iouv](?=[^aeiouv]*$)")
PUNCTUATION: Final = re.compile(r"(?<=[\u4e00-\u9fff])(?=[，。！？；：、,.!?])")
BETWEEN_HAN: Final = re.compile(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])")
HAN: Final = re.compile(r"(?<=[\u4e00-\u9fff])")
NOTES: Final = (*["({})"] * 5, "（{}）", "( {} )", "( {})")

Put = tuple[int, str]  # where in a text, and what
Maker = Callable[[Scene], str]


@cache
def syllables() -> dict[str, str]:
    """Return character → a syllable it is read as, for traditional forms too."""
    found = {char: syllable for syllable, chars in readings().items() for char in chars}
    found.update((old, found[new]) for old, new in _forms() if new in found)
    return found


@cache
def traditional() -> dict[int, str]:
    """Return a translation table from simplified characters to their common traditional forms."""
    table: dict[int, str] = {}
    for old, new in _forms():
        if _everyday(old) and not _everyday(new):
            table.setdefault(ord(new), old)
    return table


def _forms() -> Iterable[tuple[str, str]]:
    old, new = simplified_forms()
    return zip(to_text(old), to_text(new), strict=True)


def _everyday(char: str) -> bool:
    """Whether the traditional standard, Big5, has the character on its first, everyday level."""
    try:
        return char.encode("big5") < b"\xc9\x40"
    except UnicodeEncodeError:
        return False


def toned(syllable: str, tone: int) -> str:
    """Return a syllable with a tone of 1 to 4.

    >>> toned("shi", 2), toned("liu", 3), toned("lv", 4)
    ('shí', 'liǔ', 'lǜ')
    """
    return TONED_VOWEL.sub(lambda match: TONES[match[0]][tone - 1], syllable, count=1)


def splice(line: Line, number: int, puts: Sequence[Put], family: Family, kind: str) -> None:
    """Put strings into a piece, under marks of their own unless the family is marked already."""
    text, marks = line[number]
    own = not line[number].has(family)
    new, last = [], 0
    for at, string in puts:
        new.append(Piece(text[last:at], marks))
        new.append(Piece(string, (*marks, mark(kind, family)) if own else marks))
        last = at
    new.append(Piece(text[last:], marks))
    line[number : number + 1] = [piece for piece in new if piece.text]


def over_text(draft: Draft) -> list[tuple[Line, int]]:
    """Return the pieces of title and text, the last of a line first so that numbers stay true."""
    zones = ("title", "head", "body", "tail")
    lines = (line for line in draft.lines(*zones))
    return [(line, number) for line in lines for number in reversed(range(len(line)))]


def sampled(scene: Scene, places: Sequence[int], share: float) -> list[int]:
    """Return about ``share`` of the places, in order."""
    count = int(len(places) * share + scene.rng.random())
    return sorted(scene.rng.sample(places, min(count, len(places))))


def pinyin_annotation(draft: Draft, scene: Scene) -> None:
    """A reading in brackets behind characters: toned or not, dense or sparse, spaced or not."""
    note, tones = scene.pick(NOTES), scene.chance(0.65)
    share = 0.01 + 0.25 * scene.rng.random() ** 2
    only = traditional().values() if scene.chance(0.25) else None
    wanted = frozenset(only) if only else None
    known = syllables()
    for line, number in over_text(draft):
        text = line[number].text
        ends = [match.end() for match in HAN.finditer(text)]
        if wanted is not None:
            ends = [at for at in ends if text[at - 1] in wanted] or ends
        puts = []
        for at in sampled(scene, ends, share * (2 if wanted else 1)):
            syllable = known.get(text[at - 1])
            if syllable:
                tone = 1 + ord(text[at - 1]) % 4  # a character keeps its tone, true or not
                said = toned(syllable, tone) if tones else syllable
                puts.append((at, note.format(said)))
        splice(line, number, puts, "boilerplate", "pinyin_annotation")


def before_marks(draft: Draft, scene: Scene, kind: str, make: Maker, share: float) -> None:
    """Put a made string before a share of the punctuation marks."""
    for line, number in over_text(draft):
        places = [match.start() for match in PUNCTUATION.finditer(line[number].text)]
        puts = [(at, make(scene)) for at in sampled(scene, places, share)]
        splice(line, number, puts, "boilerplate", kind)


def control_chars(draft: Draft, scene: Scene) -> None:
    """U+0005 to U+0008 before punctuation, a few at each place."""
    before_marks(draft, scene, "control_chars", _controls, 0.1 + 0.8 * scene.rng.random())


def _controls(scene: Scene) -> str:
    return "".join(scene.rng.choices("\x05\x06\x07\x08", k=scene.pick((1, 3, 5, 7, 7))))


def nonsense_insertion(draft: Draft, scene: Scene) -> None:
    """Two or three random characters before punctuation."""
    before_marks(
        draft, scene, "nonsense_insertion", scene.pick(NONSENSE), 0.05 + 0.4 * scene.rng.random()
    )


def _letters(scene: Scene) -> str:
    return "".join(scene.rng.choices("abcdefghijklmnopqrstuvwxyz", k=scene.pick((2, 3, 3))))


def _characters(scene: Scene) -> str:
    return "".join(
        chr(0x4E00 + int(scene.rng.random() * 20_900)) for _ in range(scene.pick((2, 3)))
    )


def _letters_and_digits(scene: Scene) -> str:
    return "".join(scene.rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=scene.pick((2, 3))))


def noise_insertion(draft: Draft, scene: Scene) -> None:
    """A stray emoji in a sentence, here and there."""
    for line, number in over_text(draft):
        text = line[number].text
        places = [match.start() for match in BETWEEN_HAN.finditer(text)]
        puts = [(at, scene.say("{emoji}")) for at in sampled(scene, places, 0.004)]
        splice(line, number, puts, "boilerplate", "noise_insertion")


def encoding_garbage(draft: Draft, scene: Scene) -> None:
    """A stretch read in the wrong code page, or lost to U+FFFD."""
    wrong = scene.pick(WRONG)
    for _ in range(scene.count(1, 4)):
        lines = [line for line in draft.lines("title", "body", "tail") if not line[0].marks]
        if not lines:
            return
        line = scene.pick(lines)
        text = line[0].text
        start = scene.pick(range(max(1, len(text) - 8)))
        end = start + scene.count(2, 60)
        garbage = Piece(
            wrong(text[start:end]) or "\ufffd", (mark("encoding_garbage", "boilerplate"),)
        )
        parts = (Piece(text[:start]), garbage, Piece(text[end:]))
        line[:1] = [piece for piece in parts if piece.text]


def _lost(text: str) -> str:
    return "\ufffd" * len(text)


def _as_gbk(text: str) -> str:
    return text.encode().decode("gbk", "replace")


def _as_latin(text: str) -> str:
    return text.encode().decode("cp1252", "replace")


def _as_utf8(text: str) -> str:
    return text.encode("gbk", "replace").decode("utf-8", "replace")


def _twice(text: str) -> str:
    return "锟斤拷" * (1 + len(text) // 3)


def hant(draft: Draft, scene: Scene) -> None:
    """Convert the page to traditional characters, wholly or a line here and there."""
    share = 1.0 if scene.chance(0.6) else scene.rng.random()
    table = traditional()
    for block in draft.blocks():
        for line in block:
            if scene.chance(share):
                line[:] = [Piece(text.translate(table), marks) for text, marks in line]


NONSENSE: Final = (_letters, _characters, _letters_and_digits)
WRONG: Final = (_lost, _lost, _as_gbk, _as_latin, _as_utf8, _twice)
