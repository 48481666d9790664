"""Carriers: the documents noise is put into, read as a stream and never held together."""

import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Final
from urllib.parse import urlsplit

from detector.files import Document
from detector.page import UnreadableInput
from detector.read import read
from detector.training.rows import documents
from detector.training.synth.scene import Carrier

SHORTEST: Final = 80  # characters; a shorter text hides no noise
MIXED: Final = 512  # carriers that wait to be drawn from, so that neighbours part
KEPT: Final = ("label", "domain", "register", "lang", "license", "created")


def carriers(paths: Sequence[str]) -> Iterator[Carrier]:
    """Yield the usable documents under the paths.

    A row that is marked, other than as looked at and clean, is none: its noise would be unmarked.
    """
    for document in documents(paths):
        row = document.row or {}
        carrier = None if row.get("spans") else _carrier(document)
        if carrier and len(carrier.text) >= SHORTEST:
            yield carrier


def _carrier(document: Document) -> Carrier:
    row = document.row or {}
    page = read(document.content, content_type=document.content_type, url=document.url)
    group = row.get("group_id") or row.get("pair_id") or urlsplit(document.url or "").netloc
    return Carrier(
        document.id,
        page.text.strip(),
        (document.title or page.title or "").strip(),
        str(group or document.id),
        str(row.get("source") or PurePath(document.path).name),
        {key: str(row[key]) for key in KEPT if row.get(key)},
    )


def chosen(paths: Sequence[str], count: int, seed: int) -> Iterator[Carrier]:
    """Yield at least ``count`` carriers, evenly over all there are, then over and over again.

    The carriers are read twice: to count them, and to take them. Raises UnreadableInput where
    there is none.
    """
    total = sum(1 for _ in carriers(paths))
    if not total:
        raise UnreadableInput(f"no carrier of at least {SHORTEST} characters in {', '.join(paths)}")
    rng = random.Random(seed)  # noqa: S311 - a draw, not a secret
    while True:
        yield from mixed(evenly(carriers(paths), min(count, total), total), rng)


def evenly(found: Iterable[Carrier], count: int, total: int) -> Iterator[Carrier]:
    """Yield ``count`` of ``total`` carriers, at equal distances."""
    for index, carrier in enumerate(found):
        if (index + 1) * count // total > index * count // total:
            yield carrier


def mixed(found: Iterable[Carrier], rng: random.Random) -> Iterator[Carrier]:
    """Yield the carriers in an order disturbed within a window."""
    window: list[Carrier] = []
    for carrier in found:
        window.append(carrier)
        if len(window) > MIXED:
            yield _taken(window, rng)
    while window:
        yield _taken(window, rng)


def _taken(window: list[Carrier], rng: random.Random) -> Carrier:
    index = int(rng.random() * len(window))
    window[index], window[-1] = window[-1], window[index]
    return window.pop()
