"""Corpora in files: rows read with the texts in them, and rows written back."""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

import orjson

from detector.files import Failure, ReadOptions, atomic, find, read_all
from detector.page import UnreadableInput
from detector.training.corpora.texts import Text, text_of
from detector.training.rows import Row

Heard = Callable[[int], None]

ENDINGS: Final = (".jsonl", ".jsonl.gz", ".jsonl.zst")
ZSTD_LEVEL: Final = 9  # 170 MB of rows: 4 s and 45 MB, where level 19 takes minutes for 37 MB


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a file, and the text in it."""

    path: Path
    row: Row
    text: Text


def ignore(_count: int) -> None:
    """Nobody wants to hear how far the work is."""


def read_items(path: Path, heard: Heard = ignore) -> Iterator[Row | Failure]:
    """Yield the rows of a file, and a Failure for each line that is none.

    ``heard`` is told how many bytes were read. Raises UnreadableInput where the file itself cannot
    be read.
    """
    for item in read_all(find([str(path)], "jsonl"), ReadOptions(keep_rows=True, on_bytes=heard)):
        if isinstance(item, Failure) and item.line is None:
            raise UnreadableInput(f"{item.path}: {item.detail}")
        yield item if isinstance(item, Failure) else item.row or {}


def read_entries(paths: Iterable[Path], heard: Heard = ignore) -> list[Entry]:
    """Return the labelled rows of files; UnreadableInput names the first that is not sound."""
    found = []
    for path in paths:
        for item in read_items(path, heard):
            if isinstance(item, Failure):
                raise UnreadableInput(f"{item.path}: {item.detail}")
            found.append(Entry(path, item, text_of(item, path)))
    return found


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write rows to a .jsonl file, packed as its ending says; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic(path) as file, _packed(path, cast("IO[bytes]", file)) as packed:
        for row in rows:
            packed.write(_line(row))


def _line(row: Row) -> bytes:
    try:
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:  # half an emoji, a huge number: what json alone can spell
        return json.dumps(row).encode() + b"\n"


@contextmanager
def _packed(path: Path, file: IO[bytes]) -> Iterator[IO[bytes]]:
    """Pack what is written, the same bytes each time."""
    if path.suffix == ".zst":
        import zstandard  # noqa: PLC0415 - only where there is such a file: start-up time

        packer = zstandard.ZstdCompressor(level=ZSTD_LEVEL)
        with packer.stream_writer(file, closefd=False) as packed:
            yield cast("IO[bytes]", packed)
    elif path.suffix == ".gz":
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            yield cast("IO[bytes]", packed)
    else:
        yield file


def targets(output: Path, paths: Sequence[Path]) -> dict[Path, Path]:
    """Return where the rows of each file go: into ``output``, or by their names into that folder.

    Raises UnreadableInput where two would overwrite each other.
    """
    if is_rows(output):
        return dict.fromkeys(paths, output)
    found = {path: output / path.name for path in paths}
    if len(set(found.values())) < len(found):
        raise UnreadableInput(f"{output}: two of the files have the same name")
    return found


def write_entries(entries: Iterable[Entry], places: dict[Path, Path]) -> None:
    """Write the rows of entries to the files ``targets`` gave."""
    rows: dict[Path, list[Row]] = {place: [] for place in places.values()}
    for entry in entries:
        rows[places[entry.path]].append(entry.row)
    for place, written in rows.items():
        write_rows(place, written)


def is_rows(path: Path) -> bool:
    """Tell a file of rows from a folder by its name.

    >>> is_rows(Path("train.jsonl.zst")), is_rows(Path("clean"))
    (True, False)
    """
    return path.name.endswith(ENDINGS)
