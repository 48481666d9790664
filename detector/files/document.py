"""How to read, and what a reader yields: a document, or the failure of one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from detector.config import Limits

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file, not yet decoded where ``content`` is bytes.

    ``line`` counts from 1 in row formats. ``row`` and ``key`` hold the row a document came from
    and the name of its text field, if the reader was asked to keep them.
    """

    id: str
    path: str
    content: str | bytes
    content_type: str | None = None
    line: int | None = None
    url: str | None = None
    title: str | None = None
    row: Mapping[str, Any] | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """One document that could not be read or judged.

    ``code``: unreadable · bad_row · too_large · crashed · internal_error.
    """

    id: str
    path: str
    code: str
    detail: str
    line: int | None = None


Item = Document | Failure


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read; ``on_bytes`` hears how many bytes of the input were taken."""

    limits: Limits = field(default_factory=Limits)
    encoding: str = AUTO
    text_key: str | None = None
    id_key: str | None = None
    keep_rows: bool = False
    on_bytes: Callable[[int], None] = lambda _size: None
