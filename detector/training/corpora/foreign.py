"""Corpora in the layouts of others: JSON, JSON Lines, tables, folders of text; questions, articles.

A row with ``human_answers`` and the like (HC3) is a row for each answer; an article with
``paragraphs`` (SQuAD and its kin) is one for each paragraph.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import orjson

from detector.files.document import AUTO
from detector.files.find import COMPRESSED
from detector.files.readers import BOM
from detector.files.streams import Stream, chunks, decompressed, joined, lines, opened, recoded
from detector.page import DetectorError, LimitExceeded, UnreadableInput
from detector.prose.model import LABELS
from detector.read.decode import decode
from detector.training.corpora.near import digest
from detector.training.corpora.store import Heard, ignore

GIB: Final = 1024**3
LARGEST: Final = 4 * GIB  # of one file that must be read whole, and of one line of the others
RATIO: Final = 1000  # a researcher's own file may be packed tightly

ANSWERS, QUESTION = "_answers", "question"
PARAGRAPHS, CONTEXT = "paragraphs", "context"


@dataclass(frozen=True, slots=True)
class Raw:
    """A row as its file has it. ``name`` is made of file and number, ``place`` is for messages.

    Where there is no row, ``fault`` says why.
    """

    stem: str
    name: str
    place: str
    row: Mapping[str, Any]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read: the encoding, the columns of tables without a head, folders that are labels.

    ``heard`` is told how many bytes were read.
    """

    encoding: str = AUTO
    columns: tuple[str, ...] = ()
    folders: frozenset[str] = frozenset(LABELS)
    heard: Heard = ignore


def files(path: Path) -> list[Path]:
    """Return a file, or the files of a folder whose ending is known, in order of their names.

    Raises UnreadableInput where there is none.
    """
    if not path.is_dir():
        return [path]
    found = sorted(each for each in path.rglob("*") if _wanted(each.relative_to(path), each))
    if not found:
        raise UnreadableInput(f"{path}: no file in it ends in {', '.join(READERS)}")
    return found


def _wanted(inside: Path, path: Path) -> bool:
    hidden = any(part.startswith(".") for part in inside.parts)
    return not hidden and ending(path) in READERS and path.is_file()


def ending(path: Path) -> str:
    """Return a name's ending in lower case, a .gz or .zst behind it aside."""
    name = path.with_suffix("") if path.suffix.lower() in COMPRESSED else path
    return name.suffix.lower()


def raws(path: Path, reading: Reading) -> Iterator[Raw]:
    """Yield the rows of a file or folder, questions and articles taken apart.

    Raises UnreadableInput, naming the file, where one cannot be read.
    """
    for file in files(path):
        reader = READERS.get(ending(file))
        if reader is None:
            raise UnreadableInput(f"{file}: does not end in {', '.join(READERS)}")
        stem = file.name.partition(".")[0]
        try:
            for number, place, row in reader(file, reading):
                found = _raw(stem, number, f"{file}: {place}", row)
                yield from _parts(_labelled(found, path, file, reading.folders))
        except DetectorError as error:
            raise UnreadableInput(f"{file}: {error}") from error


def _raw(stem: str, number: int, place: str, row: object) -> Raw:
    name = f"{stem}-{number:06}"
    if isinstance(row, str):
        return Raw(stem, name, place, {}, row)
    if not isinstance(row, Mapping):
        return Raw(stem, name, place, {}, "not a JSON object")
    return Raw(stem, name, place, row)


def _labelled(raw: Raw, root: Path, file: Path, labels: frozenset[str]) -> Raw:
    """A file of text takes its label from the nearest folder that is called as one."""
    if ending(file) not in TEXTS:
        return raw
    top = root if root.is_dir() else root.parent
    folders = [*reversed(file.relative_to(top).parts[:-1]), top.resolve().name]
    label = next((name for name in folders if name in labels), None)
    return replace(raw, row={**raw.row, "id": raw.name, "label": label, "folder": folders[0]})


def _stream(path: Path, reading: Reading) -> Iterator[bytes]:
    with opened(str(path)) as file:
        yield from decompressed(chunks(file, reading.heard), RATIO)


def _text(path: Path, reading: Reading) -> str:
    data = joined(_stream(path, reading), LARGEST, "bytes in one file")
    if reading.encoding != AUTO:
        return data.decode(reading.encoding, "replace").removeprefix(BOM)
    return decode(data).text.removeprefix(BOM)


Found = Iterator[tuple[int, str, object]]  # number, place in the file, row; a str is a fault


def _rows(path: Path, reading: Reading) -> Found:
    return _lines(_stream(path, reading), reading)


