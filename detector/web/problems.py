"""What a client is told when a request, or one document of it, cannot be answered."""

import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import PurePath
from types import MappingProxyType

import orjson
from flask import Response

from detector.page import DetectorError

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong and where: ``pointer`` is an RFC 6901 pointer into the JSON received.

    ``detail`` names rules and types, never values: a value may be somebody's text.
    """

    pointer: str
    code: str
    detail: str


class Problem(DetectorError):
    """The whole request is refused with ``status``; ``faults`` holds at least one reason."""

    def __init__(
        self, status: int, *faults: Fault, headers: Mapping[str, str] = NO_HEADERS
    ) -> None:
        super().__init__(f"{status} {faults[0].code}")
        self.status, self.faults, self.headers = status, faults, headers


class BadDocument(DetectorError):
    """One document is refused; the others of its batch are not touched."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def problem(status: int, code: str, detail: str, **headers: str) -> Problem:
    """Return a :class:`Problem` with one fault that concerns the request as a whole.

    A keyword is a header: ``Retry_After="1"``.
    """
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Problem(status, Fault("", code, detail), headers=named)


def response(refusal: Problem) -> Response:
    """Return the RFC 9457 response of ``refusal``."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.faults[0].detail,
        "errors": [asdict(fault) for fault in refusal.faults],
    }
    return Response(
        orjson.dumps(body),
        refusal.status,
        refusal.headers,
        content_type="application/problem+json",
    )


def pointer(*steps: str | int) -> str:
    """Return the JSON pointer through ``steps``.

    >>> pointer("documents", 3, "a/b")
    '/documents/3/a~1b'
    """
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def origin(error: BaseException) -> str:
    """Return the type of ``error`` and its way through the files, for logs.

    Not its message: that may quote the text that caused it, and text is never logged.
    """
    frames = traceback.extract_tb(error.__traceback__)
    way = " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} at {way}"
