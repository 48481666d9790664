"""`detector evaluate designs` and `recipes`: the studies behind the learned tagger."""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from detector.cli.measure import evaluate
from detector.cli.options import FILE, form_option, needing, report_option
from detector.training import render
from detector.training.rows import read_rows

if TYPE_CHECKING:
    from detector.training.noise.examples import Example

_MANY: Final[dict[str, Any]] = {"multiple": True, "type": FILE}
_CORPORA = click.argument("corpora", nargs=-1, required=True, type=FILE)
_SEED = click.option("--seed", default=0, show_default=True, help="Seed of all that is taught.")


@evaluate.command()
@_CORPORA
@click.option("--clean", required=True, help="Clean pages to calibrate on. Repeatable.", **_MANY)
@click.option("--gold", required=True, help="Marked pages to measure on. Repeatable.", **_MANY)
@click.option("--held", help="Clean pages to count alarms on. Repeatable.", **_MANY)
@_SEED
@form_option
@report_option
def designs(  # noqa: PLR0917
    corpora: tuple[Path, ...],
    clean: tuple[Path, ...],
    gold: tuple[Path, ...],
    held: tuple[Path, ...],
    seed: int,
    form: str,
    output: IO[str],
) -> None:
    """Teach several designs of the tagger on CORPORA and compare them, each beside the rules.

    \b
    rules alone
    n-grams            logistic regression on hashed n-grams
    signals            gradient boosting on the signals
    network            the tagger's network, segment by segment
    + sequence pass    and its pass over the sequence of segments
    + character pass   and its pass over characters

    CORPORA are rows with spans, as `detector corpus synth` makes them. 2,000 pages take a minute
    and a half. Needs the extra `train`.
    """
    with needing("train"):
        from detector.training.noise import designs as study

    sets = study.Sets(
        [[*read_rows(path)] for path in clean],
        {str(path): [*read_rows(path)] for path in gold},
        {str(path): [*read_rows(path)] for path in held},
    )
    measured = [*study.compared(_pages(corpora), sets, seed, _say)]
    output.write(render.as_json({"designs": measured}) if form == "json" else study.text(measured))


@evaluate.command()
@_CORPORA
@click.option("--test", required=True, help="Marked pages to find noise on. Repeatable.", **_MANY)
@click.option("--kind", "kinds", multiple=True, help="Leave out this kind only. Repeatable.")
@_SEED
@form_option
@report_option
def recipes(  # noqa: PLR0917
    corpora: tuple[Path, ...],
    test: tuple[Path, ...],
    kinds: tuple[str, ...],
    seed: int,
    form: str,
    output: IO[str],
) -> None:
    """Show, kind by kind, what is found where CORPORA are taught without the pages that hold it.

    Beside it stand the rules alone, and a tagger taught without as many random pages of noise.
    A kind takes two trainings: of 2,500 pages, half a minute on a busy machine. Needs the extra
    `train`.
    """
    with needing("train"):
        from detector.training.noise import left_out as study

    found = study.Study(
        _pages(corpora), study.exam([*chain.from_iterable(map(read_rows, test))]), seed, _say
    ).report(kinds)
    output.write(render.as_json(found) if form == "json" else study.text(found))


def _pages(paths: Iterable[Path]) -> "list[Example]":
    """The pages to teach."""
    from detector.training.noise.fit import pages_of

    return pages_of(chain.from_iterable(map(read_rows, paths)))


def _say(line: str) -> None:
    click.echo(line, err=True)
