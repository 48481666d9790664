"""Bytes of unknown encoding to text.

Three roads, tried in this order: a byte order mark; UTF-8 without a fault; a contest, in which
every encoding that was declared, detected or is usual in Chinese decodes the bytes, and the text
that reads best wins. So a page that declares the wrong charset still comes out right.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

How = Literal["bom", "utf-8", "declared", "detected", "fallback"]

REPLACEMENT = "\ufffd"
# Fitness at which a candidate is taken at once. Little but UTF-8 looks like UTF-8. Running text in
# the charset it declares scores 0.95 and up, GBK read as Big5 or the other way round below 0.6,
# Latin-1 never above 0.5. A guess is never taken before all were heard.
GOOD: Mapping[str, float] = {"bom": 0.65, "utf-8": 0.9, "declared": 0.65, "detected": 2.0}
# Below this nothing fits, and UTF-8 with replacement characters is the least surprising answer.
LEAST = 0.35
# So many bytes decide the contest.
SAMPLE = 1 << 18
# Charset declarations stand early; WHATWG looks at 1,024 bytes, real pages are less tidy.
PROLOGUE = 4096
LONGEST_HEADER = 256

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its first half
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The widest codec that reads each label's bytes, as browsers do.
_WIDEST = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Labels that resiliparse 2.0 does not know, though servers send them.
_UNLISTED = {
    "gb-2312": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "936": "gb18030",
    "big5hkscs": "big5hkscs",
    "cp950": "big5hkscs",
    "utf_8": "utf-8",
    "cp1252": "cp1252",
}
_CHINESE = frozenset({"gb18030", "big5hkscs"})
_UTF16 = ("utf-16-le", "utf-16-be")
# What clean text in these can score: they accept many bytes never meant for them, single-byte
# charsets nearly all. Signs that such a mistake makes: half-width katakana, private use, C1.
_EAST_ASIAN = {"cp932": 0.8, "cp949": 0.8, "euc_jp": 0.8}
_SINGLE_BYTE = 0.5
_STRAY = ((0xFF61, 0xFF9F), (0xE000, 0xF8FF), (0x80, 0x9F))

_HTTP_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s;\"']+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{1,500}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and how it was won; ``replaced`` counts the U+FFFD put in for broken bytes."""

    text: str
    encoding: str
    how: How
    replaced: int = 0


