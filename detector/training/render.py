"""Reports as aligned text for people and as plain data for programs."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import islice
from typing import Any

from detector.training import shapes
from detector.training.alarms import CleanSet, PageErrors
from detector.training.bench import Bench
from detector.training.evaluate import Characters, KindScore, NoiseReport, Pages, PredictedKind
from detector.training.stats import Estimate, Rate

SPANS_SHOWN = 5  # of one flagged page: a page of pinyin has hundreds alike

Cell = str | int | float | Estimate | Rate


@dataclass(frozen=True, slots=True)
class Result:
    """What `detector evaluate` measured: reports and worst pages by gold file, and clean sets."""

    gold: Mapping[str, NoiseReport]
    worst: Mapping[str, Sequence[PageErrors]]
    clean: Sequence[CleanSet]


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a titled text table, the first column to the left and all others to the right."""
    lines = [list(heads), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    body = (
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]).rstrip()
        for line in lines
    )
    return "\n".join([title, *(f"  {line}" for line in body), ""])


def _cell(value: Cell) -> str:
    if isinstance(value, Rate):
        if not value.total:
            return "–"
        low, high = value.interval
        return (
            f"{value.hits}/{value.total} {_percent(value.share)} [{_percent(low)}–{_percent(high)}]"
        )
    if isinstance(value, Estimate):
        return f"{_number(value.value)} [{_number(value.low)}–{_number(value.high)}]"
    return _number(value) if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _percent(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.2f}%"


def noise_text(name: str, report: NoiseReport) -> str:
    """Return a noise report as text tables."""
    page_heads = ["family", "hits", "false alarms", "on clean pages", "hits if apart kinds only"]
    tables = [
        table(
            "characters [95 % over pages]", _CHARACTER_HEADS, map(_characters, report.characters)
        ),
        table("pages flagged [95 % Wilson]", page_heads, map(_pages, report.pages)),
        table("gold kinds", _KIND_HEADS, map(_kind, report.kinds)),
        table("predicted kinds", _PREDICTED_HEADS, map(_predicted, report.predicted)),
    ]
    if report.apart:
        apart = table("apart, don't-care above", _KIND_HEADS, map(_kind, report.apart))
        tables.insert(3, apart)
    return "\n".join([name, "", *tables])


_CHARACTER_HEADS = ("family", "precision", "recall", "F1", "true", "false", "missed")
_PREDICTED_HEADS = ("kind", "spans", "false", "characters", "false", "of them the other family's")
_KIND_HEADS = ("kind", "spans", "found by half", "same kind", "characters", "found")


def _characters(row: Characters) -> Sequence[Cell]:
    return row.family, row.precision, row.recall, row.f1, row.true, row.false, row.missed


def _pages(row: Pages) -> Sequence[Cell]:
    return row.family, row.hits, row.absent_flagged, row.clean_flagged, row.apart_hits


def _kind(row: KindScore) -> Sequence[Cell]:
    same = f"{row.agreed}/{row.found}"
    return f"{row.family}.{row.kind}", row.spans, row.found, same, row.chars, row.covered


def _predicted(row: PredictedKind) -> Sequence[Cell]:
    name = f"{row.family}.{row.kind}"
    return name, row.spans, row.false_spans, row.chars, row.false_chars, row.other_family_chars


def clean_text(sets: Sequence[CleanSet]) -> str:
    """Return the flagged shares of clean sets as one table."""
    heads = ["set", "pages", "characters", "tag_spam", "boilerplate", "any"]
    rows: list[Sequence[Cell]] = [
        (s.name, s.pages, s.chars, *(s.flagged[f] for f in heads[3:])) for s in sets
    ]
    return table("clean sets: pages flagged (95 % Wilson interval)", heads, rows)


def alarms_text(clean: CleanSet) -> str:
    """Return the flagged pages of a set, a line a span with its quote."""
    lines = []
    for alarm in clean.alarms:
        lines.append(f"{clean.name}  {alarm.id}  {', '.join(alarm.families)}")
        for span, words in islice(zip(alarm.spans, alarm.quotes, strict=True), SPANS_SHOWN):
            lines.append(f"    {span.label}.{span.kind}  {span.start}–{span.end}  「{words}」")
        if len(alarm.spans) > SPANS_SHOWN:
            lines.append(f"    … {len(alarm.spans) - SPANS_SHOWN} more")
    return "\n".join([*lines, ""])


def errors_text(pages: Iterable[PageErrors]) -> str:
    """Return the wrong stretches of pages, a line each with kinds and quote."""
    lines = []
    for page in pages:
        lines.append(f"{page.id}  {page.chars} wrong characters")
        for wrong in page.stretches:
            name = f"{wrong.what:6} {wrong.family}.{'+'.join(wrong.kinds)}"
            lines.append(
                f"    {name}  {wrong.start}–{wrong.end} ({wrong.chars})  「{wrong.quote}」"
            )
    return "\n".join([*lines, ""])


def result_text(result: Result) -> str:
    """Return all that `detector evaluate` measured as text."""
    parts = [noise_text(name, report) for name, report in result.gold.items()]
    parts += [errors_text(pages) for pages in result.worst.values()]
    parts += [clean_text(result.clean)] if result.clean else []
    parts += [alarms_text(clean) for clean in result.clean]
    return "\n".join(part for part in parts if part.strip())


def bench_text(bench: Bench) -> str:
    """Return a benchmark as text tables."""
    cost, process, workers = bench.cost, bench.process, bench.workers
    speed: list[Sequence[Cell]] = [
        ("documents", cost.documents),
        ("characters", cost.chars),
        ("documents a second", f"{cost.docs_per_second:.0f}"),
        ("MB a second", f"{cost.mb_per_second:.2f}"),
        (
            "times faster than jieba.lcut",
            f"{cost.times_faster_than_jieba:.2f} {_span(cost.rounds)}",
        ),
        ("prose alone, times faster than jieba.lcut", f"{cost.prose_faster:.1f}"),
        (f"{workers.workers} workers against 1", f"{workers.speed_up:.2f} {_span(workers.rounds)}"),
        ("import to first verdict, best (s)", process.best_seconds),
        ("import to first verdict, median (s)", process.median_seconds),
        ("peak memory (MB)", "–" if process.peak_mb is None else f"{process.peak_mb:.0f}"),
    ]
    stages = [(name, _percent(share)) for name, share in cost.stages.items()]
    stages.append(("words alone, no part of it", _percent(cost.words)))
    sizes = [f"{size:,} characters (ms)" for size in shapes.SIZES]
    growth: list[Sequence[Cell]] = [
        (g.shape, *(f"{1000 * s:.2f}" for s in g.seconds), g.fitted, g.last) for g in bench.growth
    ]
    return "\n".join(
        [
            table("single thread, CPU time; medians of rounds", ["", "value"], speed),
            table("stages of check()", ["stage", "share"], stages),
            table("one long line", ["shape", *sizes, "exponent", "of the last step"], growth),
        ]
    )


def _span(rounds: Sequence[float]) -> str:
    return f"[{min(rounds):.2f}–{max(rounds):.2f}]"


def as_json(value: object) -> str:
    """Return a report as indented JSON; NaN becomes null."""
    return json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n"


def plain(value: Any) -> Any:  # noqa: ANN401 - any report in, JSON out
    """Return a report as JSON-ready data: rates carry share and interval, NaN becomes null."""
    if isinstance(value, Rate):
        rate = {"hits": value.hits, "total": value.total, "share": value.share}
        return plain(rate | {"interval": value.interval})
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
