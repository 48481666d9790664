"""What may stand in a request: tables of fields, and the faults of what does not fit."""

import base64
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import Any

from detector.config import FAMILIES, LANGS, PRESETS
from detector.core import INCLUDE
from detector.page import Lang
from detector.web.offsets import UNITS
from detector.web.problems import BadDocument, Fault, Problem, pointer

Check = Callable[[object, str], Iterator[Fault]]
"""Yields the faults of a value; the second argument is the pointer to it."""

INCLUDABLE = (*sorted(INCLUDE), "text")
ID_CHARS = 128
MOST_FAULTS = 100  # a body of nothing but faults must not become an answer many times its size
SOURCES = ("text", "html", "content_base64")
TEXT_TYPES: Mapping[str, str] = MappingProxyType({"text": "text/plain", "html": "text/html"})


@dataclass(frozen=True, slots=True)
class Options:
    """How the documents of one request are judged and answered."""

    preset: str | None = None
    lang: Lang | None = None
    include: Collection[str] = INCLUDE
    offset_unit: str = "codepoint"
    thresholds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """One document as sent: its text or bytes, and what the sender knows of them."""

    source: str | bytes
    content_type: str | None
    url: str | None
    title: str | None


def string(longest: int | None = None) -> Check:
    """Return a check for a string of at most ``longest`` characters."""

    def check(value: object, at: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield Fault(at, "wrong_type", "must be a string")
        elif longest is not None and len(value) > longest:
            yield Fault(at, "too_long", f"may have {longest} characters")

    return check


def one_of(choices: Collection[str]) -> Check:
    """Return a check for one of ``choices``."""

    def check(value: object, at: str) -> Iterator[Fault]:
        if not isinstance(value, str) or value not in choices:
            yield Fault(at, "unknown_value", f"must be one of {', '.join(choices)}")

    return check


def some_of(choices: Collection[str]) -> Check:
    """Return a check for a list of any of ``choices``."""
    check_one = one_of(choices)

    def check(value: object, at: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield Fault(at, "wrong_type", "must be an array of strings")
            return
        for index, each in enumerate(value):
            yield from check_one(each, at + pointer(index))

    return check


def array(most: int) -> Check:
    """Return a check for an array of 1 to ``most`` values."""

    def check(value: object, at: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield Fault(at, "wrong_type", "must be an array")
        elif not 1 <= len(value) <= most:
            yield Fault(at, "wrong_length", f"must hold 1 to {most} items")

    return check


def thresholds(value: object, at: str) -> Iterator[Fault]:
    """Yield the faults of an object from family to a number between 0 and 1."""
    if not isinstance(value, dict):
        yield Fault(at, "wrong_type", "must be an object")
        return
    for family, number in value.items():
        if family not in FAMILIES:
            known = ", ".join(FAMILIES)
            yield Fault(at + pointer(family), "unknown_field", f"must be one of {known}")
        elif type(number) not in (int, float) or not 0 <= number <= 1:
            yield Fault(at + pointer(family), "wrong_value", "must be a number between 0 and 1")


OPTIONS: Mapping[str, Check] = MappingProxyType(
    {
        "preset": one_of(PRESETS),
        "lang": one_of(LANGS),
        "include": some_of(INCLUDABLE),
        "offset_unit": one_of(UNITS),
        "thresholds": thresholds,
    }
)

FIELDS: Mapping[str, Check] = MappingProxyType(
    {
        "id": string(ID_CHARS),
        "url": string(8192),
        "title": string(8192),
        "text": string(),
        "html": string(),
        "content_base64": string(),
        "content_type": string(256),
    }
)


def faults(table: Mapping[str, Check], values: Mapping[str, object], at: str) -> Iterator[Fault]:
    """Yield what is wrong with the members of the object at ``at``; null stands for absent."""
    for name, value in values.items():
        here = at + pointer(name)
        if name not in table:
            yield Fault(here, "unknown_field", f"must be one of {', '.join(table)}")
        elif value is not None:
            yield from table[name](value, here)


def envelope(
    value: object, defaults: Mapping[str, object], most: int
) -> tuple[list[object], Options]:
    """Return the documents of a JSON request, themselves unchecked, and its options.

    ``defaults`` hold where ``value`` says nothing. Raises Problem 422 with its faults.
    """
    if not isinstance(value, dict):
        raise Problem(422, Fault("", "wrong_type", "must be an object"))
    members: dict[str, Any] = {**defaults, **value}
    table = {"documents": array(most), **OPTIONS}
    found = list(islice(faults(table, members, ""), MOST_FAULTS))
    if members.get("documents") is None:
        found.append(Fault("/documents", "missing", "must be an array"))
    if found:
        raise Problem(422, *found)
    return members.pop("documents"), _options(members)


def query(values: Mapping[str, str]) -> dict[str, object]:
    """Return the options in a query string; raises Problem 422 with every fault of them.

    Lists have commas: ``include=spans,text``, ``thresholds=tag_spam:0.9,boilerplate:0.8``.
    """
    members: dict[str, object] = dict(values)
    if "include" in values:
        members["include"] = [name for name in values["include"].split(",") if name]
    if "thresholds" in values:
        pairs = (each.partition(":") for each in values["thresholds"].split(","))
        members["thresholds"] = {family: _number(bound) for family, _, bound in pairs}
    if found := list(faults(OPTIONS, members, "")):
        # A pointer points into JSON; in a query string only the name can say where.
        raise Problem(
            422, *(Fault("", each.code, f"query{each.pointer}: {each.detail}") for each in found)
        )
    return members


def _options(members: Mapping[str, object]) -> Options:
    given = {name: value for name, value in members.items() if value is not None}
    return Options(**given)  # type: ignore[arg-type]  # OPTIONS has checked them


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def document(value: object) -> Document:
    """Return the document in ``value``; raises BadDocument with its first fault."""
    if not isinstance(value, dict):
        raise BadDocument(Fault("", "wrong_type", "must be an object"))
    for fault in faults(FIELDS, value, ""):
        raise BadDocument(fault)
    given = [name for name in SOURCES if value.get(name) is not None]
    if len(given) != 1:
        code = "conflict" if given else "missing"
        raise BadDocument(Fault("", code, f"needs exactly one of {', '.join(SOURCES)}"))
    kind = value.get("content_type")
    if kind is not None and given != ["content_base64"]:
        raise BadDocument(Fault("/content_type", "conflict", "goes with content_base64 only"))
    source: str | bytes = value[given[0]]
    if given == ["content_base64"]:
        source = _bytes(value["content_base64"])
    else:
        kind = TEXT_TYPES[given[0]]
    return Document(source, kind, value.get("url"), value.get("title"))


def id_of(value: object) -> str | None:
    """Return the id of a document, if it has one that may be echoed."""
    given = value.get("id") if isinstance(value, dict) else None
    return given if isinstance(given, str) and len(given) <= ID_CHARS else None


def _bytes(encoded: str) -> bytes:
    try:
        # `base64` wraps its lines; validate refuses every other foreign character.
        return base64.b64decode("".join(encoded.split()), validate=True)
    except ValueError as error:
        fault = Fault("/content_base64", "bad_base64", "must be base64 (RFC 4648, section 4)")
        raise BadDocument(fault) from error
