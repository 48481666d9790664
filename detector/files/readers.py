"""Sources into documents: one small function a format, one row of the table each."""

import codecs
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from detector.files.document import AUTO, Document, Failure, Item, ReadOptions
from detector.files.find import Source
from detector.files.rows import row_to_document
from detector.files.streams import (
    Stream,
    chunks,
    decompressed,
    joined,
    lines,
    opened,
    peeked,
    recoded,
)
from detector.page import DetectorError, LimitExceeded, UnreadableInput

BOM = "\ufeff"

#: How many of the first bytes are looked at.
SNIFFED = 1024

#: First bytes → what a file is that nobody should read as text.
BINARY = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "an SQLite database",
    b"\x7fELF": "a program",
    b"BZh": "bzip2 data",
    b"\xfd7zXZ": "xz data",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
}


def check_encoding(name: str) -> str:
    """Return ``auto`` or the codec's own name; :class:`UnreadableInput` if Python has none."""
    if name == AUTO:
        return AUTO
    try:
        b"x".decode(name, "replace")
    except (LookupError, UnicodeError) as error:
        raise UnreadableInput(str(error)) from None
    return codecs.lookup(name).name


def read_all(sources: Iterable[Source], options: ReadOptions) -> Iterator[Item]:
    """Yield the documents of all sources; a file that cannot be read is one :class:`Failure`."""
    for source in sources:
        try:
            with opened(source.path) as file:
                yield from _read(source, chunks(file, options.on_bytes), options)
        except DetectorError as error:
            yield Failure(source.name, source.path, code_of(error), str(error))


def code_of(error: DetectorError) -> str:
    """Return the machine-readable name of an error."""
    return "too_large" if isinstance(error, LimitExceeded) else "unreadable"


def _read(source: Source, raw: Stream, options: ReadOptions) -> Iterator[Item]:
    stream = decompressed(raw, options.limits.max_decompression_ratio)
    head, stream = peeked(stream, 1 if source.format else SNIFFED)  # a pipe may be slow
    for magic, name in BINARY.items():
        if head.startswith(magic):
            raise UnreadableInput(f"this is {name}, not text")
    yield from READERS[source.format or sniff(head)](source, stream, options)


def sniff(head: bytes) -> str:
    """Return the format the first bytes look like: jsonl, html, or else txt."""
    start = head[:SNIFFED].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith(b"{") and start[1:].lstrip().startswith((b'"', b"}")):
        return "jsonl"
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<?xml", b"<!--")):
        return "html"
    return "txt"


def _whole(content_type: str) -> "Reader":
    """Make the reader of a format whose files are one document each."""

    def read(source: Source, stream: Stream, options: ReadOptions) -> Iterator[Document]:
        limits = options.limits
        limit = min(limits.max_file_bytes, limits.max_decompressed_bytes)
        data = joined(stream, limit, "bytes in one file")
        content: str | bytes = data
        if options.encoding != AUTO:
            content = data.decode(options.encoding, "replace").removeprefix(BOM)
        yield Document(source.name, source.path, content, content_type)

    return read


def _jsonl(source: Source, stream: Stream, options: ReadOptions) -> Iterator[Item]:
    """Read rows; a bad one is one failure and the next line is tried."""
    if options.encoding != AUTO:
        stream = recoded(stream, options.encoding)
    for number, line in enumerate(lines(stream, options.limits.max_decompressed_bytes), 1):
        name = f"{source.name}:{number}"
        if isinstance(line, LimitExceeded):
            yield Failure(name, source.path, "too_large", f"line {number}: {line}", number)
            continue
        text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if not text.strip():
            continue
        try:
            yield row_to_document(text, source, number, options)
        except UnreadableInput as error:
            yield Failure(name, source.path, "bad_row", f"line {number}: {error}", number)


Reader = Callable[[Source, Stream, ReadOptions], Iterator[Any]]

READERS: dict[str, Reader] = {
    "txt": _whole("text/plain"),
    "md": _whole("text/markdown"),
    "html": _whole("text/html"),
    "jsonl": _jsonl,
}
