"""Texts that stand several times are kept once, and none that is measured on is taught."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from detector.training.corpora.near import Likeness, Ties, likeness
from detector.training.corpora.schema import at_odds
from detector.training.corpora.store import Entry, Heard, ignore

REASONS: Final = ("exact", "near", "conflict", "group")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A row that was left out, and the earlier one that was kept.

    ``why`` is exact (the same but for format), near, conflict (of two texts at odds neither was
    kept), or group: another text of its group stands in the files it was held against, and there is
    no likeness.
    """

    why: str
    id: str
    file: str
    label: str
    group: str
    kept_id: str
    kept_file: str
    kept_label: str
    kept_group: str
    similarity: float

    @property
    def relabelled(self) -> bool:
        """Whether the text now has another label only: nobody knows which is right."""
        return self.why == "exact" and self.label != self.kept_label


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be dropped: near duplicates from ``near`` on, whole groups held against.

    With ``conflicts``, both of two texts that are the same or nearly so and whose labels are at
    odds, lest a wrong one be kept.
    """

    near: float | None = None
    groups: bool = False
    conflicts: bool = False


@dataclass(frozen=True, slots=True)
class Deduplicated:
    """The rows kept, in order, and those dropped."""

    kept: Sequence[Entry]
    dropped: Sequence[Dropped]


def dedup(
    entries: Sequence[Entry], against: Sequence[Entry], wish: Wish, heard: Heard = ignore
) -> Deduplicated:
    """Drop the entries that stand in ``against`` or earlier among themselves.

    A near duplicate with another label is kept, unless it is held against: lightly refined text is
    a near duplicate of its original by design. ``heard`` is told how many texts were read.
    """
    both = [*against, *entries]
    fates = _fates(both, len(against), wish, heard)
    groups = _groups(against) if wish.groups else {}
    kept, dropped = [], []
    for place, entry in enumerate(entries, len(against)):
        if place in fates:
            why, holder, similarity = fates[place]
            dropped.append(_dropped(why, entry, both[holder], similarity))
        elif entry.text.group in groups:
            dropped.append(_dropped("group", entry, groups[entry.text.group], float("nan")))
        else:
            kept.append(entry)
    return Deduplicated(kept, dropped)


def _fates(
    entries: Sequence[Entry], held: int, wish: Wish, heard: Heard
) -> dict[int, tuple[str, int, float]]:
    """Why each dropped place is dropped, the place kept in its stead, and how alike they are."""
    alike = likeness([entry.text.text for entry in entries], wish.near, heard)
    earlier: dict[int, list[tuple[float, int]]] = {}
    for first, second, similarity in alike.near:
        earlier.setdefault(second, []).append((similarity, first))
    fates = _conflicts(entries, alike, held) if wish.conflicts else {}
    for place, first in enumerate(alike.same.tolist()):
        if place < held or place in fates:
            continue
        if first != place:
            fates[place] = fates.get(first, ("exact", first, 1.0))
            continue
        label = entries[place].text.label
        matches = [
            (similarity, -other)  # of two that are as alike, the earlier one
            for similarity, other in earlier.get(place, ())
            if other not in fates and (other < held or entries[other].text.label == label)
        ]
        if matches:
            similarity, other = max(matches)
            fates[place] = "near", -other, similarity
    return fates


def _conflicts(
    entries: Sequence[Entry], alike: Likeness, held: int
) -> dict[int, tuple[str, int, float]]:
    """The fates of both texts of each pair at odds; what is held against stays."""
    found: dict[int, tuple[str, int, float]] = {}
    exact = ((first, place, 1.0) for place, first in enumerate(alike.same.tolist()))
    for one, two, similarity in (*exact, *alike.near):
        labels = entries[one].text.label, entries[two].text.label
        if at_odds(*labels, exact=similarity == 1):
            found |= {one: ("conflict", two, similarity), two: ("conflict", one, similarity)}
    return {place: fate for place, fate in found.items() if place >= held}


def _groups(entries: Sequence[Entry]) -> dict[str, Entry]:
    """The first entry of each group that has a name."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.row.get("group_id"):
            found.setdefault(entry.text.group, entry)
    return found


def _dropped(why: str, entry: Entry, holder: Entry, similarity: float) -> Dropped:
    gone, kept = entry.text, holder.text
    return Dropped(
        why,
        *(gone.id, gone.corpus, gone.label, gone.group),
        *(kept.id, kept.corpus, kept.label, kept.group),
        similarity=similarity,
    )


def mixed(found: Deduplicated) -> set[tuple[str, str]]:
    """Return the pairs of groups, the kept text's first, that shared a text and both live on.

    They belong in one split.
    """
    alive = {entry.text.group for entry in found.kept}
    return {
        (each.kept_group, each.group)
        for each in found.dropped
        if each.why in {"exact", "near"} and each.group in alive and each.group != each.kept_group
    }


def merged(found: Deduplicated) -> list[Entry]:
    """Return the kept rows, groups that turned out to share a text being one from now on.

    They are called as the first of them is.
    """
    ties = Ties()
    for pair in sorted(mixed(found)):
        ties.tie(*pair)
    return [_regrouped(entry, ties.name(entry.text.group)) for entry in found.kept]


def _regrouped(entry: Entry, group: str) -> Entry:
    if group == entry.text.group:
        return entry
    row = {**entry.row, "group_id": group}
    return replace(entry, row=row, text=replace(entry.text, group=group))


@dataclass(frozen=True, slots=True)
class Loss:
    """What became of a file's rows."""

    file: str
    rows: int
    kept: int
    exact: int
    near: int
    conflict: int
    group: int


def losses(entries: Collection[Entry], found: Deduplicated) -> Iterator[Loss]:
    """Yield what each file lost."""
    for name in dict.fromkeys(entry.text.corpus for entry in entries):
        rows = sum(entry.text.corpus == name for entry in entries)
        why = [each.why for each in found.dropped if each.file == name]
        counts = (why.count(reason) for reason in REASONS)
        yield Loss(name, rows, rows - len(why), *counts)
