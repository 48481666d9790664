"""Command-line paths into sources: files, folders, globs, ``-``."""

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from detector.page import UnreadableInput

STDIN = "-"

#: Ending → format. A folder is searched for these; a file named outright needs none of them.
FORMATS = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
COMPRESSED = (".gz", ".zst")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read. ``format`` is None where only its first bytes can tell."""

    path: str
    format: str | None
    size: int | None = None

    @property
    def name(self) -> str:
        """The path as text, with an escape for each byte that is no UTF-8."""
        return os.fsencode(self.path).decode("utf-8", "backslashreplace")


def find(paths: Iterable[str], input_format: str | None = None) -> list[Source]:
    """Return the sources of the given paths, in their order; folders and globs in sorted order.

    A folder is searched to the bottom for files with a known ending (for every file, if
    ``input_format`` is given); names that begin with a dot are left out. Raises
    :class:`UnreadableInput` where a path leads to nothing.
    """
    return [source for path in paths for source in _expand(path, input_format)]


def _expand(name: str, input_format: str | None) -> Iterator[Source]:
    path = Path(name)
    if name == STDIN:
        yield Source(STDIN, input_format)
    elif name and path.is_dir():
        yield from _folder(path, input_format)
    elif name and os.path.lexists(path):
        yield _source(path, input_format)
    else:
        matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - may be absolute
        if not matches or matches == [name]:
            raise UnreadableInput(f"{name}: no such file or folder")
        for match in matches:
            yield from _expand(match, input_format)


def _folder(folder: Path, input_format: str | None) -> Iterator[Source]:
    sources = (_source(path, input_format) for path in _walk(folder))
    found = [source for source in sources if source.format]
    if not found:
        raise UnreadableInput(f"{folder}: no file in this folder has a known ending")
    yield from found


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and path.is_file():
                yield path


def _refuse(error: OSError) -> NoReturn:
    """A folder left out in silence would be taken for an empty one."""
    raise UnreadableInput(f"{error.filename}: {error.strerror}") from error


def _source(path: Path, input_format: str | None) -> Source:
    size = path.stat().st_size if path.is_file() else None
    return Source(str(path), input_format or format_of(path), size)


def format_of(path: Path) -> str | None:
    """Return the format a name's ending stands for, a ``.gz`` or ``.zst`` behind it aside."""
    name = path.with_suffix("") if path.suffix.lower() in COMPRESSED else path
    return FORMATS.get(name.suffix.lower())
