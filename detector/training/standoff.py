"""Standoff annotations: spans without the text they were marked on, joined with it again."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Final

import orjson

from detector.files import Document
from detector.page import UnreadableInput
from detector.read import read
from detector.training.gold import gold_page
from detector.training.rows import documents

CARRIED: Final = ("url", "license", "created", "lang")
MARKED_UP: Final = ("html", "gold_main")  # what layout is learnt from
NEEDED: Final = ("id", "text_sha256", "spans")

Row = Mapping[str, Any]
Key = tuple[str, str]  # the stem of a data file, and the id of a row in it


@dataclass(frozen=True, slots=True)
class Unjoined:
    """An annotation that found no text, and why."""

    id: str
    source: str
    reason: str


def sha256(text: str) -> str:
    """Return the digest of a text in UTF-8, as annotations carry it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def annotations(path: Path) -> dict[Key, Row]:
    """Return the annotations of a file, or of the ``.jsonl`` files of a folder.

    A row is ``{id, source_file, text_sha256, spans}``; ``source`` is another name of
    ``source_file``, and ``extracted`` says that the text is what our reader makes of the row's
    HTML. Raises UnreadableInput where a row is none, or a page is annotated twice.
    """
    found: dict[Key, Row] = {}
    for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
        for number, line in enumerate(file.read_bytes().split(b"\n"), 1):
            if not line.strip():
                continue
            row = _parsed(line, f"{file}: line {number}")
            key = (stem(_source(row) or file.name), str(row["id"]))
            if key in found:
                raise UnreadableInput(f"{file}: line {number}: {key[1]} is annotated twice")
            found[key] = row
    return found


def _parsed(line: bytes, where: str) -> Row:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise UnreadableInput(f"{where}: {error}") from error
    missing = [name for name in NEEDED if not isinstance(row, dict) or name not in row]
    if missing:
        raise UnreadableInput(f"{where}: not an annotation, it has no {', '.join(missing)}")
    found: Row = row
    return found


def _source(row: Row) -> str:
    return str(row.get("source_file") or row.get("source") or "")


def stem(name: str) -> str:
    """Return a data file's name without folder and endings.

    >>> stem("crawl/pages.jsonl.gz")
    'pages'
    """
    return PurePath(name).name.partition(".")[0]


def join(wanted: Mapping[Key, Row], data: Sequence[str]) -> Iterator[dict[str, Any] | Unjoined]:
    """Yield the gold row of every annotation whose text is in the data, else why there is none.

    Gold rows come in the order of the data; annotations the data does not hold come last. Raises
    UnreadableInput where a data file cannot be read.
    """
    left = dict(wanted)
    for path in data:
        for document in documents([path]):
            row = left.pop((stem(document.path), document.id), None)
            if row is not None:
                yield joined(row, document)
    for source, name in left:
        yield Unjoined(name, source, "the data has no such row")


def joined(row: Row, document: Document) -> dict[str, Any] | Unjoined:
    """Return the gold row of one annotation and its document."""
    source = stem(document.path)
    text = _text(document, extracted=bool(row.get("extracted")))
    if sha256(text) != row["text_sha256"]:
        reason = f"the text is not the annotated one: sha256 {sha256(text)}"
        return Unjoined(document.id, source, reason)
    data = document.row or {}
    carried = (
        "url",
        "license",
        "created",
        "lang",
        *(("html", "gold_main") if row.get("extracted") else ()),
    )
    origin = {key: data[key] for key in carried if data.get(key)}
    gold = {**origin, **row, "text": text, "source": str(data.get("source") or source)}
    gold.setdefault("group_id", str(data.get("group_id") or document.id))
    try:
        gold_page(gold)
    except UnreadableInput as error:
        return Unjoined(document.id, source, str(error))
    return gold


def _text(document: Document, *, extracted: bool) -> str:
    """Return a document's text: the row's own, or what the reader makes of the HTML."""
    row = document.row or {}
    if extracted and "html" in row:
        return read(str(row["html"]), content_type="text/html", url=document.url).text
    return read(document.content, content_type=document.content_type, url=document.url).text
