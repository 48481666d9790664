"""A report of prose as tables of words, the same for the terminal and for the page."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from detector.training import render
from detector.training.prose.measure import Baseline, Figures, SetReport, Slice
from detector.training.prose.metrics import FPRS, Ranking, RecallAt
from detector.training.stats import Estimate, Rate

NOTHING: Final = "–"
NOTE: Final = (
    "Intervals are 95 %: Wilson's for rates, a bootstrap over groups for rankings. "
    "An abstention counts as not flagged under `all`. Baselines: ↑ high values speak for a "
    "machine, ↓ low ones. *: fewer humans than the rate needs, so the highest of their scores is "
    "the threshold."
)
_RECALLS: Final = tuple(f"TPR at {100 * fpr:g} %" for fpr in FPRS)
_FLAGGED: Final = ("recall, judged", "FPR, judged", "recall, all", "FPR, all")


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; every row is as long as ``heads``."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def text(reports: Sequence[SetReport]) -> str:
    """Return reports as text tables."""
    parts = [drawn(summary(reports))]
    for report in reports:
        parts += [f"{report.name}\n", *map(drawn, tables(report))]
    return "\n".join([*parts, NOTE, ""])


def drawn(table: Table) -> str:
    """Return one table as text."""
    return render.table(table.title, table.heads, table.rows)


def summary(reports: Sequence[SetReport]) -> Table:
    """A row a set: its judged texts at the preset of the breakdowns, and the best baseline."""
    at = {f"{report.preset} ≥ {report.main.threshold:g}" for report in reports}
    heads = ("set", "humans", "machines", "coverage", "AUROC", *_RECALLS, "best baseline")
    rows = [
        (
            report.name,
            *_ranks(report.judged.ranking, coverage=report.coverage),
            _baseline(report.judged.best_baseline),
            rate(report.main.judged.recall),
            rate(report.main.judged.fpr),
        )
        for report in reports
    ]
    return Table(f"judged texts at {', '.join(at)}", (*heads, "recall", "FPR"), rows)


def tables(report: SetReport) -> Iterator[Table]:
    """The tables of one set; breakdowns that have a single row are left out."""
    yield _ranking("judged texts", report.judged)
    yield _ranking("all texts that have a score", report.all)
    yield _shipped(report)
    yield _classes(report)
    for by, slices in (
        ("label, against all humans of the set", report.by_label),
        ("generator, against all humans of the set", report.by_generator),
        ("register", report.by_register),
        ("length in characters", report.by_length),
    ):
        if len(slices) > 1:
            yield _breakdown(f"by {by}, at {report.preset}", slices)
    if report.human_fpr:
        yield _grid(report)


def _ranking(title: str, figures: Figures) -> Table:
    rows = [("judge", *_ranks(figures.ranking))]
    rows += [(name(each), *_ranks(each.ranking)) for each in figures.baselines]
    return Table(f"ranking, {title}", ("scored by", "humans", "machines", "AUROC", *_RECALLS), rows)


def _ranks(ranks: Ranking, coverage: Rate | None = None) -> list[str]:
    shown = [] if coverage is None else [percent(coverage.share)]
    figures = [estimate(ranks.auroc), *map(_recall, ranks.recall_at)]
    return [str(ranks.humans), str(ranks.machines), *shown, *figures]


def _shipped(report: SetReport) -> Table:
    rows = [
        (
            each.preset,
            f"{each.threshold:g}",
            *(rate(of) for part in (each.judged, each.all) for of in (part.recall, part.fpr)),
        )
        for each in report.shipped
    ]
    return Table("flagged as shipped", ("preset", "threshold", *_FLAGGED), rows)


def _classes(report: SetReport) -> Table:
    rows = [
        (
            title,
            *map(number, (part.f1_two_way, part.f1_three_way)),
            *map(number, (part.calibration.ece, part.calibration.brier)),
        )
        for title, part in (("judged", report.judged), ("all", report.all))
    ]
    reasons = ", ".join(f"{reason} {count}" for reason, count in report.abstained.items())
    title = f"classes and calibration; coverage {rate(report.coverage)}"
    heads = ("texts", "macro-F1 two-way", "macro-F1 three-way", "ECE", "Brier")
    return Table(f"{title}; abstained: {reasons or 'none'}", heads, rows)


def _breakdown(title: str, slices: Iterable[Slice]) -> Table:
    figures = ("coverage", "AUROC", _RECALLS[0], "best baseline")
    heads = ("", "humans", "machines", *figures, *_FLAGGED)
    rows = [
        (
            each.name,
            *_ranks(each.ranking, coverage=each.coverage)[:-1],
            _baseline(each.best_baseline),
            *(
                rate(of)
                for part in (each.shipped.judged, each.shipped.all)
                for of in (part.recall, part.fpr)
            ),
        )
        for each in slices
    ]
    return Table(title, heads, rows)


def _grid(report: SetReport) -> Table:
    cells = {(cell.register, cell.length): rate(cell.judged) for cell in report.human_fpr}
    lengths = [each.name for each in report.by_length]
    rows = [
        (register, *(cells.get((register, length), NOTHING) for length in lengths))
        for register in dict.fromkeys(cell.register for cell in report.human_fpr)
    ]
    return Table(f"FPR of judged texts by length, at {report.preset}", ("", *lengths), rows)


def name(baseline: Baseline) -> str:
    """A baseline's name with the direction that speaks for a machine."""
    return f"{baseline.name} {'↓' if baseline.turned else '↑'}"


def _baseline(baseline: Baseline) -> str:
    ranks = baseline.ranking
    if math.isnan(ranks.auroc.value):
        return NOTHING
    return (
        f"{name(baseline)} {number(ranks.auroc.value)}, {number(ranks.recall_at[0].recall.value)}"
    )


def _recall(found: RecallAt) -> str:
    shown = estimate(found.recall)
    return shown if found.enough or shown == NOTHING else f"{shown}*"


def estimate(value: Estimate) -> str:
    """A figure with its interval, if it has one.

    >>> estimate(Estimate(0.9, 0.85, 0.95))
    '0.900 [0.850–0.950]'
    """
    if math.isnan(value.low):
        return number(value.value)
    return f"{number(value.value)} [{number(value.low)}–{number(value.high)}]"


def rate(value: Rate) -> str:
    """A share with its interval and what it is a share of.

    >>> rate(Rate(1, 100))
    '1.0 % [0.2–5.4] of 100'
    """
    if not value.total:
        return NOTHING
    low, high = (100 * end for end in value.interval)
    return f"{percent(value.share)} [{low:.1f}–{high:.1f}] of {value.total}"


def number(value: float) -> str:
    """Three digits after the point."""
    return NOTHING if math.isnan(value) else f"{value:.3f}"


def percent(value: float) -> str:
    """A share in percent."""
    return NOTHING if math.isnan(value) else f"{100 * value:.1f} %"
