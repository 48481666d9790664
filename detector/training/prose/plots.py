"""The plots of a prose report, as SVG that is the same for the same figures."""

import html
import re
from collections.abc import Sequence
from io import StringIO
from typing import Any, Final, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from detector.training.prose.columns import Columns
from detector.training.prose.measure import Baseline, SetReport, Slice
from detector.training.prose.metrics import Sample, curve
from detector.training.prose.tables import name
from detector.training.stats import Rate

# Colours that the colour-blind tell apart (Okabe and Ito 2008).
HUMAN, MACHINE, JUDGE, ALL = "#009e73", "#d55e00", "#0072b2", "#56b4e9"
DASHED: Final = ("#333333", "#cc79a7", "#999999", "#e69f00")
BESIDE: Final = len(DASHED)  # baselines drawn beside the judge
FPR_AXIS: Final = np.geomspace(0.0005, 1, 200)
MOST: Final = 40  # rows of a bar plot, the most texts first; the table has them all
LONGEST: Final = 24  # characters of a row's name
WIDTH, HEIGHT, ROW = 5.2, 3.5, 0.24  # inches: a plot, and a row of a bar plot
_UNUSED_ID: Final = re.compile(r' id="[a-zA-Z0-9_.]+_\d+"')


class Plot(NamedTuple):
    """A drawing and what stands over it."""

    title: str
    svg: str


class Row(NamedTuple):
    """A rate with its name, and where a baseline stands beside it."""

    name: str
    rate: Rate
    baseline: float


def plots(report: SetReport, found: Columns) -> list[Plot]:
    """The plots of one set, those left out that have nothing to show."""
    judged = found.sample(found.answered)
    drawn = []
    if 0 < judged.machine.sum() < len(judged.machine):
        drawn += [_roc(report, found), _reliability(report)]
    if len(judged.scores):
        drawn += [_histogram(report, judged), _lengths(report)]
    human = [Row(each.name, each.shipped.judged.fpr, np.nan) for each in report.by_register]
    machine = [
        Row(each.name, each.shipped.judged.recall, _beside(each)) for each in report.by_generator
    ]
    for title, colour, rows in (
        (f"FPR by register, at {report.preset}", HUMAN, human),
        (f"recall by generator, at {report.preset}", MACHINE, machine),
    ):
        if shown := [row for row in rows if row.rate.total]:
            drawn.append(Plot(title, _bars(colour, shown)))
    return drawn


def _beside(part: Slice) -> float:
    """Recall of the best baseline at the first of the false-positive rates."""
    return part.best_baseline.ranking.recall_at[0].recall.value


def _roc(report: SetReport, found: Columns) -> Plot:
    figure, axes = _axes("FPR", "recall")
    beside = sorted(report.judged.baselines, key=_falling)[:BESIDE]
    names = [name(each) for each in beside]
    every = np.ones(len(found.items), np.bool_)
    for part, label, colour in ((every, "all", ALL), (found.answered, "judged", JUDGE)):
        _line(axes, found.sample(part), label=label, color=colour, linewidth=1.8)
    for place, baseline in enumerate(beside):
        scores = found.baselines[baseline.name] * (-1 if baseline.turned else 1)
        look = {"color": DASHED[place], "linewidth": 1, "linestyle": "--"}
        _line(
            axes, found.sample(found.answered, scores), label=_stand_in(place, names[place]), **look
        )
    for fpr in (0.001, 0.01):
        axes.axvline(fpr, color="#dddddd", linewidth=0.8, zorder=0)
    axes.set_xscale("log")
    axes.set(xlim=(FPR_AXIS[0], 1), ylim=(0, 1.01))
    axes.legend(fontsize=7, loc="best")
    return Plot(f"ROC: recall over FPR; the {BESIDE} best baselines dashed", _svg(figure, names))


def _falling(baseline: Baseline) -> float:
    return -float(np.nan_to_num(baseline.ranking.auroc.value))


def _line(axes: Axes, sample: Sample, **look: Any) -> None:  # noqa: ANN401 - matplotlib's own
    axes.plot(FPR_AXIS, curve(sample, FPR_AXIS), **look)


def _reliability(report: SetReport) -> Plot:
    figure, axes = _axes("mean score", "share of machines' texts")
    axes.plot([0, 1], [0, 1], color="#bbbbbb", linewidth=1)
    bins = report.judged.calibration.bins
    _points(axes, [each.score for each in bins], [each.machine for each in bins], JUDGE)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    return Plot("reliability of judged texts' scores", _svg(figure))


