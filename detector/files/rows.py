"""One line of JSON into one document."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

import orjson

from detector.files.document import Document, ReadOptions
from detector.files.find import Source
from detector.page import UnreadableInput

#: Where a row's text is looked for, and what it then is; None: the detector looks for itself.
TEXT_KEYS: Mapping[str, str | None] = {
    "text": "text/plain",
    "html": "text/html",
    "content": None,
    "content_base64": None,
}
BASE64_KEY = "content_base64"
ID_KEY = "id"


def row_to_document(line: bytes, source: Source, number: int, options: ReadOptions) -> Document:
    """Return the document in a JSON line; :class:`UnreadableInput` says what is wrong with it."""
    row = _parse(line)
    key = options.text_key or next((key for key in TEXT_KEYS if key in row), None)
    if key is None:
        raise UnreadableInput(f"no field named {', '.join(TEXT_KEYS)}; name yours by --text-key")
    keep = options.keep_rows
    return Document(
        id=_id(row, options.id_key) or f"{source.name}:{number}",
        path=source.path,
        content=_content(row, key),
        content_type=_text(row, "content_type") or TEXT_KEYS.get(key, "text/plain"),
        line=number,
        url=_text(row, "url"),
        title=_text(row, "title"),
        row=row if keep else None,
        key=key if keep else None,
    )


def _parse(line: bytes) -> dict[str, Any]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        row = _parse_leniently(line, str(error))
    if not isinstance(row, dict):
        raise UnreadableInput("not a JSON object")
    return row


def _parse_leniently(line: bytes, complaint: str) -> object:
    """Read what orjson refuses and crawlers write: half an escaped emoji, NaN, a huge number."""
    try:
        return json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise UnreadableInput("not UTF-8; name the file's encoding by --encoding") from None
    except (ValueError, RecursionError):
        raise UnreadableInput(f"not JSON: {complaint}") from None


def _id(row: Mapping[str, Any], wanted: str | None) -> str | None:
    value = row.get(wanted or ID_KEY)
    if isinstance(value, str | int):
        return _whole_characters(str(value))
    if wanted is not None:
        raise UnreadableInput(f"no field named {wanted} with a text or a number in it")
    return None


def _content(row: Mapping[str, Any], key: str) -> str | bytes:
    value = row.get(key)
    if not isinstance(value, str):
        raise UnreadableInput(f"no field named {key} with a text in it")
    if key != BASE64_KEY:
        return _whole_characters(value)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableInput(f"field {key}: {error}") from None


def _text(row: Mapping[str, Any], key: str) -> str | None:
    value = row.get(key)
    return _whole_characters(value) if isinstance(value, str) and value else None


def _whole_characters(text: str) -> str:
    """Return the text with each lone surrogate as one U+FFFD: nothing else can be encoded."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
