"""``detector corpus synth`` and ``join``: pages made, and marks joined with their pages."""

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import orjson

from detector.cli import FAILED, OK
from detector.cli.corpora import corpus, pairs
from detector.files import atomic

_PATH = click.Path(exists=True, path_type=Path)
_TARGET = click.Path(dir_okay=False, path_type=Path)

_pairs = pairs("kind=value")


def _weights(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> dict[str, float]:
    """Return kind → weight of each ``kind=weight``."""
    weights = {}
    for kind, value in _pairs(ctx, param, values):
        try:
            weights[kind] = float(value)
        except ValueError:
            raise click.BadParameter(f"{value!r} is not a number") from None
        if not (math.isfinite(weights[kind]) and weights[kind] >= 0):
            raise click.BadParameter(f"{value} is not a weight")
    return weights


@corpus.command()
@click.argument("carriers", nargs=-1, required=True, type=click.Path(exists=True))
@click.option("-o", "--output", type=_TARGET, required=True, help="The .jsonl file to write.")
@click.option("--count", type=click.IntRange(1), required=True, help="How many pages to make.")
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same bytes.")
@click.option(
    "--recipe",
    "weights",
    metavar="KIND=WEIGHT",
    multiple=True,
    callback=_weights,
    help="How often a kind is made, 1 being usual; * stands for all kinds. Repeatable.",
)
@click.option(
    "--list",
    "lists",
    metavar="KIND=PATH",
    multiple=True,
    callback=_pairs,
    help="Words or phrases of your own for a kind: a line each, or rows with a text. Repeatable.",
)
@click.option(
    "--leave-out", metavar="KIND", multiple=True, help="A kind never to make. Repeatable."
)
@click.option(
    "--twins",
    type=click.FloatRange(0, 0.9),
    default=0.3,
    show_default=True,
    help="Share of clean pages: the same carriers with honest tags, menus and lists.",
)
def synth(carriers: tuple[str, ...], output: Path, **options: Any) -> int:
    """Put noise of every kind into clean CARRIERS and write pages with exact spans.

    CARRIERS are human documents without noise: rows of jsonl (text or html), HTML, text, folders.
    """
    from detector.training.synth import Plan, synthesise
    from detector.training.synth.wordlists import read_lists

    plan = Plan(
        options["weights"],
        read_lists(options["lists"]),
        frozenset(options["leave_out"]),
        options["twins"],
    )
    rows = synthesise(carriers, options["count"], plan, options["seed"])
    with (
        atomic(output) as file,
        click.progressbar(rows, options["count"], label="pages", file=sys.stderr) as shown,
    ):
        for row in shown:
            file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    return OK


@corpus.command()
@click.argument("annotations", type=_PATH)
@click.argument("data", nargs=-1, required=True, type=click.Path(exists=True))
@click.option("-o", "--output", type=_TARGET, required=True, help="The .jsonl file to write.")
def join(annotations: Path, data: tuple[str, ...], output: Path) -> int:
    """Join standoff ANNOTATIONS with the rows of DATA they were made on, into gold rows.

    ANNOTATIONS is a .jsonl file or a folder of them, {id, source_file, text_sha256, spans} each.
    An annotation whose text is not there, or is another one, is told on stderr.
    """
    from detector.training import standoff

    wanted, missed = standoff.annotations(annotations), 0
    with atomic(output) as file:
        for row in standoff.join(wanted, data):
            if isinstance(row, standoff.Unjoined):
                missed += 1
                click.echo(f"{row.source} {row.id}: {row.reason}", err=True)
            else:
                file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    click.echo(f"{len(wanted) - missed} of {len(wanted)} joined", err=True)
    return FAILED if missed else OK
