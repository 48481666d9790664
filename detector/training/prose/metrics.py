"""What scores are worth: ranking, calibration, classes; intervals by a bootstrap over groups.

Texts of one group (a question's answers, a host's pages) err alike, so groups are resampled, not
texts.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detector.training.stats import NAN, Estimate, Rate, ratio

FPRS: Final = (0.01, 0.001)
BINS: Final = 15
ROUNDING: Final = 1 + 1e-9  # .01 * 700 and .001 * 1000 must not fall short of 7 and 1

Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.intp]
Statistic: TypeAlias = Callable[[Floats], Floats]  # weights of the texts (n,) → figures (k,)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Scored texts as arrays of one length: scores, whose text it is, and its group's number."""

    scores: Floats
    machine: Mask
    groups: Places

    def take(self, chosen: Mask) -> "Sample":
        """The sample of the chosen texts."""
        return Sample(self.scores[chosen], self.machine[chosen], self.groups[chosen])


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """How intervals are drawn; of 1,000 resamples AUROC's ends move by less than .002 a seed."""

    seed: int = 0
    resamples: int = 1000

    def draws(self, groups: Places, figures: Statistic) -> Floats:
        """The figures (k,) of resamples, in which each group comes as often as it was drawn.

        (resamples, k), or nothing where there is no text.
        """
        rng = np.random.default_rng(self.seed)
        _, places = np.unique(groups, return_inverse=True)
        count = int(places.max(initial=-1)) + 1
        drawn = []
        for _ in range(self.resamples if count else 0):
            often = np.bincount(rng.integers(0, count, count), minlength=count)
            drawn.append(figures(often.astype(np.float64).take(places)))
        return np.array(drawn)


@dataclass(frozen=True, slots=True)
class RecallAt:
    """Recall where the threshold lets ``fpr`` of this sample's own humans through.

    ``enough`` is false where the humans are fewer than 1 / fpr: then none is let through, and the
    figure hangs on the one with the highest score.
    """

    fpr: float
    recall: Estimate
    enough: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well scores tell machines' texts from humans', wherever a threshold may lie."""

    humans: int
    machines: int
    auroc: Estimate
    recall_at: tuple[RecallAt, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts of like score: their mean score, and how many a machine wrote."""

    score: float
    machine: Rate


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether scores are probabilities; ECE over equally filled bins (Naeini et al. 2015)."""

    ece: float
    brier: float
    bins: tuple[Bin, ...]


class Ladder:
    """A sample in falling order of scores, so that any resample costs two sums along it."""

    def __init__(self, sample: Sample) -> None:
        self._order = np.argsort(-sample.scores, kind="stable")
        self._machine = sample.machine[self._order].astype(np.float64)
        # Where a score ends: texts of one score come in any order, so no threshold parts them.
        ends = np.flatnonzero(np.diff(sample.scores[self._order], append=-np.inf)) + 1
        self._rungs = np.concatenate([[0], ends])

    def flagged(self, weights: Floats) -> tuple[Floats, Floats]:
        """Machines and humans above no text, then down to each distinct score; sums of weights."""
        falling = weights.take(self._order)
        machines, humans = np.zeros((2, len(falling) + 1))
        np.cumsum(falling * self._machine, out=machines[1:])
        np.cumsum(falling, out=humans[1:])
        humans -= machines
        return machines.take(self._rungs), humans.take(self._rungs)

    def figures(self, weights: Floats) -> Floats:
        """AUROC, and recall at each of ``FPRS``; NaN without humans or without machines."""
        machines, humans = self.flagged(weights)
        if not machines[-1] or not humans[-1]:
            return np.full(1 + len(FPRS), NAN)
        area = np.trapezoid(machines, humans) / (machines[-1] * humans[-1])
        return np.array([area, *(_recall(machines, humans, fpr) for fpr in FPRS)])


def _recall(machines: Floats, humans: Floats, fpr: float) -> float:
    rung = np.searchsorted(humans, humans[-1] * fpr * ROUNDING, side="right") - 1
    return float(machines[rung] / machines[-1]) if machines[-1] else NAN


def ranking(sample: Sample, bootstrap: Bootstrap) -> Ranking:
    """AUROC and recall at fixed false-positive rates, each with its 95 % interval."""
    machines = int(sample.machine.sum())
    humans = len(sample.machine) - machines
    ladder = Ladder(sample)
    drawn = bootstrap.draws(sample.groups, ladder.figures)
    auroc, *recalls = estimates(ladder.figures(np.ones(len(sample.scores))), drawn)
    enough = [humans * fpr * ROUNDING >= 1 for fpr in FPRS]
    return Ranking(humans, machines, auroc, tuple(map(RecallAt, FPRS, recalls, enough)))


def estimates(values: Floats, drawn: Floats) -> list[Estimate]:
    """The values (k,) with the percentile intervals of their draws (resamples, k)."""
    found = []
    for column, value in enumerate(values.tolist()):
        defined = drawn[:, column][~np.isnan(drawn[:, column])] if len(drawn) else drawn
        low, high = np.percentile(defined, [2.5, 97.5]).tolist() if len(defined) else (NAN, NAN)
        found.append(Estimate(value, low, high))
    return found


def calibration(sample: Sample) -> Calibration:
    """ECE, Brier score and bins; NaN and none where scores are no probabilities."""
    scores, wrong = sample.scores, sample.scores - sample.machine
    if not len(scores) or scores.min() < 0 or scores.max() > 1:
        return Calibration(NAN, NAN, ())
    parts = np.array_split(np.argsort(scores, kind="stable"), min(BINS, len(scores)))
    bins = [
        Bin(float(scores[part].mean()), Rate(int(sample.machine[part].sum()), len(part)))
        for part in parts
    ]
    gaps = [abs(each.score - each.machine.share) * each.machine.total for each in bins]
    return Calibration(math.fsum(gaps) / len(scores), float((wrong**2).mean()), tuple(bins))


def macro_f1(truth: Places, guess: Places) -> float:
    """The mean F1 of the classes that are there; NaN where that is only one."""
    classes = np.unique(truth)
    if len(classes) < 2:
        return NAN
    hits = [int(((truth == each) & (guess == each)).sum()) for each in classes]
    sizes = [int((truth == each).sum() + (guess == each).sum()) for each in classes]
    return math.fsum(ratio(2 * hit, size) for hit, size in zip(hits, sizes, strict=True)) / len(
        classes
    )


def curve(sample: Sample, fprs: Floats) -> Floats:
    """Recall at each of the false-positive rates, as in :class:`RecallAt`."""
    machines, humans = Ladder(sample).flagged(np.ones(len(sample.scores)))
    return np.array([_recall(machines, humans, float(fpr)) for fpr in fprs])
