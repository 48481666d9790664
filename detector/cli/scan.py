"""``detector scan``: verdicts."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click

from detector.cli.batch import Batch
from detector.cli.options import OUTPUT, batch_options, input_options, judge_options
from detector.cli.terminal import ACTIONS, BOLD, encoded, painted, wanted
from detector.cli.work import Result, Task
from detector.files import atomic
from detector.files.document import AUTO
from detector.files.table import Table

PARTS = ("spans", "signals", "clean_text", "text", "fingerprint")
DEFAULT_PARTS = ("spans", "signals", "clean_text")
NONE = "none"

#: Cells of a table that goes to a file or a pipe.
UNLIMITED = 160


def _parts(_ctx: click.Context, _param: click.Parameter, value: str) -> frozenset[str]:
    """Return the names in a list with commas, or none."""
    names = frozenset(name.strip() for name in value.split(",")) - {NONE, ""}
    if unknown := sorted(names.difference(PARTS)):
        raise click.BadParameter(f"{unknown[0]!r} is not one of {', '.join((*PARTS, NONE))}")
    return names


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…|-")
@click.option(
    "--include",
    callback=_parts,
    default=",".join(DEFAULT_PARTS),
    show_default=True,
    help=f"Parts of a jsonl verdict: {', '.join(PARTS)}, or none.",
)
@click.option("-o", "--output", type=OUTPUT, help="Write to this file, whole or not at all.")
@click.option(
    "--format",
    "shape",
    type=click.Choice([AUTO, "table", "jsonl"]),
    default=AUTO,
    help="Default: a table on a terminal, else jsonl.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["review", "block"]),
    help="Exit with 1 if a document's action is this or stricter.",
)
@input_options
@judge_options
@batch_options
def scan(
    paths: tuple[str, ...], include: frozenset[str], shape: str, fail_on: str | None, **options: Any
) -> int:
    """Judge documents: files, folders (searched to the bottom), globs, or - for stdin.

    Reads txt, md, html and jsonl, each also as .gz or .zst. One verdict a document, in order; a
    document that cannot be read gets a line that says so, and the rest goes on. A summary goes to
    stderr.
    """
    if shape == AUTO:
        shape = "table" if options["output"] is None and sys.stdout.isatty() else "jsonl"
    output: Path | None = options["output"]
    with Batch(paths, options) as batch, opened(output) as file:
        printer = Printer(file, shape, stdout=output is None)
        task = Task(batch.config, "verdict" if shape == "jsonl" else "nothing", include)
        for result in batch.results(batch.numbered(), task):
            printer.show(result)
    return batch.code(fail_on)


@contextmanager
def opened(output: Path | None) -> Iterator[BinaryIO]:
    """Open the output for writing bytes; stdout if there is no path."""
    if output is None:
        yield sys.stdout.buffer
    else:
        with atomic(output) as file:
            yield file


class Printer:
    """Writes results as they come, each line at once: a reader at the other end may be waiting."""

    def __init__(self, file: BinaryIO, shape: str, *, stdout: bool) -> None:
        self.file = file
        self.table: Table | None = None
        terminal = stdout and sys.stdout.isatty()
        self.stdout = stdout
        self.colour = terminal and wanted(AUTO)
        if shape == "table":
            cells = shutil.get_terminal_size().columns if terminal else UNLIMITED
            self.table = Table(cells)
            self._write(self.table.header(), BOLD)

    def show(self, result: Result) -> None:
        """Write one result."""
        if self.table is None:
            self.file.write(result.body)
            self.file.flush()
        elif result.failure:
            line = self.table.failure(result.id, result.failure.detail)
            self._write(line, ACTIONS["error"])
        else:
            action = result.action or "pass"
            line = self.table.verdict(action, result.score, result.chars, result.id, result.kinds)
            self._write(line, None if action == "pass" else ACTIONS[action])

    def _write(self, line: str, style: str | None) -> None:
        text = painted(line, style) if self.colour else line
        self.file.write(encoded(text) if self.stdout else f"{text}\n".encode())
        self.file.flush()
