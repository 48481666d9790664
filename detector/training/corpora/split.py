"""Corpora split by group: a group's lot depends on its name and the seed, and on nothing else.

So a corpus that is added, or a row that is dropped, moves no other row. Each register and label
gets its shares as nearly as the number and size of its groups allow; how nearly is told.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from detector.training.corpora.near import Ties, likeness
from detector.training.corpora.store import Entry, Heard, ignore


@dataclass(frozen=True, slots=True)
class Shares:
    """What part of the groups is for testing and developing, by lots drawn with ``seed``.

    With ``near``, groups that have texts so alike are treated as one.
    """

    dev: float
    test: float
    seed: int = 0
    near: float | None = None


@dataclass(frozen=True, slots=True)
class Stratum:
    """A register and label: its groups, and its rows in each split."""

    register: str
    label: str
    groups: int
    train: int
    dev: int
    test: int


def lot(seed: int, group: str) -> float:
    """Return a group's lot, in [0, 1).

    >>> lot(0, "example.org") == lot(0, "example.org") != lot(1, "example.org")
    True
    """
    data = f"{seed}\0{group}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=6).digest()) / 256**6


def split(entries: Sequence[Entry], shares: Shares, heard: Heard = ignore) -> list[Entry]:
    """Return the entries with their split.

    ``heard`` is told how many texts were compared, if any are.
    """
    ties = Ties()
    for entry in entries:
        ties.name(entry.text.group)  # a bundle draws by the group that came first
    if shares.near is not None:
        _tie(entries, ties, shares.near, heard)
    return [_placed(entry, _split(ties.name(entry.text.group), shares)) for entry in entries]


def _tie(entries: Sequence[Entry], ties: Ties, near: float, heard: Heard) -> None:
    alike = likeness([entry.text.text for entry in entries], near, heard)
    pairs = [*enumerate(alike.same.tolist()), *((one, other) for one, other, _ in alike.near)]
    for one, other in pairs:
        ties.tie(entries[one].text.group, entries[other].text.group)


def _split(group: str, shares: Shares) -> str:
    drawn = lot(shares.seed, group)
    if drawn < shares.test:
        return "test"
    return "dev" if drawn < shares.test + shares.dev else "train"


def _placed(entry: Entry, name: str) -> Entry:
    return replace(entry, row={**entry.row, "split": name}, text=replace(entry.text, split=name))


def strata(entries: Sequence[Entry]) -> Iterator[Stratum]:
    """Yield how the rows of each register and label were split, by register and label."""
    found: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.text.register, entry.text.label].append(entry)
    for key in sorted(found):
        splits = [entry.text.split for entry in found[key]]
        groups = len({entry.text.group for entry in found[key]})
        yield Stratum(*key, groups, *(splits.count(name) for name in ("train", "dev", "test")))
