"""`detector evaluate left-out` and `variants`: the studies behind the prose model."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

import click

from detector.cli.measure import evaluate
from detector.cli.options import FILE, form_option, needing, report_option
from detector.config import DEFAULT
from detector.page import UnreadableInput
from detector.training import render

_RECIPE = click.argument("recipe", type=FILE)


@evaluate.command("left-out")
@_RECIPE
@click.option(
    "--by",
    type=click.Choice(["generator", "register", "source"]),
    required=True,
    help="What is left out, one after the other.",
)
@click.option(
    "--model",
    "model_name",
    default=DEFAULT,
    help="A model's directory. Default: the one that ships.",
)
@click.option("--only", multiple=True, metavar="NAME", help="Leave out this one only. Repeatable.")
@click.option(
    "--least",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Texts a name must have.",
)
@form_option
@report_option
def left_out(  # noqa: PLR0917
    recipe: Path,
    by: str,
    model_name: str,
    only: tuple[str, ...],
    least: int,
    form: str,
    output: IO[str],
) -> None:
    """Show what is found, and what is mistaken, of a generator, register or source never shown.

    For each, the n-grams of RECIPE are taught without its texts and without their groups, and then
    judge its whole texts with the thresholds of the model: shares flagged at each preset, with 95 %
    intervals, and AUROC. Generators are ranked against a tenth of all humans, left out as well. A
    name takes a training, of 40,000 texts half a minute to a minute. Needs the extra `train`.
    """
    from detector.core import prose_model

    with needing("train"):
        from detector.training.prose import left_out as study
        from detector.training.prose.examples import examples
        from detector.training.prose.recipe import load

    model = prose_model(model_name)
    if model is None:
        raise UnreadableInput(f"{model_name}: there is no prose model")
    plan = load(recipe)
    found = [*study.Study(examples(plan, _say), plan, model, _say).report(by, least, only)]
    if form == "json":
        output.write(render.as_json({"by": by, "model": model.label, "left_out": found}))
    else:
        output.write(study.text(by, found))


@evaluate.command()
@_RECIPE
@click.argument("sets", nargs=-1, required=True, type=FILE)
@click.option("--only", multiple=True, metavar="NAME", help="Teach this variant only. Repeatable.")
@click.option(
    "--folds",
    type=click.IntRange(2),
    default=3,
    show_default=True,
    help="Folds of registers the second stage of each is taught on.",
)
@click.option(
    "--scores",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write each variant's scores to a file in this folder.",
)
@form_option
@report_option
def variants(  # noqa: PLR0917
    recipe: Path,
    sets: tuple[Path, ...],
    only: tuple[str, ...],
    folds: int,
    scores: Path | None,
    form: str,
    output: IO[str],
) -> None:
    """Teach RECIPE in variants, and rank the texts of each of SETS by them: AUROC, TPR at 1 % FPR.

    Each variant lacks a size of n-grams, a feature, an augmentation, a corpus, or is another
    design; `plain`, TF-IDF of the same n-grams and a logistic regression, is the plain baseline.
    Scores of `plain` are set so that the presets cost its own human texts their budgets, those of
    others only rank; `evaluate prose SET… --baseline plain=FILE` shows them beside a model's. A
    variant of 40,000 texts takes two minutes. Needs the extra `train`.
    """
    from detector.training.corpora.texts import read_texts

    with needing("train"):
        from detector.training.prose import variants as study
        from detector.training.prose.judged import write_scores
        from detector.training.prose.recipe import load

    plan = load(recipe)
    known = study.variants(replace(plan, fit=replace(plan.fit, folds=folds)))
    _check(only, [*known])
    chosen = {name: each for name, each in known.items() if name in only or not only}
    exam = study.exam({str(path): [*read_texts([path])] for path in sets})
    measured = []
    for each in study.compared(chosen, exam, _say):
        measured.append(each)
        if scores:
            scores.mkdir(parents=True, exist_ok=True)
            write_scores(scores / f"{each.name.replace(' ', '-')}.jsonl", study.judged(each, exam))
    output.write(
        render.as_json({"variants": study.report(measured)})
        if form == "json"
        else study.text(measured)
    )


def _check(only: Sequence[str], known: Sequence[str]) -> None:
    """UsageError for a name that no variant has."""
    if unknown := [name for name in only if name not in known]:
        raise click.UsageError(
            f"no variant is called {', '.join(unknown)}; there are {', '.join(known)}"
        )


def _say(line: str) -> None:
    click.echo(line, err=True)