def decode(data: bytes, content_type: str | None = None) -> Decoded:
    """Return the text of ``data``, its encoding and how that was found. Never raises.

    ``content_type`` is the HTTP header, if there was one. Line ends, NUL and every other control
    character stay as they are; only a byte order mark is taken off. A character cut in two at
    either end becomes one U+FFFD, and counts as replaced.

    >>> decode("中文网页".encode("gbk"), "text/html; charset=gb2312").how
    'declared'
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            data = data[len(mark) :]
            marked = _decoded(data, encoding, "bom")
            if marked.replaced <= 1 or _fitness(marked.text, encoding) >= GOOD["bom"]:
                return marked
            break  # the mark was left by a careless tool before text in another encoding
    lopsided = _utf16_by_nul(data)
    if lopsided is not None:
        return _decoded(data, lopsided, "detected")
    return _by_utf8(data) or _by_contest(data, content_type)


def _utf16_by_nul(data: bytes) -> str | None:
    """Return the UTF-16 that a text with ASCII in it shows: NUL in every other byte, on one side.

    Such bytes are valid UTF-8 too, so this comes first.
    """
    if b"\0" not in data[:PROLOGUE]:
        return None
    sample = data[:PROLOGUE]
    units = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if 2 * odd >= units and 10 * even <= odd:
        return "utf-16-le"
    if 2 * even >= units and 10 * odd <= even:
        return "utf-16-be"
    return None


def _by_utf8(data: bytes) -> Decoded | None:
    """Return the text if it is UTF-8, at most cut in mid-character at its ends."""
    try:
        return Decoded(data.decode(), "utf-8", "utf-8")
    except UnicodeDecodeError:
        pass
    head = len(data[:3]) - len(data[:3].lstrip(bytes(range(0x80, 0xC0))))
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        text = decoder.decode(data[head:])
    except UnicodeDecodeError:
        return None
    if text.isascii():  # nothing in it shows that the odd bytes are UTF-8
        return None
    tail = len(decoder.getstate()[0])
    text = REPLACEMENT * bool(head) + text + REPLACEMENT * bool(tail)
    return Decoded(text, "utf-8", "utf-8", bool(head) + bool(tail))


def _by_contest(data: bytes, content_type: str | None) -> Decoded:
    sample = data[:SAMPLE]
    best: tuple[str, How] = ("utf-8", "fallback")
    best_fitness = LEAST
    for encoding, how in _candidates(data, content_type):
        fitness = _fitness(sample.decode(encoding, "replace"), encoding)
        if fitness >= GOOD[how]:
            return _decoded(data, encoding, how)
        if fitness > best_fitness:
            best, best_fitness = (encoding, how), fitness
    return _decoded(data, *best)


def _candidates(data: bytes, content_type: str | None) -> Iterator[tuple[str, How]]:
    # Here, not above: UTF-8 text, nearly all there is, does not pay for it.
    from resiliparse.parse.encoding import detect_encoding  # noqa: PLC0415

    yield "utf-8", "utf-8"
    for label in declared(data, content_type):
        yield label, "declared"
    yield "gb18030", "detected"
    yield "big5hkscs", "detected"
    for encoding in _UTF16:
        yield encoding, "detected"
    guess = detect_encoding(data[:SAMPLE])
    if guess is not None and (found := _codec(guess)) is not None:
        yield found, "detected"


def declared(data: bytes, content_type: str | None = None) -> tuple[str, ...]:
    """Return the Python codecs that HTTP, ``<meta>`` and XML declare, strongest first."""
    labels = _HTTP_CHARSET.findall((content_type or "")[:LONGEST_HEADER])
    for pattern in (_META_CHARSET, _XML_CHARSET):
        labels += [label.decode("ascii", "replace") for label in pattern.findall(data[:PROLOGUE])]
    return tuple(dict.fromkeys(name for name in map(_codec, labels) if name is not None))


def _codec(label: str) -> str | None:
    """Return the Python codec for a web label, None if browsers have none (``utf-7``)."""
    from resiliparse.parse.encoding import map_encoding_to_html5  # noqa: PLC0415

    label = label.strip().lower()
    name = _UNLISTED.get(label) or map_encoding_to_html5(label, fallback_utf8=False)
    if name is None:
        return None
    name = _WIDEST.get(name, name)
    try:
        codecs.lookup(name)
    except LookupError:
        return None
    return name


def _decoded(data: bytes, encoding: str, how: How) -> Decoded:
    text = data.decode(encoding, "replace")
    replaced = text.count(REPLACEMENT)
    if replaced:  # some may have been in the text already
        own = REPLACEMENT.encode(encoding, "ignore")
        replaced -= data.count(own) if own else 0
    return Decoded(text, encoding, how, max(replaced, 0))


def _fitness(text: str, encoding: str) -> float:
    """Return in [0, 1] how well the text reads as what ``encoding`` is used for."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if encoding not in _UTF16:  # the others share ASCII, which tells nothing
        codes = codes[codes >= 0x80]
    if not codes.size:
        return 1.0
    if encoding in _CHINESE or encoding in _UTF16:
        return float(_usual()[np.minimum(codes, 0xFFFF)].mean())
    broken = codes == ord(REPLACEMENT)
    if encoding.startswith("utf"):
        return 1.0 - float(broken.mean())
    for first, last in _STRAY:
        broken |= (codes >= first) & (codes <= last)
    return (1.0 - float(broken.mean())) * _EAST_ASIAN.get(encoding, _SINGLE_BYTE)


@cache
def _usual() -> NDArray[np.bool_]:
    """Return for every code point below U+10000 if Chinese running text uses it.

    The characters are those of the common halves of GB 2312 and Big5, which their makers chose by
    frequency: 3,755 simplified and 5,401 traditional, and printable ASCII and punctuation.
    """
    trail = range(0xA1, 0xFF)
    simplified = bytes(b for lead in range(0xB0, 0xD8) for t in trail for b in (lead, t))
    low_and_high = (*range(0x40, 0x7F), *trail)
    traditional = bytes(b for lead in range(0xA4, 0xC7) for t in low_and_high for b in (lead, t))
    letters = simplified.decode("gb2312", "ignore") + traditional.decode("big5", "ignore")
    usual = np.zeros(0x10000, dtype=np.bool_)
    usual[np.frombuffer(letters.encode("utf-16-le"), dtype=np.uint16)] = True
    for first, last in ((0x20, 0x7E), (0x2010, 0x203B), (0x3000, 0x301F), (0xFF01, 0xFF5E)):
        usual[first : last + 1] = True
    usual[[0x09, 0x0A, 0x0D, 0xB7]] = True
    usual[0xFFFD] = False
    return usual