def _lines(stream: Stream, reading: Reading) -> Found:
    if reading.encoding != AUTO:
        stream = recoded(stream, reading.encoding)
    for number, line in enumerate(lines(stream, LARGEST), 1):
        if isinstance(line, LimitExceeded):
            yield number, f"line {number}", str(line)
        elif content := line.removeprefix(BOM.encode()).strip():
            yield number, f"line {number}", _parsed(content)


def _parsed(line: bytes) -> object:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        try:  # half an escaped emoji, NaN: what programs write and orjson refuses
            row = json.loads(line)
        except (ValueError, RecursionError):
            return f"not JSON: {error}"
    return None if isinstance(row, str) else row  # a string would be taken for a fault


def _json(path: Path, reading: Reading) -> Found:
    """A list of rows, such a list under ``data``, or JSON Lines under another name."""
    text = _text(path, reading)
    try:
        value = json.loads(text)
    except ValueError:
        yield from _lines(
            iter([text.encode("utf-8", "surrogatepass")]), replace(reading, encoding=AUTO)
        )
        return
    rows = value.get("data", [value]) if isinstance(value, dict) else value
    if not isinstance(rows, list):
        raise UnreadableInput("neither a list of rows nor one under `data`")
    for number, row in enumerate(rows, 1):
        yield number, f"row {number}", None if isinstance(row, str) else row


def _table(path: Path, reading: Reading) -> Found:
    """A table with a head, or with the columns given. Quotes of a .tsv are part of its text."""
    csv.field_size_limit(sys.maxsize)  # the library's own limit is 128 KiB, an article has more
    file = StringIO(_text(path, reading), newline="")
    if ending(path) == ".tsv":
        table = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
    else:
        table = csv.reader(file)
    head = list(reading.columns) or [name.strip() for name in next(table, [])]
    try:
        for number, cells in enumerate((cells for cells in table if cells), 1):
            place = f"row {number} (line {table.line_num})"
            if len(cells) != len(head):
                yield number, place, f"{len(cells)} cells, where the head has {len(head)}"
            else:
                yield (
                    number,
                    place,
                    {name: cell for name, cell in zip(head, cells, strict=True) if name},
                )
    except csv.Error as error:
        raise UnreadableInput(f"line {table.line_num}: {error}") from error


def _whole(path: Path, reading: Reading) -> Found:
    yield 1, "text", {"text": _text(path, reading)}


Reader = Callable[[Path, Reading], Found]
TEXTS: Final = (".txt", ".text")
READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        ".jsonl": _rows,
        ".ndjson": _rows,
        ".json": _json,
        ".csv": _table,
        ".tsv": _table,
        **dict.fromkeys(TEXTS, _whole),
    }
)


def _parts(raw: Raw) -> Iterable[Raw]:
    """The rows a row is made of: answers to a question, paragraphs of an article, or itself."""
    if isinstance(raw.row.get(f"human{ANSWERS}"), list):
        return _answers(raw)
    return _paragraphs(raw) if isinstance(raw.row.get(PARAGRAPHS), list) else (raw,)


def _answers(raw: Raw) -> Iterator[Raw]:
    """One row an answer: ``human_answers`` are human, ``chatgpt_answers`` are ChatGPT's."""
    rest = {key: value for key, value in raw.row.items() if not key.endswith(ANSWERS)}
    name = str(rest.get("id", raw.name))
    group = f"question:{digest(str(rest.get(QUESTION))).hex()[:16]}"
    for key, answers in raw.row.items():
        if not (key.endswith(ANSWERS) and isinstance(answers, list)):
            continue
        who = key.removesuffix(ANSWERS)
        made = {"label": "human"} if who == "human" else {"label": "ai", "generator": who}
        for number, answer in enumerate(answers, 1):
            row = {
                **rest,
                "text": answer,
                "id": f"{name}-{who}-{number}",
                "group_id": group,
                **made,
            }
            yield replace(raw, name=f"{raw.name}-{who}-{number}", row=row)


def _paragraphs(raw: Raw) -> Iterator[Raw]:
    """One row a paragraph, the article being their group."""
    article = str(raw.row.get("id") or raw.row.get("title") or raw.name)
    rest = {key: value for key, value in raw.row.items() if key != PARAGRAPHS}
    for number, paragraph in enumerate(raw.row[PARAGRAPHS], 1):
        found = paragraph if isinstance(paragraph, Mapping) else {}
        name = str(found.get("id") or f"{article}-{number}")
        row = {**rest, "id": name, "text": found.get(CONTEXT), "group_id": article}
        yield replace(raw, name=f"{raw.name}-{number}", row=row)
