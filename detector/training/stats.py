"""The statistics of the reports: rates with Wilson intervals, P/R/F1 with a page bootstrap."""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

NAN = float("nan")
Z95 = 1.959964  # two-sided 95 % quantile of the normal distribution
RESAMPLES = 2000  # interval ends move by less than .005 between seeds on 40 pages

Interval: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` of ``total``; share and interval are NaN where nothing was counted."""

    hits: int
    total: int

    @property
    def share(self) -> float:
        """Hits over total, in [0, 1]."""
        return ratio(self.hits, self.total)

    @property
    def interval(self) -> Interval:
        """The 95 % interval of the share."""
        return wilson(self.hits, self.total)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


def ratio(part: float, whole: float) -> float:
    """Return part / whole, NaN where the whole is 0."""
    return part / whole if whole else NAN


def wilson(hits: int, total: int) -> Interval:
    """Return Wilson's 95 % score interval of a proportion (Wilson 1927).

    >>> low, high = wilson(0, 100)
    >>> low, round(high, 3)
    (0.0, 0.037)
    """
    if not total:
        return NAN, NAN
    share, z2 = hits / total, Z95 * Z95
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = (
        Z95 / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    )
    return max(0.0, centre - half) if hits else 0.0, min(
        1.0, centre + half
    ) if hits < total else 1.0


def auroc(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Return the chance that a positive scores above a negative, ties counting half.

    Both arrays are (n,); NaN where there is no positive or no negative. The statistic is Mann and
    Whitney's, by mid-ranks (Hanley and McNeil 1982).

    >>> auroc(np.array([0.1, 0.4, 0.4, 0.9]), np.array([False, False, True, True]))
    0.875
    """
    hits, count = int(positive.sum()), len(positive)
    if not 0 < hits < count:
        return NAN
    _, places, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    middles = np.cumsum(sizes) - (sizes - 1) / 2
    above = float(middles[places][positive].sum()) - hits * (hits + 1) / 2
    return above / (hits * (count - hits))


def precision_recall_f1(
    counts: NDArray[np.int64], seed: int
) -> tuple[Estimate, Estimate, Estimate]:
    """Return micro precision, recall and F1 with percentile intervals over resampled pages.

    ``counts`` is (pages, 3): true positives, false positives and false negatives of each page.
    """
    if not len(counts):
        nothing = Estimate(NAN, NAN, NAN)
        return nothing, nothing, nothing
    picks = np.random.default_rng(seed).integers(0, len(counts), size=(RESAMPLES, len(counts)))
    resampled = _scores(counts[picks].sum(axis=1))
    values = _scores(counts.sum(axis=0, keepdims=True))[0]
    estimates = [_estimate(float(values[column]), resampled[:, column]) for column in range(3)]
    return estimates[0], estimates[1], estimates[2]


def _scores(sums: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n, 3) sums of TP, FP, FN → (n, 3) precision, recall, F1; NaN where undefined."""
    hit, false, missed = sums.astype(np.float64).T
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack(
            [hit / (hit + false), hit / (hit + missed), 2 * hit / (2 * hit + false + missed)],
            axis=1,
        )


def _estimate(value: float, resampled: NDArray[np.float64]) -> Estimate:
    defined = resampled[~np.isnan(resampled)]
    if not len(defined):
        return Estimate(value, NAN, NAN)
    low, high = np.percentile(defined, [2.5, 97.5])
    return Estimate(value, float(low), float(high))
