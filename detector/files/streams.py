"""Bytes of a file, decompressed within bounds, and the lines of a stream of bytes.

A stream is an iterator of byte chunks, so nothing here ever holds a whole file.
"""

import codecs
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from detector.files.find import STDIN
from detector.page import LimitExceeded, UnreadableInput

Stream = Iterator[bytes]

CHUNK = 256 * 1024
GZIP = b"\x1f\x8b"
ZSTD = (b"\x28\xb5\x2f\xfd", b"\x50\x2a\x4d\x18")
WBITS_GZIP = 31

#: One block of zstd is at least 4 bytes and makes at most 128 KiB: this bounds a step to 16 MiB.
ZSTD_STEP = 512
ZSTD_WINDOW = 2**27

#: A small file may be as repetitive as it likes: the ratio is looked at beyond this many bytes.
RATIO_FROM = 16 * 1024 * 1024


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """Open a file or standard input for reading bytes; :class:`UnreadableInput` if it cannot be."""
    if path == STDIN:
        yield sys.stdin.buffer
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115 - closed below; only open() may fail here
    except OSError as error:
        raise UnreadableInput(error.strerror or str(error)) from error
    with file:
        yield file


def chunks(file: BinaryIO, on_bytes: Callable[[int], None]) -> Stream:
    """Yield a file's bytes as they come; ``on_bytes`` hears the size of every chunk."""
    read = getattr(file, "read1", file.read)  # read1: a pipe's bytes now, not once 256 KiB are in
    try:
        while chunk := read(CHUNK):
            on_bytes(len(chunk))
            yield chunk
    except OSError as error:
        raise UnreadableInput(error.strerror or str(error)) from error


def decompressed(raw: Stream, max_ratio: int) -> Stream:
    """Yield the stream with gzip or zstd undone, which its first bytes tell; others as they are.

    Raises :class:`UnreadableInput` for damaged or truncated data and :class:`LimitExceeded` for
    data that grows by more than ``max_ratio``.
    """
    head, raw = peeked(raw)
    if head.startswith(GZIP):
        return _bounded(raw, _gunzip, max_ratio)
    if head.startswith(ZSTD):
        return _bounded(raw, _unzstd, max_ratio)
    return raw


def peeked(stream: Stream, at_least: int = 4) -> tuple[bytes, Stream]:
    """Return a stream's first bytes and the whole stream again."""
    first: list[bytes] = []
    while sum(map(len, first)) < at_least and (chunk := next(stream, b"")):
        first.append(chunk)
    head = b"".join(first)
    return head, _chained(head, stream)


def _chained(head: bytes, rest: Stream) -> Stream:
    if head:
        yield head
    yield from rest


def _bounded(raw: Stream, expand: Callable[[Stream], Stream], max_ratio: int) -> Stream:
    taken = made = 0

    def counted() -> Stream:
        nonlocal taken
        for chunk in raw:
            taken += len(chunk)
            yield chunk

    for chunk in expand(counted()):
        made += len(chunk)
        if made > RATIO_FROM and made > taken * max_ratio:
            raise LimitExceeded("decompression ratio", made // taken, max_ratio)
        yield chunk


def _gunzip(raw: Stream) -> Stream:
    """Undo gzip, member after member."""
    member = None
    try:
        for chunk in raw:
            data = chunk
            while data:
                # A member may be followed by zero padding, as tar and old tapes leave it.
                if member is None and not (data := data.lstrip(b"\0")):
                    break
                member = member or zlib.decompressobj(WBITS_GZIP)
                yield member.decompress(data, CHUNK)
                data = member.unconsumed_tail
                if member.eof:
                    data, member = member.unused_data, None
    except zlib.error as error:
        raise UnreadableInput(f"damaged gzip data: {error}") from error
    if member is not None:
        raise UnreadableInput("truncated gzip data")


def _unzstd(raw: Stream) -> Stream:
    """Undo zstd, frame after frame."""
    try:
        import zstandard  # noqa: PLC0415 - only where there is such a file: start-up time
    except ImportError as error:
        raise UnreadableInput("reading .zst needs the zstandard package") from error
    frame, maker = None, zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    try:
        for chunk in raw:
            for start in range(0, len(chunk), ZSTD_STEP):
                data = chunk[start : start + ZSTD_STEP]
                while data:
                    frame = frame or maker.decompressobj()
                    yield frame.decompress(data)
                    data = b""
                    if frame.eof:
                        data, frame = frame.unused_data, None
    except zstandard.ZstdError as error:
        raise UnreadableInput(f"damaged zstd data: {error}") from error
    if frame is not None:
        raise UnreadableInput("truncated zstd data")


def joined(stream: Stream, limit: int, what: str) -> bytes:
    """Return all bytes of a stream; :class:`LimitExceeded` as soon as there are too many."""
    parts, size = [], 0
    for chunk in stream:
        size += len(chunk)
        if size > limit:
            raise LimitExceeded(what, size, limit)
        parts.append(chunk)
    return b"".join(parts)


def recoded(stream: Stream, encoding: str) -> Stream:
    """Yield the stream in UTF-8; bytes that ``encoding`` does not know become U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in stream:
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def lines(stream: Iterable[bytes], limit: int) -> Iterator[bytes | LimitExceeded]:
    """Yield a stream's lines without their ends; an over-long line is skipped and told.

    Time and memory grow with the length of the lines only, however they are cut into chunks.
    """
    parts: list[bytes] = []
    size = 0
    for chunk in stream:
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            yield _line(parts, end, size + len(end), limit)
            parts, size = [], 0
        size += len(rest)
        if size <= limit:
            parts.append(rest)
    if size:
        yield _line(parts, b"", size, limit)


def _line(parts: list[bytes], end: bytes, size: int, limit: int) -> bytes | LimitExceeded:
    if size > limit:
        return LimitExceeded("bytes in one line", size, limit)
    return b"".join([*parts, end]) if parts else end
