"""Measure a judge of prose on sets of labelled texts, with trivial baselines beside every figure.

- A machine's text is one labelled ``ai`` or ``ai_refined``; what is flagged scores at least the
  preset's threshold and was not abstained from.
- Rates and classes count once the judged texts, and once all of them, where an abstention is a
  text that was not flagged. Rankings and calibration take once the judged texts, and once all that
  have a score.
- A trivial baseline is turned whichever way ranks better, on every part anew: an upper bound.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detector.judge import PRESETS
from detector.prose.model import LABELS
from detector.training.corpora.leaks import TRIVIAL
from detector.training.prose.columns import LENGTHS, Columns, flags, length_of
from detector.training.prose.judged import Judged
from detector.training.prose.metrics import (
    Bootstrap,
    Calibration,
    Mask,
    Ranking,
    Sample,
    calibration,
    macro_f1,
    ranking,
)
from detector.training.stats import NAN, Rate, auroc

PRESET: Final = "balanced"
UNKNOWN: Final = "–"

Names: TypeAlias = NDArray[np.str_]  # (n,), one a text


def presets() -> dict[str, float]:
    """The thresholds of ``score`` in force, by preset."""
    return {name: bounds["ai_prose"] for name, bounds in PRESETS.items()}


@dataclass(frozen=True, slots=True)
class Plan:
    """Thresholds by preset, the preset of the breakdowns, and how the intervals are drawn."""

    presets: Mapping[str, float] = field(default_factory=presets)
    preset: str = PRESET
    bootstrap: Bootstrap = field(default_factory=Bootstrap)


@dataclass(frozen=True, slots=True)
class Flagged:
    """How many of the machines' texts and of the humans' texts were flagged."""

    recall: Rate
    fpr: Rate


@dataclass(frozen=True, slots=True)
class Shipped:
    """What a preset flags: of the texts it judged, and of all."""

    preset: str
    threshold: float
    judged: Flagged
    all: Flagged


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline's ranking; ``turned`` says that its low values speak for a machine."""

    name: str
    turned: bool
    ranking: Ranking


def best(baselines: Iterable[Baseline]) -> Baseline:
    """The baseline with the highest AUROC; the first where there is none."""
    return max(baselines, key=lambda each: float(np.nan_to_num(each.ranking.auroc.value)))


@dataclass(frozen=True, slots=True)
class Figures:
    """What is measured on a part of the texts.

    Macro-F1 is two-way at the plan's preset, and three-way by the most probable label.
    """

    ranking: Ranking
    baselines: tuple[Baseline, ...]
    calibration: Calibration
    f1_two_way: float
    f1_three_way: float

    @property
    def best_baseline(self) -> Baseline:
        """The baseline with the highest AUROC."""
        return best(self.baselines)


@dataclass(frozen=True, slots=True)
class Slice:
    """One register, generator, label or length; its ranking takes all texts that have a score."""

    name: str
    coverage: Rate
    ranking: Ranking
    best_baseline: Baseline
    shipped: Shipped


@dataclass(frozen=True, slots=True)
class Cell:
    """Human texts of a register and a length that were flagged."""

    register: str
    length: str
    judged: Rate
    all: Rate


@dataclass(frozen=True, slots=True)
class SetReport:
    """Everything measured on one set."""

    name: str
    labels: Mapping[str, int]
    coverage: Rate
    abstained: Mapping[str, int]
    preset: str
    shipped: tuple[Shipped, ...]
    judged: Figures
    all: Figures
    by_label: tuple[Slice, ...]
    by_generator: tuple[Slice, ...]
    by_register: tuple[Slice, ...]
    by_length: tuple[Slice, ...]
    human_fpr: tuple[Cell, ...]

    @property
    def main(self) -> Shipped:
        """What the preset of the breakdowns flags."""
        return next(each for each in self.shipped if each.preset == self.preset)


def measure(name: str, found: Columns, plan: Plan) -> SetReport:
    """Measure one set of judged texts."""
    texts = [each.text for each in found.items]
    every = np.ones(len(texts), np.bool_)
    registers = np.array([text.register or UNKNOWN for text in texts], np.str_)
    makers = np.array([text.generator or UNKNOWN for text in texts], np.str_)
    lengths = np.array([length_of(text.text) for text in texts], np.str_)
    labels = np.array([text.label for text in texts], np.str_)
    return SetReport(
        name=name,
        labels={label: sum(text.label == label for text in texts) for label in LABELS},
        coverage=Rate(int(found.answered.sum()), len(texts)),
        abstained=dict(Counter(each.abstained for each in found.items if each.abstained)),
        preset=plan.preset,
        shipped=tuple(shipped(found, every, plan, preset) for preset in plan.presets),
        judged=_figures(found, found.answered, plan),
        all=_figures(found, every, plan),
        by_label=_against_all(found, labels, plan),
        by_generator=_against_all(found, makers, plan),
        by_register=tuple(_slices(found, registers, plan)),
        by_length=tuple(_slices(found, lengths, plan)),
        human_fpr=tuple(_cells(found, registers, lengths, plan)),
    )


