"""``detector evaluate prose`` and ``detector compare``: judges of prose on labelled texts."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

import detector.cli.prose_study
import detector.cli.study  # noqa: F401 - its commands hang on the same group
from detector.cli import OK
from detector.cli.measure import evaluate
from detector.cli.options import FILE, Pair, form_option, needing, report_option
from detector.config import DEFAULT, PRESETS
from detector.training import render
from detector.training.rows import Sampling, choose, read_rows

if TYPE_CHECKING:
    from detector.training.corpora.texts import Text
    from detector.training.prose.columns import Columns
    from detector.training.prose.judged import Judge, Judged
    from detector.training.prose.measure import Plan, SetReport
    from detector.training.prose.metrics import Bootstrap

_FILES = click.argument("files", nargs=-1, required=True, type=FILE)
_WHERE = click.option("--where", type=Pair(), multiple=True, help="Rows with this field only.")
_SAMPLE = click.option("--sample", type=click.IntRange(1), help="Draw N texts of each file.")
_SEED = click.option(
    "--seed", default=0, show_default=True, help="Seed of the sample and the intervals."
)
_RESAMPLES = click.option(
    "--resamples",
    type=click.IntRange(0),
    default=1000,
    show_default=True,
    help="Resamples of the intervals; 0 for no intervals of rankings.",
)
_PRESET = click.option(
    "--preset",
    type=click.Choice(PRESETS),
    default="balanced",
    show_default=True,
    help="The preset whose decisions are looked into.",
)


def _thresholds(
    _ctx: click.Context, _param: click.Parameter, values: Sequence[tuple[str, str]]
) -> dict[str, float]:
    """Return preset → threshold of the pairs."""
    found = {}
    for preset, number in values:
        if preset not in PRESETS:
            raise click.BadParameter(f"{preset!r} is not one of {', '.join(PRESETS)}")
        try:
            found[preset] = float(number)
        except ValueError:
            raise click.BadParameter(f"{number!r} is not a number") from None
    return found


@evaluate.command()
@_FILES
@click.option(
    "--model",
    help="A model's directory. Default: the one that ships.",
)
@click.option(
    "--from-scores",
    type=FILE,
    help="Ask no model: rows of {id, score}, as --scores or another detector writes them.",
)
@click.option(
    "--scores",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write id, label, probabilities and abstention of each text there, as jsonl.",
)
@click.option(
    "--baseline",
    "baselines",
    metavar="NAME=SCORES",
    type=Pair(),
    multiple=True,
    help="Scores to stand beside the trivial baselines. Repeatable.",
)
@_PRESET
@click.option(
    "--threshold",
    "thresholds",
    metavar="PRESET=X",
    type=Pair(),
    callback=_thresholds,
    multiple=True,
    help="Measure a preset at this score. Repeatable.",
)
@_WHERE
@_SAMPLE
@click.option("--pooled", is_flag=True, help="Measure all FILES together too, as one more set.")
@_SEED
@_RESAMPLES
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "html"]),
    default="table",
    show_default=True,
)
@report_option
def prose(files: Sequence[Path], form: str, output: IO[str], **options: Any) -> int:
    """Measure who-wrote-it on the labelled texts of FILES, trivial baselines beside every figure.

    Rows are {id, text, label: human | ai | ai_refined, register, generator, group_id}. Each file is
    a set of its own, broken down by label, generator, register and length. Intervals resample
    groups. Needs the extra `train` for html.
    """
    from detector.training.prose import judged, tables
    from detector.training.prose.columns import baselines, columns
    from detector.training.prose.measure import Plan, measure, presets

    if options["model"] and options["from_scores"]:
        raise click.UsageError("give --model or --from-scores, not both")
    source = str(options["from_scores"] or options["model"] or DEFAULT)
    given = {name: judged.score_judge(Path(path)) for name, path in options["baselines"]}
    plan = Plan(presets() | options["thresholds"], options["preset"], _bootstrap(options))
    sets = _judged(judged.judge_of(source), _read(files, options))
    every = [each for items in sets.values() for each in items]
    if options["scores"]:
        judged.write_scores(options["scores"], every)
    if options["pooled"]:
        sets["all files"] = every
    measured = []
    for name, items in sets.items():
        found = columns(items, baselines([each.text for each in items], given))
        measured.append((measure(name, found, plan), found))
    reports = [report for report, _ in measured]
    if form == "html":
        output.write(_page(source, plan, measured))
    elif form == "json":
        facts = {"source": source, "presets": plan.presets, "bootstrap": plan.bootstrap}
        output.write(render.as_json(facts | {"sets": reports}))
    else:
        output.write(tables.text(reports))
    return OK


def _page(source: str, plan: "Plan", measured: "Sequence[tuple[SetReport, Columns]]") -> str:
    with needing("train"):
        from detector.training.prose.report import page

    thresholds = ", ".join(f"{name} ≥ {bound:g}" for name, bound in plan.presets.items())
    facts = [("scored by", source), ("presets", thresholds), ("seed", str(plan.bootstrap.seed))]
    return page("Who wrote it: labelled texts measured", facts, measured)


@click.command()
@click.argument("a")
@click.argument("b")
@_FILES
@_PRESET
@click.option("--threshold-a", type=float, help="Flag by A at this score, not at the preset's.")
@click.option("--threshold-b", type=float, help="Flag by B at this score, not at the preset's.")
@_WHERE
@_SAMPLE
@_SEED
@_RESAMPLES
@click.option(
    "--changed", type=click.IntRange(0), default=20, show_default=True, help="Texts to list."
)
@click.option(
    "--quote", type=click.IntRange(0), default=0, help="Quote the first N characters of each."
)
@form_option
@report_option
def compare(
    a: str, b: str, files: Sequence[Path], form: str, output: IO[str], **options: Any
) -> int:
    """Compare two judges A and B on the same labelled texts of FILES, with significance.

    A and B are `default`, a model's directory, or a file of scores. Differences are B less A, with
    intervals over groups; decisions at the preset go through McNemar's exact test. Texts that
    changed sides are listed, those whose score moved most first; JSON lists all.
    """
    from detector.training.prose import compare as study
    from detector.training.prose import judged
    from detector.training.prose.measure import presets

    usual = presets()[options["preset"]]
    asked = options["threshold_a"], options["threshold_b"]
    bounds = [usual if each is None else each for each in asked]
    texts = _read(files, options)
    first, second = (_judged(judged.judge_of(name), texts) for name in (a, b))
    found = [
        study.compare(
            name,
            study.Side(first[name], bounds[0]),
            study.Side(second[name], bounds[1]),
            _bootstrap(options),
        )
        for name in texts
    ]
    if form == "json":
        sides = {
            side: {"source": source, "threshold": bound}
            for side, source, bound in zip("ab", (a, b), bounds, strict=True)
        }
        output.write(render.as_json(sides | {"bootstrap": _bootstrap(options), "sets": found}))
        return OK
    for each in found:
        quotes = _quotes(texts[each.name], options["quote"])
        output.write(study.text(each, options["changed"], quotes))
    return OK


def _bootstrap(options: Mapping[str, Any]) -> "Bootstrap":
    from detector.training.prose.metrics import Bootstrap

    return Bootstrap(options["seed"], options["resamples"])


def _quotes(texts: "Sequence[Text]", chars: int) -> dict[str, str]:
    """The first characters of the texts by id, white space made one space; none for 0."""
    return {text.id: " ".join(text.text.split())[:chars] for text in texts if chars}


def _read(files: Sequence[Path], options: Mapping[str, Any]) -> "dict[str, list[Text]]":
    """The texts of each file that were asked for."""
    from detector.training.corpora.texts import text_of

    sampling = Sampling(options["where"], sample=options["sample"], seed=options["seed"])
    return {
        str(path): [text_of(row, path) for row in choose(read_rows(path), sampling)]
        for path in files
    }


def _judged(judge: "Judge", sets: "Mapping[str, Sequence[Text]]") -> "dict[str, list[Judged]]":
    """Each set's texts with the judge's opinions; progress goes to stderr."""
    found = {}
    for name, texts in sets.items():
        with click.progressbar(
            judge(texts), len(texts), label=Path(name).name, file=sys.stderr
        ) as shown:
            found[name] = [*shown]
    return found
