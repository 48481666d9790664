"""Folding: one plain spelling for every disguise, with the way back to the original.

A page is folded character by character through one table (width, case, tone marks, 繁→简, circled
and mathematical letters; zero-width and control characters deleted), then by context (see
``disguise.py``: pinyin notes, look-alike letters, bare entities, fillers).

Choices: full-width ``，：；！？（）`` become ASCII, ``。、…《》【】`` stay; every white space but
line feed and carriage return becomes a space, so folded lines are the original's, one to one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.read.chars import (
    CODE_SPACE,
    DELETED_CLASSES,
    Census,
    Classes,
    CodePoints,
    census,
    class_table,
    classes,
    codepoints,
    read_table,
    simplified_forms,
    to_text,
)
from detector.read.disguise import DISGUISES, Draft, Edit, Kind, has_tone
from detector.read.once import once

Offsets = NDArray[np.int32]

EXPAND: Final = 0xFFFFFFFE  # one character → several, by EXPANSIONS
DELETE: Final = 0xFFFFFFFF
# Undoing one disguise can bare another (微❤信 inside 【】). Real pages settle in two rounds; the
# bound keeps a page of nested brackets linear.
ROUNDS: Final = 8


class Undone(NamedTuple):
    """A disguise that was undone, and the original characters it took."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Folded:
    """Folded text and, for each of its characters, the original stretch that made it.

    ``origin[i]`` is where the stretch begins, ``ends[i]`` where it ends (exclusive); both never
    decrease. ``cps`` are the code points of the text, ``source`` those of the original.
    ``undone`` lists the disguises by context, round by round.
    """

    text: str
    cps: CodePoints
    origin: Offsets
    ends: Offsets
    source: CodePoints
    undone: tuple[Undone, ...] = ()

    @once
    def cls(self) -> Classes:
        """The class of each folded character."""
        return classes(self.cps)

    @once
    def shape(self) -> bytes:
        """The same as bytes, for patterns over classes and to ask whether there is one."""
        return self.cls.tobytes()

    @once
    def census(self) -> Census:
        """What characters the original has."""
        return census(self.source)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original half-open range of folded ``[start, end)``; empty stays empty."""
        if start >= end:
            at = int(self.origin[start]) if start < len(self.origin) else int(self.ends[-1:].sum())
            return at, at
        return int(self.origin[start]), int(self.ends[end - 1])


def fold(text: str) -> Folded:
    """Return the folded text with its origin map; lone surrogates and NUL are fine.

    Folding twice changes nothing more, unless disguises nest deeper than ``ROUNDS``.

    >>> fold("當(dāng)前ＱＱ：①②").text
    '当前qq:12'
    """
    folded = by_table(text)
    for _ in range(ROUNDS):
        before, folded = folded, undisguised(text, folded)
        if folded is before:
            break
    return folded


def annotations(text: str, folded: Folded | None = None) -> list[tuple[int, int]]:
    """Return the pinyin notes of an original text, brackets included, as half-open ranges.

    ``folded`` is what ``fold(text)`` gave, where the caller has it already.
    A note without tone marks must be in lower case: in 锂(Li) it is a symbol, not a reading.
    """
    folded = folded or fold(text)
    notes = [(start, end) for kind, start, end in folded.undone if kind == "pinyin"]
    return sorted(span for span in notes if is_note(text[slice(*span)]))


def is_note(note: str) -> bool:
    """Tell a reading from a symbol in brackets by its tone mark or its lower case."""
    return note.islower() or has_tone(note)


def by_table(text: str) -> Folded:
    """Fold each character on its own."""
    source = codepoints(text)
    mapped = fold_table().take(source)  # take: twice as fast as indexing
    origin = np.arange(len(mapped), dtype=np.int32)
    if mapped.max(initial=0) >= EXPAND:
        kept = mapped != DELETE
        mapped, origin = mapped[kept], origin[kept]
        wide = np.flatnonzero(mapped == EXPAND)
        if len(wide):
            mapped, origin = expanded(text, mapped, origin, wide)
    return Folded(to_text(mapped), mapped, origin, origin + np.int32(1), source)


def expanded(
    text: str, mapped: CodePoints, origin: Offsets, wide: NDArray[np.intp]
) -> tuple[CodePoints, Offsets]:
    """Put what they stand for in the ``wide`` places."""
    forms = [expansions()[text[i]] for i in origin[wide].tolist()]
    counts = np.ones(len(mapped), dtype=np.intp)
    counts[wide] = [len(form) for form in forms]
    mapped, origin = np.repeat(mapped, counts), np.repeat(origin, counts)
    mapped[mapped == EXPAND] = codepoints("".join(forms))
    return mapped, origin


def undisguised(text: str, folded: Folded) -> Folded:
    """Undo every disguise once; return the same object where there is none."""
    draft = draft_of(text, folded)
    for kind, needs, gate, find in DISGUISES:
        if needs in draft.shape and gate.search(draft.shape):
            edits = {Edit(start, end, plain(put)) for start, end, put in find(draft)}
            if edits:
                folded = spliced(folded, kind, sorted(edits))
                draft = draft_of(text, folded)
    return folded


@lru_cache(maxsize=4096)
def plain(put: str) -> str:
    """Fold what an edit puts in: an entity may spell a traditional or a full-width character."""
    return by_table(put).text if put else put


def draft_of(text: str, folded: Folded) -> Draft:
    """Show folded text the way the finders read it."""
    return Draft(
        folded.text, folded.shape, lambda start, end: text[slice(*folded.span(start, end))]
    )


def spliced(folded: Folded, kind: Kind, edits: Sequence[Edit]) -> Folded:
    """Apply sorted edits that do not overlap; what is put in stems from all that it replaces."""
    starts, ends = np.array([edit[:2] for edit in edits]).T
    bounds = np.zeros(len(folded.text) + 1, dtype=np.int8)
    bounds[starts] += 1
    bounds[ends] -= 1
    counts = 1 - bounds.cumsum()[:-1]
    counts[starts] = [len(edit.put) for edit in edits]
    first, last = folded.origin[starts], folded.ends[ends - 1]
    stretch_ends = folded.ends.copy()
    stretch_ends[starts] = last
    index = np.repeat(np.arange(len(counts)), counts)
    undone = [Undone(kind, *span) for span in zip(first.tolist(), last.tolist(), strict=True)]
    text = replaced(folded.text, edits)
    return Folded(
        text=text,
        cps=codepoints(text),
        origin=folded.origin[index],
        ends=stretch_ends[index],
        source=folded.source,
        undone=(*folded.undone, *undone),
    )


def replaced(text: str, edits: Sequence[Edit]) -> str:
    """Apply sorted edits to a string."""
    pieces: list[str] = []
    at = 0
    for start, end, put in edits:
        pieces += (text[at:start], put)
        at = end
    return "".join((*pieces, text[at:]))


@cache
def expansions() -> dict[str, str]:
    """Return the characters that stand for several: ㈱ → (株), ㎏ → kg."""
    return dict(read_table("expand.tsv"))


SURROGATES: Final = slice(0xD800, 0xE000)


@cache
def fold_table() -> CodePoints:
    """Return what every code point folds to: a code point, EXPAND or DELETE."""
    table = np.arange(CODE_SPACE, dtype=np.uint32)
    for target, sources in read_table("compat.tsv"):
        table[[int(source, 16) for source in sources.split()]] = int(target, 16)
    variants, plain = simplified_forms()
    table[variants] = plain
    table[codepoints("".join(expansions()))] = EXPAND
    for name in DELETED_CLASSES:
        table[class_table() == name] = DELETE
    table[SURROGATES] = ord("\ufffd")  # native matchers take no lone surrogate
    return table
