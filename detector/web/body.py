"""A request's bytes, never more of them than the limits allow, and the JSON in them."""

import json
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from typing import Protocol

import orjson
import zstandard
from flask import Request
from werkzeug.wsgi import get_input_stream

from detector.config import Limits
from detector.web.problems import problem

# A zstd block of four bytes may stand for 128 KiB, so this many bytes at once make 2 MiB at most
# before the size is looked at again; 8 MiB of input still take only some 30 ms.
PIECE = 64
# Below this size a ratio says nothing: "[[[[…" of a few hundred bytes compresses 50 times.
RATIO_FLOOR = 1 << 16
# What RFC 8878 asks every decoder to take; a larger window is a request for memory.
ZSTD_WINDOW = 1 << 23


class Decoder(Protocol):
    """What zlib's and zstandard's decompression objects share."""

    @property
    def eof(self) -> bool:
        """Whether the compressed stream has ended."""

    @property
    def unused_data(self) -> bytes:
        """What came after the end."""

    def decompress(self, data: bytes, /) -> bytes:
        """Return what ``data`` adds."""


def _gzip() -> Decoder:
    return zlib.decompressobj(wbits=31)


def _zstd() -> Decoder:
    return zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()


CODINGS: dict[str, Callable[[], Decoder]] = {"gzip": _gzip, "x-gzip": _gzip, "zstd": _zstd}


def read_body(request: Request, limits: Limits) -> bytes:
    """Return the request's body, decompressed.

    Raises Problem 413 as soon as a limit is passed, 415 for an unknown coding, and 400 for a
    body that breaks off or does not decompress.
    """
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding != "identity" and coding not in CODINGS:
        raise problem(
            415,
            "unsupported_encoding",
            "Content-Encoding must be gzip or zstd",
            Accept_Encoding="gzip, zstd",
        )
    body = _received(request, limits.max_body_bytes)
    return body if coding == "identity" else _decompressed(body, CODINGS[coding], limits)


def _received(request: Request, limit: int) -> bytes:
    length = request.environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdecimal()):
        raise problem(400, "bad_content_length", "Content-Length must be a number")
    declared = request.content_length  # None for a chunked body
    too_large = problem(413, "body_too_large", f"a body may have {limit} bytes")
    if declared is not None and declared > limit:
        raise too_large
    try:
        body = _read(request, limit + 1)
    except Exception as error:  # every WSGI server has errors of its own for bad framing
        raise problem(400, "bad_body", "the body breaks off or is badly chunked") from error
    if len(body) > limit:
        raise too_large
    if declared not in (None, len(body)):  # granian 2 and gunicorn end such a body quietly
        raise problem(400, "bad_body", "the body is shorter than its Content-Length")
    return body


def _read(request: Request, most: int) -> bytes:
    stream = get_input_stream(request.environ, max_content_length=most)
    parts: list[bytes] = []
    while most and (part := stream.read(most)):  # a raw stream may give less than asked for
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _decompressed(body: bytes, decoder_of: Callable[[], Decoder], limits: Limits) -> bytes:
    by_ratio = max(RATIO_FLOOR, len(body) * limits.max_decompression_ratio)
    limit = min(limits.max_decompressed_bytes, by_ratio)
    parts: list[bytes] = []
    size = 0
    try:
        for part in _inflated(body, decoder_of):
            parts.append(part)
            size += len(part)
            if size > limit:
                detail = f"the body decompresses to over {limit} bytes"
                raise problem(413, "decompressed_too_large", detail)
    except (zlib.error, zstandard.ZstdError) as error:
        raise problem(400, "bad_encoding", "the body does not decompress") from error
    return b"".join(parts)


def _inflated(body: bytes, decoder_of: Callable[[], Decoder]) -> Iterator[bytes]:
    decoder = decoder_of()
    for start in range(0, len(body), PIECE):
        piece = body[start : start + PIECE]
        while piece:
            if decoder.eof:  # both formats may be concatenated
                decoder = decoder_of()
            yield decoder.decompress(piece)
            piece = decoder.unused_data
    if not decoder.eof:
        raise problem(400, "bad_encoding", "the compressed body breaks off")


_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def loads(data: bytes) -> object:
    r"""Return the JSON value in ``data``; half a surrogate pair becomes U+FFFD, a BOM is skipped.

    The replacement is one character, one UTF-16 unit and three bytes wide, like what it replaces,
    so offsets stay right in every unit. Raises ValueError where ``data`` is not JSON in UTF-8.

    >>> loads(rb'["\ud800", "\ud83d\ude00"]')
    ['\ufffd', '😀']
    """
    data = data.removeprefix(BOM_UTF8)
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        if not _SURROGATE_ESCAPE.search(data):
            raise
    # orjson 3 takes no half pair, in or out; the standard library does, but also takes NaN and
    # Infinity, so what it read goes past orjson once more.
    try:
        lenient = json.dumps(json.loads(data), ensure_ascii=False)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return orjson.loads(_SURROGATE.sub("\ufffd", lenient))
