"""Two judges on the same texts: differences with their significance, and who changed sides.

Every figure is paired: both judges are measured on the same resamples. Rankings take the texts that
both have a score for; decisions take all, and an abstention is a text that was not flagged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from detector.training.prose.columns import Columns, columns, flags
from detector.training.prose.judged import Judged
from detector.training.prose.metrics import (
    FPRS,
    Bootstrap,
    Floats,
    Ladder,
    Mask,
    Places,
    Sample,
    estimates,
)
from detector.training.prose.tables import Table, drawn, estimate, number
from detector.training.stats import NAN, Estimate


@dataclass(frozen=True, slots=True)
class Side:
    """One judge's opinions, and the threshold that flags."""

    items: Sequence[Judged]
    threshold: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of both judges; the second's less the first's with its interval over groups.

    ``p`` is two-sided: twice the share of resamples on the other side of 0 (Efron and Tibshirani
    1993, chapter 16), NaN where nothing can be resampled.
    """

    name: str
    a: float
    b: float
    difference: Estimate
    p: float


@dataclass(frozen=True, slots=True)
class McNemar:
    """Texts that only one judge decides rightly, and the exact two-sided p (McNemar 1947)."""

    name: str
    only_a: int
    only_b: int
    p: float


@dataclass(frozen=True, slots=True)
class Changed:
    """A text that one judge flags and the other does not."""

    id: str
    label: str
    register: str
    generator: str
    score_a: float
    score_b: float
    flagged_by: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that was compared on one set; changed texts by how far their scores moved."""

    name: str
    humans: int
    machines: int
    differences: tuple[Difference, ...]
    decisions: tuple[McNemar, ...]
    changed: tuple[Changed, ...]


NAMES: Final = ("AUROC", *(f"TPR at {100 * fpr:g} %" for fpr in FPRS), "recall", "FPR")


def compare(name: str, a: Side, b: Side, bootstrap: Bootstrap) -> Comparison:
    """Compare two judges' opinions on the same texts, in the same order."""
    first, second = columns(a.items), columns(b.items)
    flagged = flags(first, a.threshold), flags(second, b.threshold)
    machine = first.machine
    return Comparison(
        name,
        int((~machine).sum()),
        int(machine.sum()),
        tuple(_differences(first, second, flagged, bootstrap)),
        tuple(_decisions(machine, *flagged)),
        tuple(_changed(first, second, *flagged)),
    )


def _differences(
    a: Columns, b: Columns, flagged: tuple[Mask, Mask], bootstrap: Bootstrap
) -> Iterator[Difference]:
    both = np.isfinite(a.scores) & np.isfinite(b.scores)
    ladders = [Ladder(Sample(c.scores, c.machine, c.groups).take(both)) for c in (a, b)]

    def figures(weights: Floats) -> Floats:
        """(2 k,): the figures of the first judge, then the second's."""
        rates = partial(_rates, a.machine, weights)
        ranks = (ladder.figures(weights[both]) for ladder in ladders)
        sides = zip(ranks, map(rates, flagged), strict=True)
        return np.concatenate([part for side in sides for part in side])

    width = len(NAMES)
    values = figures(np.ones(len(a.items)))
    drawn = bootstrap.draws(a.groups, figures).reshape(-1, 2 * width)
    apart = drawn[:, width:] - drawn[:, :width]
    found = estimates(values[width:] - values[:width], apart)
    for place, (name, difference) in enumerate(zip(NAMES, found, strict=True)):
        first, second = float(values[place]), float(values[width + place])
        yield Difference(name, first, second, difference, _p(apart[:, place]))


def _rates(machine: Mask, weights: Floats, flagged: Mask) -> Floats:
    """Recall and FPR; NaN where there is nobody."""
    hits = weights * flagged
    with np.errstate(invalid="ignore"):
        return np.array(
            [np.divide(hits[part].sum(), weights[part].sum()) for part in (machine, ~machine)]
        )


def _p(apart: Floats) -> float:
    defined = apart[~np.isnan(apart)]
    if not len(defined):
        return NAN
    below, above = int((defined <= 0).sum()), int((defined >= 0).sum())
    return min(1.0, 2 * (1 + min(below, above)) / (1 + len(defined)))


def _decisions(machine: Mask, a: Mask, b: Mask) -> Iterator[McNemar]:
    every = np.ones(len(machine), np.bool_)
    for name, part in (("all", every), ("machines", machine), ("humans", ~machine)):
        right_a, right_b = (flagged == machine for flagged in (a, b))
        only_a, only_b = (
            int((right_a & ~right_b & part).sum()),
            int((right_b & ~right_a & part).sum()),
        )
        yield McNemar(name, only_a, only_b, exact(only_a, only_b))


def exact(only_a: int, only_b: int) -> float:
    """The chance of a split of discordant pairs at least as uneven as this one.

    >>> exact(0, 5)
    0.0625
    """
    total, ways, tail = only_a + only_b, 1, 0
    for k in range(min(only_a, only_b) + 1):
        tail += ways  # ways to choose k of all
        ways = ways * (total - k) // (k + 1)
    return min(1.0, 2 * tail / (1 << total))


def _changed(a: Columns, b: Columns, flagged_a: Mask, flagged_b: Mask) -> Iterator[Changed]:
    where: Places = np.flatnonzero(flagged_a != flagged_b)
    moved = np.nan_to_num(np.abs(a.scores - b.scores)[where], nan=np.inf)
    for place in where[np.argsort(-moved, kind="stable")].tolist():
        text = a.items[place].text
        yield Changed(
            text.id,
            text.label,
            text.register,
            text.generator,
            float(a.scores[place]),
            float(b.scores[place]),
            "a" if flagged_a[place] else "b",
        )


def text(found: Comparison, listed: int, quotes: dict[str, str]) -> str:
    """A comparison as text, with ``listed`` changed texts and the quotes given, by id."""
    differences = [
        (each.name, number(each.a), number(each.b), estimate(each.difference), number(each.p))
        for each in found.differences
    ]
    decisions = [
        (each.name, str(each.only_a), str(each.only_b), number(each.p)) for each in found.decisions
    ]
    title = f"{found.name}: {found.humans} humans, {found.machines} machines"
    return "\n".join(
        [
            drawn(Table(title, ("", "A", "B", "B − A [95 %]", "p"), differences)),
            drawn(
                Table("decided rightly (McNemar)", ("texts", "only A", "only B", "p"), decisions)
            ),
            drawn(_list(found.changed, listed, quotes)),
        ]
    )


def _list(changed: Sequence[Changed], listed: int, quotes: dict[str, str]) -> Table:
    heads = ("id", "label", "register", "generator", "score A", "score B", "flagged by")
    rows = [
        (
            each.id,
            *(each.label, each.register, each.generator),
            *(number(each.score_a), number(each.score_b)),
            each.flagged_by.upper(),
            *([quotes[each.id]] if quotes else []),
        )
        for each in changed[:listed]
    ]
    title = f"changed sides: {len(changed)}, shown {len(rows)}"
    return Table(title, (*heads, "text") if quotes else heads, rows)
