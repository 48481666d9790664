"""The word lists, as one matcher: folded text in, weighted hits out.

A list is a text file beside this module (see ``card.md``): one folded entry a line, an optional
tab and weight, ``#`` for comments. A word may stand in several lists; each hit carries one weight
a list, so a page is matched once whatever the number of lists.
"""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain, compress

import ahocorasick_rs
import numpy as np
from ahocorasick_rs import Implementation, MatchKind
from numpy.typing import NDArray

from detector.read.once import once

GROUPS = (
    "adult",
    "gambling_brand",
    "gambling_word",
    "gambling_tail",
    "piracy",
    "fraud",
    "seo",
    "commerce",
    "service",
    "city",
    "contact",
    "context",
)


@dataclass(frozen=True, eq=False)
class Hits:
    """Where the lists match: ``start``, ``end`` (int32, n), ``weight`` (float32, n by groups)."""

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    weight: NDArray[np.float32]

    def of(self, group: str) -> NDArray[np.float32]:
        """Weights of one list, one a hit; 0 where the hit is of another list."""
        column: NDArray[np.float32] = self.weight[:, GROUPS.index(group)]
        return column

    @once
    def groups(self) -> frozenset[str]:
        """The lists that have any hit: what a signal asks before it looks for its own."""
        return named(self.weight)

    def within(self, start: int, end: int) -> slice:
        """The hits that begin in ``[start, end)``."""
        return slice(bisect_left(self.starts, start), bisect_left(self.starts, end))

    @once
    def starts(self) -> list[int]:
        """``start`` as a list, which is searched ten times as fast for one number."""
        found: list[int] = self.start.tolist()
        return found


def columns(*groups: str) -> list[int]:
    """Where those lists stand in a table of weights."""
    return [GROUPS.index(group) for group in groups]


def named(weight: NDArray[np.float32]) -> frozenset[str]:
    """Names of the lists that any row of a table of weights (n by groups) speaks of."""
    known: list[bool] = np.any(weight, axis=0).tolist()
    return frozenset(compress(GROUPS, known))


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """All lists behind one automaton; the longest entry wins where several match."""

    matcher: ahocorasick_rs.AhoCorasick
    weight: NDArray[np.float32]
    latin: frozenset[int]

    def find(self, folded: str) -> Hits:
        """Non-overlapping, leftmost-longest hits in ``folded``, in order.

        Latin entries and numbers count as whole words only.
        """
        found = self.matcher.find_matches_as_indexes(folded)
        if not self.latin.isdisjoint(entry for entry, _, _ in found):
            found = [hit for hit in found if hit[0] not in self.latin or _whole(folded, *hit[1:])]
        flat = np.fromiter(chain.from_iterable(found), np.int32, 3 * len(found))
        return Hits(flat[1::3], flat[2::3], self.weight.take(flat[::3], axis=0))


def _whole(text: str, start: int, end: int) -> bool:
    """Whether no Latin word and no number runs on over either edge of a hit."""
    edges = (text[max(at - 1, 0) : at + 1] for at in (start, end))
    return not any(
        len(edge) > 1 and edge.isascii() and (edge.isalpha() or edge.isdigit()) for edge in edges
    )


def read_list(group: str) -> dict[str, float]:
    """Entries of one list with their weights."""
    lines = files(__package__).joinpath(f"{group}.txt").read_text("utf-8").splitlines()
    rows = (line.partition("\t") for line in lines if line and not line.startswith("#"))
    return {word: float(weight or 1) for word, _, weight in rows}


@cache
def load() -> Lexicon:
    """The shipped lists, built once a process (about 10 ms)."""
    lists = [read_list(group) for group in GROUPS]
    words = sorted(set().union(*lists))
    weight = np.array([[entries.get(word, 0.0) for entries in lists] for word in words], np.float32)
    matcher = ahocorasick_rs.AhoCorasick(
        words,
        matchkind=MatchKind.LeftmostLongest,
        implementation=Implementation.ContiguousNFA,  # DFA: 20 MB, no faster on fresh pages
    )
    latin = frozenset(i for i, word in enumerate(words) if word[0] < "\x80" or word[-1] < "\x80")
    return Lexicon(matcher, weight, latin)
