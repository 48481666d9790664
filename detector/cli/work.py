"""What is done with one document, here or in a worker process, and the run over all of them."""

import os
import random
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Literal, NamedTuple

import orjson

from detector.cli import pool
from detector.config import Config
from detector.files.document import Document, Failure, Item
from detector.files.readers import code_of
from detector.page import Action, DetectorError, Page, Verdict

if TYPE_CHECKING:
    from detector.core import Detector

Wanted = Literal["verdict", "clean", "nothing"]


class Numbered(NamedTuple):
    """An item and its place in the input, from 0."""

    place: int
    item: Item


@dataclass(frozen=True, slots=True)
class Task:
    """What to make of a document; calling it starts a detector, here or in a worker."""

    config: Config
    wanted: Wanted
    include: frozenset[str] = frozenset()

    def __call__(self) -> "Callable[[Numbered], Result]":
        """Return the function that judges one document."""
        from detector.core import Detector

        return partial(_judge, self, Detector(self.config).warm())


@dataclass(frozen=True, slots=True)
class Result:
    """What the faces need of a verdict; ``body`` is a JSON line or the clean text."""

    index: int
    id: str
    body: bytes = b""
    failure: Failure | None = None
    action: Action | None = None
    score: float = 0.0
    chars: int = 0
    kinds: tuple[tuple[str, str, int], ...] = ()


def run(numbered: Iterable[Numbered], task: Task, workers: int) -> Iterator[Result]:
    """Yield one result a document, in order; ``workers`` 0 stands for one process a core."""
    if workers == 1:
        yield from map(task(), numbered)
        return
    plan = pool.Plan(task, _lost, _size)
    yield from pool.spread(plan, numbered, workers or os.cpu_count() or 1)


def chosen(
    items: Iterable[Item], limit: int | None, sample: int | None, seed: int
) -> Iterator[Numbered]:
    """Yield the first ``limit`` items, or ``sample`` of those at random, numbered, in order."""
    numbered = islice(map(Numbered._make, enumerate(items)), limit)
    if sample is None:
        return numbered
    source = random.Random(seed)  # noqa: S311 - a sample, not a secret
    return iter(sorted(_reservoir(numbered, sample, source), key=lambda each: each.place))


def _reservoir(numbered: Iterator[Numbered], size: int, source: random.Random) -> list[Numbered]:
    """Draw evenly from a stream of unknown length (Vitter's algorithm R)."""
    kept = list(islice(numbered, size))
    for each in numbered:
        place = source.randrange(each.place + 1)
        if place < size:
            kept[place] = each
    return kept


def _judge(task: Task, detector: "Detector", numbered: Numbered) -> Result:
    index, item = numbered
    if isinstance(item, Failure):
        return _failed(index, item)
    try:
        return _checked(task, detector, index, item)
    except DetectorError as error:
        return _failed(index, _failure(item, code_of(error), str(error)))
    except Exception as error:  # noqa: BLE001 - a fault of ours costs one document, not the run
        return _failed(index, _failure(item, "internal_error", _described(error)))


def _checked(task: Task, detector: "Detector", index: int, item: Document) -> Result:
    from detector.read import read

    begun = perf_counter()
    page = read(item.content, content_type=item.content_type, url=item.url, title=item.title)
    verdict = detector.check(page)
    elapsed = perf_counter() - begun
    spam = [(span.label, span.kind) for span in verdict.spans if span.severity == "spam"]
    return Result(
        index,
        item.id,
        _body(task, Numbered(index, item), page, verdict, elapsed),
        action=verdict.action,
        score=verdict.score,
        chars=verdict.chars,
        kinds=tuple((*pair, spam.count(pair)) for pair in dict.fromkeys(spam)),
    )


def _body(task: Task, numbered: Numbered, page: Page, verdict: Verdict, elapsed: float) -> bytes:
    if task.wanted == "nothing":
        return b""
    if task.wanted == "clean":
        return verdict.clean_text.encode()
    from detector.core import verdict_json

    head = {"index": numbered.place, "id": numbered.item.id, "status": "ok"}
    text = {"text": page.text} if "text" in task.include else {}
    tail = {"elapsed_ms": round(elapsed * 1000, 1)}
    return orjson.dumps(head | verdict_json(verdict, task.include) | text | tail) + b"\n"


def _failed(index: int, failure: Failure) -> Result:
    fault = {"pointer": "", "code": failure.code, "detail": failure.detail}
    row = {"index": index, "id": failure.id, "status": "error", "error": fault}
    return Result(index, failure.id, orjson.dumps(row) + b"\n", failure)


def _failure(item: Item, code: str, detail: str) -> Failure:
    return Failure(item.id, item.path, code, detail, item.line)


def _lost(numbered: Numbered) -> Result:
    detail = "the worker process died on this document"
    return _failed(numbered.place, _failure(numbered.item, "crashed", detail))


def _size(numbered: Numbered) -> int:
    item = numbered.item
    return len(item.content) if isinstance(item, Document) else 0


def _described(error: Exception) -> str:
    """Say what went wrong and where, without a word of the document in it."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}"
