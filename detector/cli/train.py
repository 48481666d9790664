"""``detector train``: models from corpora."""

from pathlib import Path

import click

from detector.cli import OK
from detector.cli.options import FILE, needing


@click.group()
def train() -> None:
    """Train a model from marked pages."""


@train.command()
@click.argument("corpora", nargs=-1, required=True, type=FILE)
@click.option(
    "--clean",
    multiple=True,
    required=True,
    type=FILE,
    help="Clean pages to calibrate on; each file must keep the budgets. Repeatable.",
)
@click.option("--gold", multiple=True, type=FILE, help="Marked pages to measure on. Repeatable.")
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--version", default="1.0.0", show_default=True, help="Version of the model.")
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same bytes.")
@click.option(
    "--characters", is_flag=True, help="Teach the character pass for insertions too (see docs)."
)
def noise(  # noqa: PLR0917
    corpora: tuple[Path, ...],
    clean: tuple[Path, ...],
    gold: tuple[Path, ...],
    output: Path,
    version: str,
    seed: int,
    *,
    characters: bool,
) -> int:
    """Teach the tagger of tag spam and boilerplate from CORPORA, and write its model directory.

    CORPORA are rows with spans, as `detector corpus synth` and `detector corpus join` make them;
    rows with a `site` are real pages, and those with `html` teach what furniture looks like. The
    order of files and rows matters as much as the seed. Needs the extra `train`.
    """
    from detector.training.rows import read_rows

    with needing("train"):
        from detector.training.noise import compare, fit, publish

    def say(line: str) -> None:
        click.echo(line, err=True)

    rows = [row for path in corpora for row in read_rows(path)]
    sets = [[*read_rows(path)] for path in clean]
    recipe = fit.Recipe(inline_epochs=fit.INLINE_EPOCHS if characters else 0, seed=seed)
    tagger = fit.train(rows, sets, recipe, say)
    metrics = {path.name: compare.summary(tagger, read_rows(path)) for path in gold}
    publish.write(tagger, output, publish.About(version, seed, (*corpora, *clean, *gold), metrics))
    say(f"wrote {output}")
    return OK
