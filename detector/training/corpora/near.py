"""Which texts are the same but for their format, and which are nearly the same.

A text's letters are its characters without white space, punctuation and signs, folded: width, case,
繁 → 简. Texts with the same letters are the same text. The likeness of two others is Jaccard's: the
share of their five-letter shingles that both have. Candidates come from MinHash signatures in bands
(Broder 1997; Indyk and Motwani 1998), and each is then measured exactly: nothing is taken for alike
that is not, and of pairs at the threshold one in a hundred is missed at most.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detector.read.chars import (
    DIGIT,
    GREEK_CYRILLIC,
    HAN,
    HANGUL,
    KANA,
    LATIN,
    TONED,
    CodePoints,
    codepoints,
)
from detector.read.chars import classes as classes_of
from detector.read.fold import DELETE, EXPAND, fold_table
from detector.training.corpora.store import Heard, ignore

Hashes: TypeAlias = NDArray[np.uint32]
Places: TypeAlias = NDArray[np.intp]

LETTERS: Final = (HAN, LATIN, TONED, DIGIT, GREEK_CYRILLIC, KANA, HANGUL)
SHINGLE: Final = 5
HASHES: Final = 120  # divides into bands of many heights; a likeness is estimated to ± .04
MISSED: Final = 0.01  # of the pairs whose likeness is just the threshold
MARGIN: Final = 0.15  # four standard deviations of an estimated likeness of .8
BATCH: Final = 1 << 20  # shingles whose hashes are taken at a time
#: Neighbours looked at in a bucket: a template with a thousand fillings has half a million pairs.
NEIGHBOURS: Final = 50


class Pair(NamedTuple):
    """Two texts by their places, the earlier one first, and how alike they are."""

    first: int
    second: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """``same[i]`` is the first text with the letters of text i.

    ``near`` pairs texts with different letters, each standing for all that are the same as it, in
    order of places.
    """

    same: Places
    near: list[Pair]


def letters(text: str) -> CodePoints:
    """Return a text's letters as code points.

    >>> from detector.read.chars import to_text
    >>> to_text(letters("《開 門》：Ａ-1！"))
    '开门a1'
    """
    folded = _letter_table().take(codepoints(text))
    kept: CodePoints = folded[folded != DELETE]
    return kept


@cache
def _letter_table() -> CodePoints:
    """What every code point folds to, DELETE where that is no letter."""
    table = fold_table().copy()
    table[table == EXPAND] = DELETE
    kept = np.flatnonzero(table != DELETE)
    table[kept[~np.isin(classes_of(table[kept]), LETTERS)]] = DELETE
    return table


def digest(text: str) -> bytes:
    """Return a key that texts share if their letters are the same.

    Texts without any letter are the same only if all their characters are.
    """
    found = letters(text).tobytes() or b"\0" + text.encode("utf-8", "surrogatepass")
    return blake2b(found, digest_size=16).digest()


def likeness(texts: Sequence[str], threshold: float | None, heard: Heard = ignore) -> Likeness:
    """Return which texts are the same and, with a threshold, which are at least so alike.

    ``heard`` is told how many texts were read.
    """
    seen: dict[bytes, int] = {}
    same, sets = [], []
    for place, text in enumerate(texts):
        first = seen.setdefault(digest(text), place)
        same.append(first)
        new = first == place and threshold is not None
        sets.append(shingles(letters(text)) if new else np.zeros(0, dtype=np.uint32))
        heard(1)
    near = [] if threshold is None else [*_near(sets, threshold)]
    return Likeness(np.array(same, dtype=np.intp), near)


def shingles(cps: CodePoints) -> Hashes:
    """Return the hashes of all five letters in a row, sorted, each once."""
    if len(cps) < SHINGLE:
        return np.zeros(0, dtype=np.uint32)
    size = len(cps) - SHINGLE + 1
    hashed = np.zeros(size, dtype=np.uint32)
    for place in range(SHINGLE):
        hashed = (hashed ^ cps[place : place + size]) * np.uint32(0x9E3779B1)
        hashed ^= hashed >> np.uint32(15)
    return np.unique(hashed)


def _near(sets: Sequence[Hashes], threshold: float) -> Iterator[Pair]:
    """Yield the pairs of sets that are at least so alike."""
    places = np.array([place for place, found in enumerate(sets) if len(found)], dtype=np.intp)
    if len(places) < 2:
        return
    signatures = np.concatenate([*_signatures([sets[place] for place in places])])
    first, second = _candidates(signatures, threshold)
    for one, other in zip(places[first].tolist(), places[second].tolist(), strict=True):
        alike = _jaccard(sets[one], sets[other])
        if alike >= threshold:
            yield Pair(one, other, alike)


def _signatures(sets: Sequence[Hashes]) -> Iterator[Hashes]:
    """Yield (n, HASHES) signatures: the smallest value of each hash function over each set."""
    rng = np.random.default_rng(0)  # the same hash functions each time
    factors = rng.integers(0, 1 << 31, HASHES, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    masks = rng.integers(0, 1 << 32, HASHES, dtype=np.uint32)
    ends = np.cumsum([len(found) for found in sets])
    cuts = [0, *np.flatnonzero(np.diff(ends // BATCH)) + 1, len(sets)]
    for start, end in pairwise(cuts):
        joined = np.concatenate(sets[start:end])
        starts = np.cumsum([0, *(len(found) for found in sets[start : end - 1])])
        yield np.stack(
            [
                np.minimum.reduceat((joined ^ mask) * factor, starts)
                for factor, mask in zip(factors, masks, strict=True)
            ],
            axis=1,
        )


def band_height(threshold: float) -> int:
    """Return how many values make a band: the most that still finds pairs at the threshold.

    >>> band_height(0.8), band_height(0.5)
    (6, 3)
    """
    heights = (height for height in range(HASHES, 0, -1) if HASHES % height == 0)
    found = (h for h in heights if (1 - threshold**h) ** (HASHES // h) <= MISSED)
    return next(found, 1)


def _candidates(signatures: Hashes, threshold: float) -> tuple[Places, Places]:
    """Return the pairs that share a band and whose signatures are alike enough, in order."""
    height, count = band_height(threshold), len(signatures)
    keys = [
        key
        for start in range(0, HASHES, height)
        for key in _neighbours(_band(signatures[:, start : start + height]), count)
    ]
    first, second = np.divmod(np.unique(np.concatenate(keys)), count)
    kept = [
        (signatures[first[at : at + BATCH // 8]] == signatures[second[at : at + BATCH // 8]]).mean(
            1
        )
        for at in range(0, len(first), BATCH // 8)
    ]
    enough = np.concatenate([np.zeros(0), *kept]) >= threshold - MARGIN
    return first[enough], second[enough]


def _band(values: Hashes) -> NDArray[np.uint64]:
    """One number for the values of each row."""
    mixed = np.zeros(len(values), dtype=np.uint64)
    for column in values.T:
        mixed = (mixed ^ column) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _neighbours(band: NDArray[np.uint64], count: int) -> Iterator[NDArray[np.int64]]:
    """Yield pairs of rows with the same band, as first · count + second."""
    order = np.argsort(band, kind="stable")
    ordered = band[order]
    yield np.zeros(0, dtype=np.int64)
    for apart in range(1, min(NEIGHBOURS, count - 1) + 1):
        equal = np.flatnonzero(ordered[:-apart] == ordered[apart:])
        if not len(equal):
            return
        yield order[equal] * count + order[equal + apart]


def _jaccard(one: Hashes, other: Hashes) -> float:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


class Ties:
    """Names that belong together, each bundle called as its first name is."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._rank: dict[str, int] = {}

    def name(self, name: str) -> str:
        """Return the first name of a bundle; a name never seen is a bundle of its own."""
        self._rank.setdefault(name, len(self._rank))
        path = []
        while (above := self._first.get(name, name)) != name:
            path.append(name)
            name = above
        self._first.update(dict.fromkeys(path, name))
        return name

    def tie(self, one: str, other: str) -> bool:
        """Make two bundles one; return whether they were two."""
        first, second = sorted((self.name(one), self.name(other)), key=self._rank.__getitem__)
        self._first[second] = first
        return first != second
