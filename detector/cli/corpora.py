"""``detector corpus add``, ``lint``, ``dedup``, ``split``, ``card``: corpora of labelled texts."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from detector.cli import FAILED, FINDINGS, OK
from detector.cli.options import FILE, form_option, report_option
from detector.files.readers import check_encoding

if TYPE_CHECKING:
    from detector.training.corpora.store import Entry

SOURCE: Final = click.Path(exists=True, path_type=Path)
TARGET: Final = click.Path(path_type=Path)
NEAR: Final = click.FloatRange(0.5, 1)

Heard = Callable[[int], None]

_FILES = click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=FILE)


def pairs(form: str) -> Callable[..., list[tuple[str, str]]]:
    """Return what makes (key, value) of each ``key=value``; ``form`` is what a user calls it."""

    def parted(
        _ctx: click.Context, _param: click.Parameter, values: Sequence[str]
    ) -> list[tuple[str, str]]:
        found = [value.partition("=") for value in values]
        for key, equals, value in found:
            if not (key and equals and (value or form.endswith("]"))):
                raise click.BadParameter(f"{key + equals + value!r} is not {form}")
        return [(key, value) for key, _, value in found]

    return parted


@click.group()
def corpus() -> None:
    """Make, join, check and describe corpora."""


@corpus.command()
@click.argument("paths", nargs=-1, required=True, type=SOURCE)
@click.option(
    "-o", "--output", type=TARGET, required=True, help="The .jsonl(.gz, .zst) file to write."
)
@click.option(
    "--map",
    "columns",
    metavar="FIELD=COLUMN",
    multiple=True,
    callback=pairs("field=column"),
    help="Read a field of ours from a column of theirs. Repeatable.",
)
@click.option(
    "--set",
    "constants",
    metavar="FIELD=VALUE",
    multiple=True,
    callback=pairs("field=[value]"),
    help="The same value in every row, none to take the field away; a generator goes to those only "
    "that no human wrote. Repeatable.",
)
@click.option("--label", help="Short for --set label=….")
@click.option(
    "--label-values",
    "labels",
    metavar="THEIRS=OURS",
    multiple=True,
    callback=pairs("theirs=ours"),
    help="What a label of theirs is called here: human, ai or ai_refined. Repeatable.",
)
@click.option(
    "--where",
    metavar="COLUMN=VALUE",
    multiple=True,
    callback=pairs("column=value"),
    help="Only rows with this value in this column of theirs. Repeatable.",
)
@click.option("--columns", "head", help="Names of a table's columns, by commas, if it has no head.")
@click.option("--encoding", default="auto", show_default=True, help="Encoding of the input.")
@click.option("--drop-empty", is_flag=True, help="Leave out rows without a text.")
@click.option(
    "--on-error",
    type=click.Choice(["skip", "fail"]),
    default="fail",
    show_default=True,
    help="What to do about a row that has no text or no label, or is no row.",
)
def add(paths: tuple[Path, ...], output: Path, **options: Any) -> int:
    """Bring the texts under PATHS into our row schema, whatever layout they have.

    \b
    .jsonl .json   rows; questions with human_answers and chatgpt_answers (HC3);
                   articles with paragraphs (SQuAD)
    .csv .tsv      tables
    .txt           one text each, the label from its folder's name

    Each also as .gz or .zst, or a folder of them. A mapped column takes its new name, all other
    columns are kept. Ids are kept, made of file and number where there are none, and unique.
    """
    from detector.prose.model import LABELS
    from detector.training.corpora.add import Intake, Recipe
    from detector.training.corpora.foreign import Reading, files, raws
    from detector.training.corpora.store import is_rows, write_rows

    if not is_rows(output):
        raise click.UsageError(f"{output}: must end in .jsonl, .jsonl.gz or .jsonl.zst")
    columns, constants, labels = (
        dict(options[name]) for name in ("columns", "constants", "labels")
    )
    if options["label"]:
        constants["label"] = options["label"]
    intake = Intake(
        Recipe(columns, constants, labels, options["where"], options["drop_empty"]),
        skip=options["on_error"] == "skip",
    )
    with _bar(_size(each for path in paths for each in files(path)), "bytes") as heard:
        reading = Reading(
            check_encoding(options["encoding"]),
            tuple(name.strip() for name in (options["head"] or "").split(",") if name.strip()),
            frozenset((*LABELS, *labels)),
            heard,
        )
        write_rows(output, intake.rows(chain.from_iterable(raws(path, reading) for path in paths)))
    click.echo(intake.summary(), err=True)
    return FAILED if intake.faulty else OK


@corpus.command()
@_FILES
@form_option
@report_option
@click.option("--together", is_flag=True, help="Take all rows that name no split for one split.")
@click.option("--fail", is_flag=True, help="Exit with 1 where something must be put right.")
def lint(paths: tuple[Path, ...], form: str, output: IO[str], *, together: bool, fail: bool) -> int:
    """Check the rows of corpora before anything is trained on them, all FILEs together.

    \b
    faults of the schema, and the ids of the rows that have them
    lengths by label; human rows without a date, or written after 2022-11
    the same text twice, but for its format; with two labels
    texts nearly the same, in several splits, or in several groups
    groups that stand in several splits
    format leaks: how well spaces, quotes, lengths alone tell the labels apart (AUROC)

    A file whose rows name no split counts as a split of its own, unless --together. Dates and leaks
    are warnings, all else must be put right.
    """
    from detector.training import render
    from detector.training.corpora import lint as checks
    from detector.training.corpora.leaks import FORMAT
    from detector.training.corpora.tables import lint_text

    with _bar(_size(paths), "bytes") as heard:
        entries, faults = checks.read(paths, heard, together=together)
    with _bar(len(entries) * (1 + len(FORMAT)), "texts") as heard:
        report = checks.lint(entries, faults, heard)
    output.write(render.as_json(report) if form == "json" else lint_text(report))
    return FINDINGS if fail and report.failed else OK


@corpus.command()
@_FILES
@click.option(
    "-o", "--output", type=TARGET, required=True, help="A folder, or one .jsonl(.gz, .zst) file."
)
@click.option(
    "--against",
    multiple=True,
    type=FILE,
    help="Drop what stands here too, such as a set to measure on. Repeatable.",
)
@click.option(
    "--near",
    type=NEAR,
    help="Drop near duplicates as well: texts that share this part of their five-letter shingles.",
)
@click.option("--groups", is_flag=True, help="Drop whole groups of which a text is in --against.")
@click.option(
    "--drop-conflicts", is_flag=True, help="Keep neither where one text is both human and ai."
)
@click.option("--merge-groups", is_flag=True, help="Make groups one that shared a text.")
@click.option(
    "--report", type=click.File("w", encoding="utf-8"), help="Write each dropped row there (JSON)."
)
def dedup(paths: tuple[Path, ...], output: Path, **options: Any) -> None:
    """Keep the first of all rows whose texts are the same but for format, over all FILEs.

    White space, punctuation, width, case and 繁/简 make no difference. Of near duplicates only
    those with the same label are dropped, since refined text is like its original by design; what
    is like a text of --against goes whatever its label.
    """
    from detector.training import render
    from detector.training.corpora.dedup import Wish, losses, merged
    from detector.training.corpora.dedup import dedup as deduplicated
    from detector.training.corpora.store import targets, write_entries
    from detector.training.corpora.tables import losses_text

    places = targets(output, paths)
    entries, against = _read(paths), _read(options["against"])
    with _bar(len(entries) + len(against), "texts") as heard:
        wish = Wish(options["near"], options["groups"], options["drop_conflicts"])
        found = deduplicated(entries, against, wish, heard)
    write_entries(merged(found) if options["merge_groups"] else found.kept, places)
    if options["report"]:
        options["report"].write(render.as_json(found.dropped))
    click.echo(losses_text(losses(entries, found), found), nl=False)


@corpus.command()
@_FILES
@click.option("-o", "--output", type=TARGET, required=True, help="The folder to write them to.")
@click.option("--dev", type=click.FloatRange(0, 1), default=0.1, show_default=True)
@click.option("--test", type=click.FloatRange(0, 1), default=0.1, show_default=True)
@click.option("--seed", default=0, show_default=True, help="The same seed draws the same lots.")
@click.option("--near", type=NEAR, help="Keep groups together whose texts are so alike.")
def split(paths: tuple[Path, ...], output: Path, **options: Any) -> None:
    """Give each row of FILEs a split, train, dev or test, by its group over all files at once.

    A group draws its lot by its name and the seed alone: another corpus moves no row. The table
    shows how near to its shares each register and label came.
    """
    from detector.training.corpora.split import Shares, strata
    from detector.training.corpora.split import split as divided
    from detector.training.corpora.store import targets, write_entries
    from detector.training.corpora.tables import strata_text

    if options["dev"] + options["test"] > 1:
        raise click.UsageError("--dev and --test are more than all")
    places = targets(output, paths)
    entries = _read(paths)
    with _bar(len(entries) if options["near"] else 0, "texts") as heard:
        found = divided(entries, Shares(**options), heard)
    write_entries(found, places)
    click.echo(strata_text(strata(found)), nl=False)


@corpus.command()
@click.argument("path", metavar="FILE", type=FILE)
@click.option("-o", "--output", type=TARGET, required=True, help="The card, a .md file.")
@click.option("--update", is_flag=True, help="Count anew in a card there is; keep all other words.")
def card(path: Path, output: Path, *, update: bool) -> None:
    """Write the card of the corpus in FILE: what can be counted, and headings for what cannot.

    Sources, licences, registers, generators, lengths, dates, duplicates, format leaks and sha256
    stand between two marks. Only what is between them is written anew by --update.
    """
    from detector.files import atomic
    from detector.training.corpora import card as cards
    from detector.training.corpora import lint as checks
    from detector.training.corpora.leaks import FORMAT

    if output.exists() and not update:
        raise click.UsageError(f"{output} is there already; --update counts anew and keeps words")
    entries = _read([path])
    with _bar(len(entries) * (1 + len(FORMAT)), "texts") as heard:
        report = checks.lint(entries, [], heard)
    old = output.read_text("utf-8") if output.exists() else None
    new = cards.updated(old, path, entries, report) if old else cards.card(path, entries, report)
    with atomic(output) as file:
        file.write(new.encode())


def _size(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def _read(paths: Sequence[Path]) -> "list[Entry]":
    """The labelled rows of files."""
    from detector.training.corpora.store import read_entries

    with _bar(_size(paths), "bytes") as heard:
        return read_entries(paths, heard)


@contextmanager
def _bar(length: int, label: str) -> Iterator[Heard]:
    """A bar on stderr, and who moves it."""
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update
