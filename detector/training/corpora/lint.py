"""What is wrong with corpora before anything is trained on them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np

from detector.files import Failure
from detector.prose.model import LABELS
from detector.training.corpora.leaks import Cue, audit
from detector.training.corpora.near import Likeness, likeness
from detector.training.corpora.schema import at_odds, date_of, faults, late
from detector.training.corpora.store import Entry, Heard, ignore, read_items
from detector.training.corpora.texts import text_of
from detector.training.rows import Row

NEAR: Final = 0.8
UNSPLIT: Final = "no split"
QUANTILES: Final = (1, 5, 25, 50, 75, 95, 99)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of the schema, and the rows of a file that have it."""

    file: str
    what: str
    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Content:
    """How many rows of a label a file has, and how many tell when they were written.

    ``undated`` have no readable ``created``; ``late`` were written after 2022-11.
    """

    file: str
    label: str
    rows: int
    undated: int
    late: int


@dataclass(frozen=True, slots=True)
class Lengths:
    """Percentiles of the lengths of a label's texts, in characters."""

    label: str
    texts: int
    percentiles: Sequence[float]


@dataclass(frozen=True, slots=True)
class Twins:
    """Two rows with the same text but for its format (``why`` is exact), or nearly the same one."""

    why: str
    file: str
    id: str
    label: str
    other_file: str
    other_id: str
    other_label: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Shared:
    """Texts that two splits share; a file whose rows name no split counts as one of its own.

    ``across`` are those of them whose groups differ. Where both splits are one, texts count that
    stand in it more than once.
    """

    split: str
    other: str
    same: int
    near: int
    across: int
    twins: Sequence[Twins]

    @property
    def leaking(self) -> bool:
        """Whether a model would be measured on what it was taught."""
        return self.split != self.other


