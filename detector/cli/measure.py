"""`detector evaluate` and `detector bench`: what is found, what is mistaken, what it costs."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import IO, Any

import click
import orjson

from detector.cli import FINDINGS, OK
from detector.cli.options import (
    FILE,
    Pair,
    config_of,
    form_option,
    judge_options,
    needing,
    report_option,
)
from detector.cli.pool import batches
from detector.cli.work import Task, chosen, run
from detector.config import Config, Models
from detector.core import INCLUDE, Detector
from detector.files import Document
from detector.page import Page, Verdict
from detector.read import read
from detector.training import alarms, render, shapes
from detector.training import bench as costs
from detector.training.evaluate import NoiseReport
from detector.training.evaluate import evaluate as measure
from detector.training.gold import Judged, flagged, gold_page, judged, marked
from detector.training.maintext import compare, ours, ours_elsewhere, report
from detector.training.rows import Row, Sampling, choose, read_rows

_COUNT = click.IntRange(1)


@click.group()
def evaluate() -> None:
    """Measure the detector on marked pages and on clean sets."""


@evaluate.command()
@click.argument("gold", nargs=-1, type=FILE)
@click.option("--clean", multiple=True, type=FILE, help="A set believed clean. Repeatable.")
@judge_options
@form_option
@report_option
@click.option("--errors", type=click.IntRange(0), default=0, help="Quote the N worst gold pages.")
@click.option(
    "--list", "listed", type=click.IntRange(0), default=0, help="Quote N flagged pages a clean set."
)
@click.option("--spans-out", type=click.File("wb"), help="Write all spans there, as jsonl.")
@click.option("--with-text", is_flag=True, help="Quote the text in --spans-out.")
@click.option("--where", type=Pair(), multiple=True, help="Clean rows with this field only.")
@click.option("--limit", type=_COUNT, help="Take the first N rows of a clean set.")
@click.option("--sample", type=_COUNT, help="Draw N rows of a clean set, evenly over `domain`.")
@click.option("--per-domain", type=_COUNT, help="Draw at most N rows of one `domain`.")
@click.option("--seed", default=0, show_default=True, help="Seed of the sample and the intervals.")
@click.option(
    "--model",
    "models",
    multiple=True,
    help="`none` (rules alone), `default`, or a model's directory. Repeatable; default: the "
    "configured one.",
)
@click.option(
    "--against",
    type=FILE,
    help="Measure these marks on the same pages, not the detector: how well two annotators agree.",
)
def noise(
    gold: Sequence[Path],
    clean: Sequence[Path],
    models: Sequence[str],
    form: str,
    output: IO[str],
    **options: Any,
) -> None:
    """Score tag spam and boilerplate on hand-marked GOLD pages, and alarms on clean sets.

    GOLD rows are {id, text, spans: [{start, end, label, kind, severity, conf}]}. White space, and
    spans that are benign, ignored or only suspected, count neither way.
    """
    if not gold and not clean:
        raise click.UsageError("give GOLD files, --clean files, or both")
    if options["against"]:
        result = render.Result(_agreement(gold, options["against"], options["seed"]), {}, [])
        output.write(render.as_json(result) if form == "json" else render.result_text(result))
        return
    sampling = Sampling(
        *(options[name] for name in ("where", "limit", "sample", "per_domain", "seed"))
    )
    pages: dict[str, list[Judged]] = {}
    sets = []
    for title, detector in _detectors(config_of(options), models):
        session = _Session(detector, options["spans_out"], options["with_text"])
        pages |= {f"{path}{title}": session.judge_gold(path) for path in gold}
        sets += [
            alarms.clean_set(
                f"{path.name}{title}", session.check(path, choose(read_rows(path), sampling))
            )
            for path in clean
        ]
    result = render.Result(
        {name: measure(found, sampling.seed) for name, found in pages.items()},
        {name: alarms.worst_pages(found, options["errors"]) for name, found in pages.items()},
        [alarms.first(found, options["listed"]) for found in sets],
    )
    output.write(render.as_json(result) if form == "json" else render.result_text(result))


@evaluate.command()
@click.argument("data", nargs=-1, required=True, type=FILE)
@judge_options
@form_option
@report_option
@click.option(
    "--elsewhere",
    multiple=True,
    type=FILE,
    help="Marked pages: read each page with a layout model taught on those of other sites. "
    "Repeatable.",
)
@click.option("--seed", default=0, show_default=True, help="Seed of intervals and trainings.")
def maintext(
    data: Sequence[Path], elsewhere: Sequence[Path], form: str, output: IO[str], **options: Any
) -> None:
    """Compare how much main text of HTML pages `clean` and other readers keep, and leave beside it.

    DATA rows are {id, html, gold_main}, with a site where --elsewhere is given. Pages count by
    their characters.
    """
    rows = [row for path in data for row in read_rows(path)]
    corpora = [row for path in elsewhere for row in read_rows(path)]
    detector, seed = Detector(config_of(options)), options["seed"]
    with needing("train"):
        own = ours_elsewhere(detector, corpora, seed) if corpora else ours(detector)
    with click.progressbar(rows, label="pages", file=sys.stderr) as shown:
        result = compare(shown, own, seed)
    output.write(render.as_json(result) if form == "json" else report(result))


def _agreement(gold: Sequence[Path], against: Path, seed: int) -> dict[str, NoiseReport]:
    """Return what a second annotator's marks are worth by the first's, on the pages both marked."""
    second = {page.id: page for page in map(gold_page, read_rows(against))}
    pages = [page for path in gold for page in map(gold_page, read_rows(path)) if page.id in second]
    return {str(against): measure([marked(page, second[page.id]) for page in pages], seed)}


def _detectors(config: Config, models: Sequence[str]) -> Iterator[tuple[str, Detector]]:
    """Yield a detector for each model, and what to call it where there are several."""
    for name in models or [config.models.noise]:
        detector = Detector(replace(config, models=Models(name)))
        title = f" · {detector.tagger.label if detector.tagger else 'rules alone'}"
        yield title if len(models) > 1 else "", detector


@dataclass(frozen=True, slots=True)
class _Session:
    """The detector under test, and where its spans are written on the way."""

    detector: Detector
    spans_out: IO[bytes] | None
    with_text: bool

    def judge_gold(self, path: Path) -> list[Judged]:
        """Judge the pages of a gold file."""
        rows = list(read_rows(path))
        pages = [gold_page(row) for row in rows]
        verdicts = self.check(path, rows)
        return [judged(page, verdict) for page, (_, verdict) in zip(pages, verdicts, strict=True)]

    def check(self, path: Path, rows: Sequence[Row]) -> Iterator[tuple[alarms.Read, Verdict]]:
        """Yield each row's name and text, and its verdict; progress goes to stderr."""
        with click.progressbar(rows, label=path.name, file=sys.stderr) as shown:
            for row in shown:
                page, name = _page(row), str(row.get("id"))
                verdict = self.detector.check(page)
                if self.spans_out is not None:
                    line = self._row(name, page.text, verdict) | {"file": path.name}
                    self.spans_out.write(orjson.dumps(line) + b"\n")
                yield alarms.Read(name, page.text), verdict

    def _row(self, name: str, text: str, verdict: Verdict) -> dict[str, Any]:
        keys = ("start", "end", "label", "kind", "severity", "score")
        spans = [{key: getattr(span, key) for key in keys} for span in verdict.spans]
        for span in spans if self.with_text else ():
            span["quote"] = text[span["start"] : span["end"]]
        return {"id": name, "flagged": sorted(flagged(verdict)), "spans": spans}


