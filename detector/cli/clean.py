"""``detector clean``: the text without its noise."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path, PurePath
from typing import Any, BinaryIO, Protocol

import click
import orjson

from detector.cli.batch import Batch
from detector.cli.options import OUTPUT, batch_options, input_options, judge_options
from detector.cli.work import Numbered, Result, Task
from detector.files import Document, Item, Source, atomic
from detector.files.document import AUTO
from detector.files.find import STDIN


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…|-")
@click.option(
    "-o", "--output", type=OUTPUT, help="A file; a folder where there are several texts to write."
)
@click.option(
    "--format",
    "shape",
    type=click.Choice([AUTO, "text", "jsonl"]),
    default=AUTO,
    help="Default: text for one page or into a folder, else jsonl.",
)
@input_options
@judge_options
@batch_options
def clean(paths: tuple[str, ...], output: Path | None, shape: str, **options: Any) -> int:
    """Write documents without their spam and page furniture, pinyin notes and hidden characters.

    One page goes to stdout as text; several need -o FOLDER. Rows of jsonl stay rows, with the
    clean text in place of the text. Documents that cannot be read are told on stderr.
    """
    with Batch(paths, options, keep_rows=True, loud=True) as batch, ExitStack() as stack:
        batch.items, rows = _peeked(batch.items)
        kind = _shape(shape, batch.sources, output, rows=rows)
        writer = _writer(kind, batch.sources, output, stack)
        pending = Pending()
        for result in batch.results(pending.of(batch.numbered()), Task(batch.config, "clean")):
            item = pending.items.pop(result.index)
            if isinstance(item, Document) and not result.failure:
                writer.write(item, result)
    return batch.code()


class Pending:
    """Documents on their way: the rows stay here while their texts travel."""

    def __init__(self) -> None:
        self.items: dict[int, Item] = {}

    def of(self, numbered: Iterable[Numbered]) -> Iterator[Numbered]:
        """Yield the items without their rows, and remember them with."""
        for index, item in numbered:
            self.items[index] = item
            bare = replace(item, row=None) if isinstance(item, Document) else item
            yield Numbered(index, bare)


def _peeked(items: Iterator[Item]) -> tuple[Iterator[Item], bool]:
    """Return the items again, and whether the first is a row."""
    head = list(islice(items, 1))
    return chain(head, items), any(item.line is not None for item in head)


def _shape(shape: str, sources: list[Source], output: Path | None, *, rows: bool) -> str:
    several = len(sources) > 1
    rows = rows or any(source.format == "jsonl" for source in sources)
    if shape == AUTO:
        shape = "jsonl" if rows or (several and output is None) else "text"
    folder = output is not None and output.is_dir()
    if shape == "text" and output is None and (several or rows):
        raise click.UsageError("Several texts: give -o FOLDER or --format jsonl.")
    if shape == "text" and output and output.is_file() and (several or rows):
        raise click.UsageError(f"Several texts, and {output} is no folder.")
    if shape == "jsonl" and folder:
        raise click.UsageError(f"{output} is a folder; jsonl goes to one file.")
    return "texts" if shape == "text" and (several or rows or folder) else shape


def _writer(shape: str, sources: list[Source], output: Path | None, stack: ExitStack) -> "Writer":
    if shape == "texts" and output:
        return Texts(output, sources)
    if output is None:
        file: BinaryIO = sys.stdout.buffer
    else:
        file = stack.enter_context(atomic(output))
    return Text(file) if shape == "text" else Rows(file)


class Writer(Protocol):
    """Takes documents and their clean texts."""

    def write(self, document: Document, result: Result) -> None:
        """Write one clean text."""


class Text:
    """One text, as it is."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def write(self, document: Document, result: Result) -> None:  # noqa: ARG002 - Writer
        """Write the text and a line end."""
        self.file.write(result.body.removesuffix(b"\n") + b"\n")
        self.file.flush()


class Rows:
    """Rows of JSON, every other field as it was."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def write(self, document: Document, result: Result) -> None:
        """Write the row with the clean text in place of the text; HTML becomes ``text``."""
        row = dict(document.row) if document.row is not None else {"id": document.id}
        key = document.key or "text"
        if document.content_type != "text/plain":
            row.pop(key, None)
            key = "text"
        row[key] = result.body.decode()
        self.file.write(_dumps(row) + b"\n")
        self.file.flush()


def _dumps(row: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(row)
    except TypeError:  # half an emoji, a number over 64 bits: escaped, as it came in
        return json.dumps(row).encode()


class Texts:
    """A folder with one text file a document, in folders as the sources lie to each other."""

    def __init__(self, folder: Path, sources: list[Source]) -> None:
        self.folder = folder
        self.base = os.path.commonpath([Path(source.path).absolute().parent for source in sources])

    def write(self, document: Document, result: Result) -> None:
        """Write ``a/b.html`` to ``a/b.html.txt``, row 7 of ``r.jsonl`` to ``r.jsonl/7.txt``."""
        path = self.folder / self._inside(document)
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic(path) as file:
            file.write(result.body.removesuffix(b"\n") + b"\n")

    def _inside(self, document: Document) -> PurePath:
        name = "stdin" if document.path == STDIN else document.path
        path = PurePath(os.path.relpath(name, self.base if name != "stdin" else None))
        if document.line is not None:
            return path / f"{document.line}.txt"
        return path if path.suffix == ".txt" else path.with_name(f"{path.name}.txt")
