"""The word lists, as one matcher: folded text in, weighted hits out.

A list is a text file beside this module (see ``card.md``): one folded entry a line, an optional
tab and weight, ``#`` for comments. A word may stand in several lists; each hit carries one weight
a list, so a page is matched once whatever the number of lists.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain

import ahocorasick_rs
from ahocorasick_rs import Implementation, MatchKind
import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Where the lists match: ``start``, ``end`` (int32, n), ``weight`` (float32, n by groups)."""

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    weight: NDArray[np.float32]

    def of(self, group: str) -> NDArray[np.float32]:
        """Weights of one list, one a hit; 0 where the hit is of another list."""
        column: NDArray[np.float32] = self.weight[:, GROUPS.index(group)]
        return column


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """All lists behind one automaton; the longest entry wins where several match."""

    matcher: ahocorasick_rs.AhoCorasick
    weight: NDArray[np.float32]

    def find(self, folded: str) -> Hits:
        """Non-overlapping, leftmost-longest hits in ``folded``, in order."""
        found = self.matcher.find_matches_as_indexes(folded)
        flat = np.fromiter(chain.from_iterable(found), np.int32, 3 * len(found))
        return Hits(flat[1::3], flat[2::3], self.weight[flat[::3]])


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
        implementation=Implementation.ContiguousNFA,  # a third faster than the default
    )
    return Lexicon(matcher, weight)
