"""``detector train``: models from corpora."""

from pathlib import Path

import click

from detector.cli import OK
from detector.cli.options import FILE, needing

_FOLDER = click.Path(file_okay=False, path_type=Path)
_OUTPUT = click.option(
    "-o", "--output", required=True, type=_FOLDER, help="Directory of the model to write."
)
_VERSION = click.option(
    "--version", default="1.0.0", show_default=True, help="Version of the model."
)


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
@_OUTPUT
@_VERSION
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
        from detector.training import publish
        from detector.training.noise import compare, fit
        from detector.training.noise.publish import contents

    rows = [row for path in corpora for row in read_rows(path)]
    sets = [[*read_rows(path)] for path in clean]
    recipe = fit.Recipe(inline_epochs=fit.INLINE_EPOCHS if characters else 0, seed=seed)
    tagger = fit.train(rows, sets, recipe, _say)
    metrics = {path.name: compare.summary(tagger, read_rows(path)) for path in gold}
    about = publish.About(version, seed, (*corpora, *clean, *gold), metrics)
    publish.write(contents(tagger), output, about)
    _say(f"wrote {output}")
    return OK


@train.command()
@click.argument("recipe", type=FILE)
@_OUTPUT
@_VERSION
@click.option("--work", type=_FOLDER, help="Keep folds here, and go on where a run stopped.")
def prose(recipe: Path, output: Path, version: str, work: Path | None) -> int:
    """Teach the judge of AI prose from a RECIPE, and write its model directory.

    RECIPE is a TOML file that names corpora in the row schema, caps, augmentation and strengths;
    docs/prose-model.md explains it. The same recipe and files give the same bytes. Needs the extra
    `train`.
    """
    with needing("train"):
        from detector.training import publish
        from detector.training.prose import fit
        from detector.training.prose.publish import contents
        from detector.training.prose.recipe import load

    plan = load(recipe)
    model = fit.train(plan, version, fit.Folds(work, _say), _say)
    read = (recipe, *(corpus.path for corpus in plan.corpora))
    publish.write(contents(model), output, publish.About(version, plan.seed, read))
    _say(f"wrote {output}")
    return OK


@click.command()
@click.argument("model", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("corpora", nargs=-1, required=True, type=FILE)
@_OUTPUT
@_VERSION
def calibrate(model: Path, corpora: tuple[Path, ...], output: Path, version: str) -> int:
    """Set the presets' error budgets of a prose MODEL on human text, and write it as another.

    CORPORA are rows in the row schema; those labelled `human` are used, each `register` keeps the
    budget. Use texts the model was not taught on, some hundreds a register.
    """
    from detector.prose.model import load
    from detector.training.corpora.texts import read_texts

    with needing("train"):
        from detector.training import publish
        from detector.training.prose.calibrate import recalibrated
        from detector.training.prose.publish import contents

    texts = [text for text in read_texts(corpora) if text.label == "human"]
    found = recalibrated(load(model), texts, f"prose-{version}")
    publish.write(contents(found), output, publish.About(version, 0, corpora))
    _say(f"{len(texts):,} human texts; wrote {output}")
    return OK


def _say(line: str) -> None:
    click.echo(line, err=True)
