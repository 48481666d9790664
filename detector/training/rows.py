"""Rows of a corpus: all of them, or a sample that gives every domain its say."""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from detector.files import Document, Failure, ReadOptions, find, read_all
from detector.page import UnreadableInput

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which rows to take: ``where`` filters, ``limit`` keeps the first, ``sample`` draws from them.

    A draw is stratified over the field ``domain``: every domain gives the same number of rows until
    it has no more, and never more than ``per_domain``.
    """

    where: tuple[tuple[str, str], ...] = ()
    limit: int | None = None
    sample: int | None = None
    per_domain: int | None = None
    seed: int = 0


def documents(paths: Iterable[str], input_format: str | None = None) -> Iterator[Document]:
    """Yield the documents under the paths, rows kept.

    What is measured must be whole: raises UnreadableInput, naming the line, at the first bad one.
    """
    for item in read_all(find(paths, input_format), ReadOptions(keep_rows=True)):
        if isinstance(item, Failure):
            raise UnreadableInput(f"{item.path}: {item.detail}")
        yield item


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a .jsonl, .jsonl.gz or .jsonl.zst file; errors as in documents()."""
    return (document.row or {} for document in documents([str(path)], "jsonl"))


def choose(rows: Iterable[Row], sampling: Sampling) -> list[Row]:
    """Return the chosen rows in their old order; the same seed gives the same ones."""
    wanted = dict(sampling.where)
    matching = (row for row in rows if all(str(row.get(key)) == wanted[key] for key in wanted))
    kept = list(islice(matching, sampling.limit))
    if sampling.sample is None and sampling.per_domain is None:
        return kept
    size = len(kept) if sampling.sample is None else sampling.sample
    return [kept[index] for index in sorted(islice(_turns(kept, sampling), size))]


def _turns(rows: list[Row], sampling: Sampling) -> Iterator[int]:
    """Positions, one from each domain in turn, each domain in random order."""
    domains: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        domains.setdefault(str(row.get("domain")), []).append(index)
    rng = random.Random(sampling.seed)  # noqa: S311 - a sample, not a secret
    queues = []
    for indices in domains.values():
        rng.shuffle(indices)
        queues.append(iter(indices[: sampling.per_domain]))
    while queues:
        alive = []
        for queue in queues:
            for index in islice(queue, 1):
                alive.append(queue)
                yield index
        queues = alive