def shipped(found: Columns, chosen: Mask, plan: Plan, preset: str) -> Shipped:
    """What a preset flags among the chosen texts."""
    threshold = plan.presets[preset]
    return Shipped(
        preset,
        threshold,
        _flagged(found, chosen & found.answered, threshold),
        _flagged(found, chosen, threshold),
    )


def _flagged(found: Columns, chosen: Mask, threshold: float) -> Flagged:
    hits = flags(found, threshold)
    recall, fpr = (
        Rate(int((hits & part).sum()), int(part.sum()))
        for part in (chosen & found.machine, chosen & ~found.machine)
    )
    return Flagged(recall, fpr)


def _figures(found: Columns, chosen: Mask, plan: Plan) -> Figures:
    sample = found.sample(chosen)
    hits = flags(found, plan.presets[plan.preset])[chosen]
    return Figures(
        ranking(sample, plan.bootstrap),
        tuple(_baselines(found, chosen, plan)),
        calibration(sample),
        macro_f1(found.machine[chosen].astype(np.intp), hits.astype(np.intp)),
        _three_way([found.items[index] for index in np.flatnonzero(chosen).tolist()]),
    )


def _three_way(items: Sequence[Judged]) -> float:
    """Macro-F1 of the most probable labels; an abstention says human."""
    truth = np.array([LABELS.index(each.text.label) for each in items], np.intp)
    said = [
        (each.human, each.ai, each.refined) if each.abstained is None else (1.0, 0.0, 0.0)
        for each in items
    ]
    told = np.array(said, np.float64).reshape(-1, len(LABELS))
    return NAN if np.isnan(told).any() else macro_f1(truth, told.argmax(axis=1))


def _baselines(found: Columns, chosen: Mask, plan: Plan) -> Iterator[Baseline]:
    """The baselines on the chosen texts; only the trivial ones may be turned."""
    for name, scores in found.baselines.items():
        sample = found.sample(chosen, scores)
        turned = name in TRIVIAL and auroc(sample.scores, sample.machine) < 0.5
        if turned:
            sample = Sample(-sample.scores, sample.machine, sample.groups)
        yield Baseline(name, turned, ranking(sample, plan.bootstrap))


def _slices(found: Columns, values: Names, plan: Plan) -> Iterator[Slice]:
    for name in _names(values):
        own = values == name
        yield _slice(found, name, (own, own), plan)


def _against_all(found: Columns, values: Names, plan: Plan) -> tuple[Slice, ...]:
    """Machines' texts apart by their values, each against all humans of the set."""
    own = [(name, (values == name) & found.machine) for name in _names(values[found.machine])]
    return tuple(_slice(found, name, (mask, mask | ~found.machine), plan) for name, mask in own)


def _names(values: Names) -> list[str]:
    """The values there are: lengths by size, others by name."""
    there: list[str] = np.unique(values).tolist()
    return sorted(there, key=lambda name: (LENGTHS.index(name) if name in LENGTHS else 0, name))


def _slice(found: Columns, name: str, masks: tuple[Mask, Mask], plan: Plan) -> Slice:
    """Figures of a slice: its own texts, and those with what they are ranked against."""
    own, chosen = masks
    quick = replace(plan, bootstrap=Bootstrap(resamples=0))  # a dozen, of which one is named
    points = _baselines(found, chosen, quick)
    return Slice(
        name,
        Rate(int((own & found.answered).sum()), int(own.sum())),
        ranking(found.sample(chosen), plan.bootstrap),
        best(points),
        shipped(found, chosen, plan, plan.preset),
    )


def _cells(found: Columns, registers: Names, lengths: Names, plan: Plan) -> Iterator[Cell]:
    """Every register × length that holds human text."""
    for register, length in product(_names(registers), _names(lengths)):
        both = (registers == register) & (lengths == length)
        of = shipped(found, both, plan, plan.preset)
        if of.all.fpr.total:
            yield Cell(register, length, of.judged.fpr, of.all.fpr)