def _points(axes: Axes, places: Sequence[float], rates: Sequence[Rate], colour: str) -> None:
    """Rates over their places, with intervals."""
    axes.errorbar(
        places,
        [each.share for each in rates],
        yerr=np.abs([_ends(each) for each in rates]).reshape(-1, 2).T,
        color=colour,
        marker="o",
        markersize=3.5,
        linewidth=1,
        capsize=2,
    )


def _ends(rate: Rate) -> tuple[float, float]:
    """How far the interval reaches to either side of the share."""
    low, high = rate.interval
    return rate.share - low, high - rate.share


def _histogram(report: SetReport, sample: Sample) -> Plot:
    figure, axes = _axes("score", "share of texts")
    edges = np.histogram_bin_edges(sample.scores, 40).tolist()
    for part, label, colour in ((~sample.machine, "human", HUMAN), (sample.machine, "ai", MACHINE)):
        scores = sample.scores[part]
        weights = np.full(len(scores), 1 / max(1, len(scores)))
        axes.hist(scores, edges, weights=weights, color=colour, alpha=0.55, label=label)
    axes.axvline(report.main.threshold, color="#333333", linewidth=0.8, linestyle=":")
    axes.set_yscale("symlog", linthresh=0.01)
    axes.set_ylim(0, 1.05)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(fontsize=7)
    return Plot("scores of judged texts; the threshold dotted", _svg(figure))


def _lengths(report: SetReport) -> Plot:
    figure, axes = _axes("characters", "share flagged")
    places = range(len(report.by_length))
    parts = [each.shipped.judged for each in report.by_length]
    for label, colour, rates in (
        ("recall", MACHINE, [each.recall for each in parts]),
        ("FPR", HUMAN, [each.fpr for each in parts]),
    ):
        kept = [(place, rate) for place, rate in zip(places, rates, strict=True) if rate.total]
        _points(axes, [place for place, _ in kept], [rate for _, rate in kept], colour)
        axes.plot([], [], color=colour, marker="o", markersize=3.5, label=label)
    axes.plot(
        places,
        [_beside(each) for each in report.by_length],
        color=DASHED[0],
        linewidth=1,
        linestyle="--",
        label="best baseline, TPR at 1 % FPR",
    )
    axes.set_xticks(places, [each.name for each in report.by_length], fontsize=7)
    axes.set_ylim(-0.02, 1.02)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(fontsize=7)
    return Plot(f"recall and FPR of judged texts by length, at {report.preset}", _svg(figure))


def _bars(colour: str, rows: Sequence[Row]) -> str:
    """Rates with intervals, a row each; a dashed line where the best baseline's TPR stands."""
    shown = sorted(rows, key=lambda row: row.rate.total, reverse=True)[:MOST]
    height = 0.4 + ROW * len(shown)
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0.34, 0.3 / height, 0.62, 1 - 0.35 / height))
    places = np.arange(len(shown))
    shares = np.array([row.rate.share for row in shown])
    ends = np.array([_ends(row.rate) for row in shown]).T
    axes.barh(places, shares, color=colour, alpha=0.6, height=0.7)
    axes.errorbar(
        shares, places, xerr=np.abs(ends), fmt="none", color="#333333", linewidth=0.9, capsize=2
    )
    for place, row in enumerate(shown):
        if not np.isnan(row.baseline):
            axes.plot(
                [row.baseline] * 2, [place - 0.45, place + 0.45], color=DASHED[0], linestyle="--"
            )
    names = [row.name[:LONGEST] for row in shown]
    axes.set_yticks(places, [*map(_stand_in, range(len(names)), names)], fontsize=7)
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.tick_params(axis="x", labelsize=7)
    return _svg(figure, names)


def _axes(x: str, y: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(x, fontsize=8)
    axes.set_ylabel(y, fontsize=8)
    axes.tick_params(labelsize=7)
    return figure, axes


def _stand_in(place: int, text: str) -> str:
    """What is drawn in a name's place: as long, and in letters that matplotlib's fonts have."""
    return f"name{place:03}".ljust(len(text), "x")


def _svg(figure: Figure, names: Sequence[str] = ()) -> str:
    """The figure as an element, with the names put in where something stood for them.

    matplotlib's fonts have no Chinese; those of the browser that shows the text have.
    """
    out = StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "detector"}):
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(out, format="svg", metadata=nothing)
    drawn = _UNUSED_ID.sub("", out.getvalue())
    for place, text in enumerate(names):
        drawn = drawn.replace(_stand_in(place, text), html.escape(text))
    return drawn[drawn.index("<svg") :]