@dataclass(frozen=True, slots=True)
class Astray:
    """Groups that stand in several splits."""

    splits: Sequence[str]
    groups: Sequence[str]


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found."""

    faults: Sequence[Fault]
    content: Sequence[Content]
    lengths: Sequence[Lengths]
    shared: Sequence[Shared]
    conflicts: Sequence[Twins]
    astray: Sequence[Astray]
    cues: Sequence[Cue]

    @property
    def failed(self) -> list[str]:
        """The names of what must be put right before training; leaks and dates only warn."""
        found = {
            "schema": self.faults,
            "labels at odds": self.conflicts,
            "texts in several splits": [each for each in self.shared if each.leaking],
            "groups in several splits": self.astray,
        }
        return [name for name, those in found.items() if those]


def read(
    paths: Iterable[Path], heard: Heard = ignore, *, together: bool = False
) -> tuple[list[Entry], list[Fault]]:
    """Return the labelled rows of files, and the faults of all rows.

    A row that names no split is in one with its file, or ``together`` with all others. ``heard`` is
    told how many bytes were read.
    """
    entries, found = [], []
    for path in paths:
        ids: defaultdict[str, list[str]] = defaultdict(list)
        seen: set[str] = set()
        for item in read_items(path, heard):
            if isinstance(item, Failure):
                # The line stands in the row's name: the same words for every row with the fault.
                ids[item.detail.partition(": ")[2]].append(item.id)
                continue
            for what in _row_faults(item, seen):
                ids[what].append(str(item.get("id")))
            if item.get("label") in LABELS and isinstance(item.get("text"), str):
                text = text_of(item, path)
                split = text.split or (UNSPLIT if together else path.name)
                entries.append(Entry(path, item, replace(text, split=split)))
        found += [Fault(path.name, what, names) for what, names in ids.items()]
    return entries, found


def _row_faults(row: Row, seen: set[str]) -> Iterator[str]:
    yield from faults(row)
    name = str(row.get("id"))
    if name in seen:
        yield "id stands twice in the file"
    seen.add(name)


def lint(entries: Sequence[Entry], found: Sequence[Fault], heard: Heard = ignore) -> Report:
    """Return the report on the rows that ``read`` returned.

    ``heard`` is told how many texts were compared, then measured, once for each format cue.
    """
    texts = [entry.text for entry in entries]
    alike = likeness([text.text for text in texts], NEAR, heard)
    shared = _shared(entries, alike)
    return Report(
        faults=found,
        content=_content(entries),
        lengths=_lengths(entries),
        shared=shared,
        conflicts=_conflicts(entries, alike),
        astray=_astray(entries),
        cues=audit(texts, heard),
    )


def _content(entries: Sequence[Entry]) -> list[Content]:
    rows: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for entry in entries:
        rows[entry.text.corpus, entry.text.label].append(entry.row)
    return [
        Content(
            *key,
            len(those),
            sum(not date_of(row) for row in those),
            sum(late(row) for row in those),
        )
        for key, those in rows.items()
    ]


def _lengths(entries: Sequence[Entry]) -> list[Lengths]:
    sizes = {
        label: [len(e.text.text) for e in entries if e.text.label == label] for label in LABELS
    }
    return [
        Lengths(label, len(found), np.percentile(found, QUANTILES).tolist())
        for label, found in sizes.items()
        if found
    ]


def _shared(entries: Sequence[Entry], alike: Likeness) -> list[Shared]:
    """Texts in several splits, and those that stand in one of them more than once."""
    found: defaultdict[tuple[str, str], list[tuple[Twins, bool]]] = defaultdict(list)
    order = {
        name: at for at, name in enumerate(dict.fromkeys(entry.text.split for entry in entries))
    }
    for one, other, similarity in _twin_places(entries, alike):
        first, second = entries[one], entries[other]
        key = sorted((first.text.split, second.text.split), key=order.__getitem__)
        across = first.text.group != second.text.group
        why = "exact" if alike.same[one] == alike.same[other] else "near"
        found[key[0], key[1]].append((_twins(why, first, second, similarity), across))
    return [_share(*key, found[key]) for key in sorted(found, key=lambda k: [order[n] for n in k])]


def _share(split: str, other: str, found: Sequence[tuple[Twins, bool]]) -> Shared:
    twins = [each for each, _ in found]
    same = sum(each.why == "exact" for each in twins)
    across = sum(across for _, across in found)
    return Shared(split, other, same, len(twins) - same, across, twins)


def _twin_places(entries: Sequence[Entry], alike: Likeness) -> Iterator[tuple[int, int, float]]:
    """Yield rows with one text by twos; in each split its first row stands for the others."""
    rows = _bundles(alike)
    firsts = {first: _first_of_splits(entries, places) for first, places in rows.items()}
    for first, places in rows.items():
        for place in places:
            stands = firsts[first][entries[place].text.split]
            if stands != place:
                yield stands, place, 1.0
        for one, other in combinations(firsts[first].values(), 2):
            yield one, other, 1.0
    for one, other, similarity in alike.near:
        for pair in ((a, b) for a in firsts[one].values() for b in firsts[other].values()):
            yield min(pair), max(pair), similarity


def _bundles(alike: Likeness) -> Mapping[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for place, first in enumerate(alike.same.tolist()):
        found[first].append(place)
    return found


def _first_of_splits(entries: Sequence[Entry], places: Sequence[int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place in places:
        found.setdefault(entries[place].text.split, place)
    return found


def _twins(why: str, one: Entry, other: Entry, similarity: float) -> Twins:
    first, second = one.text, other.text
    return Twins(
        why,
        *(first.corpus, first.id, first.label),
        *(second.corpus, second.id, second.label),
        similarity=similarity,
    )


def _conflicts(entries: Sequence[Entry], alike: Likeness) -> list[Twins]:
    """Rows whose text stands earlier with a label that cannot be right as well."""
    exact = [("exact", first, place, 1.0) for place, first in enumerate(alike.same.tolist())]
    return [
        _twins(why, entries[one], entries[two], similarity)
        for why, one, two, similarity in (*exact, *(("near", *pair) for pair in alike.near))
        if at_odds(entries[one].text.label, entries[two].text.label, exact=why == "exact")
    ]


def _astray(entries: Sequence[Entry]) -> list[Astray]:
    """Groups that stand in several splits, by these splits."""
    splits: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for entry in entries:
        if entry.row.get("group_id"):
            splits[entry.text.group][entry.text.split] = None
    found: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for group, names in splits.items():
        if len(names) > 1:
            found[tuple(names)].append(group)
    by_size = Counter({names: len(groups) for names, groups in found.items()}).most_common()
    return [Astray(names, found[names]) for names, _ in by_size]