def _page(row: Row) -> Page:
    key = "html" if "html" in row else "text"
    kind = "text/html" if key == "html" else "text/plain"
    return read(row[key], content_type=kind, url=row.get("url"), title=row.get("title"))


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@click.option(
    "--workers",
    type=click.IntRange(2),
    default=2,
    show_default=True,
    help="Processes to compare with one.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(1),
    default=20,
    show_default=True,
    help="Time for the speed measurement.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option(
    "--assert", "strict", is_flag=True, help="Exit with 1 where a promised floor does not hold."
)
def bench(paths: Sequence[str], workers: int, seconds: float, as_json: bool, strict: bool) -> int:
    """Measure speed and memory on PATHS, or on the project's sample pages.

    Speeds are ratios taken in one run, so that a busy machine slows both sides alike.
    """
    detector, items = Detector().warm(), costs.items(costs.load(paths))
    click.echo(f"{len(items)} documents: speed, workers, fresh processes, long lines", err=True)
    cost = costs.cost(detector, items, seconds)
    lap = partial(_lap, items, round(cost.docs_per_second * seconds / 4))
    result = costs.Bench(
        cost, costs.speed_up(lap, workers), costs.process(items), shapes.growth(detector.check)
    )
    failed = costs.shortfalls(result)
    text = (
        render.as_json({"bench": result, "shortfalls": failed})
        if as_json
        else render.bench_text(result)
    )
    click.echo(text, nl=False)
    if not strict:
        return OK
    for line in failed:
        click.echo(f"below the floor: {line}", err=True)
    return FINDINGS if failed else OK


def _lap(items: Sequence[costs.Item], count: int, workers: int) -> float:
    """Return the characters a second of a scan over ``count`` documents, once all workers run."""
    texts = islice(cycle([item.page.text for item in items]), count)
    found = [Document(str(n), "", text, "text/plain") for n, text in enumerate(texts)]
    # Each worker's first batch pays for its start, so the clock starts when those are done.
    first = islice(batches(found, lambda each: len(each.content)), workers if workers > 1 else 0)
    warm_up = sum(len(batch) for batch in first)
    chars, start = 0, perf_counter()
    for result in run(chosen(found, None, None, 0), Task(Config(), "verdict", INCLUDE), workers):
        if result.index < warm_up:
            start = perf_counter()
        else:
            chars += result.chars
    return chars / (perf_counter() - start)
