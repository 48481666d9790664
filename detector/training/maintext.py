"""How much of a page's main text readers keep, and how much they leave outside it.

Texts are compared as multisets of ``GRAM`` neighbouring characters without white space, so that
neither line breaks nor the order of blocks decide.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Final, TypeAlias

import numpy as np

from detector.core import Detector
from detector.page import UnreadableInput
from detector.read import read
from detector.training.render import table
from detector.training.rows import Row
from detector.training.stats import Estimate, Rate, precision_recall_f1

GRAM: Final = 4
FOLDS: Final = 8
WHOLE: Final = 0.98  # kept from here, a page's main text counts as whole
ABSENT: Final = 0.02  # of the main text; who shows no more of it does not have it
OURS, EVERYTHING = "detector", "whole page, nothing cut"

Reader: TypeAlias = Callable[[Row], str]
Grams: TypeAlias = Counter[str]


@dataclass(frozen=True, slots=True)
class Kept:
    """What one reader makes of one page, in n-grams: of the main text, and beside it."""

    page: str
    main: int
    kept: int
    outside: int


@dataclass(frozen=True, slots=True)
class ReaderScore:
    """A reader over all pages: share of main text kept, whole pages, characters outside."""

    reader: str
    kept: Estimate
    whole: Rate
    outside: int


@dataclass(frozen=True, slots=True)
class MainText:
    """The comparison.

    ``not_installed`` names readers that were left out. On the pages of ``unreadable`` no reader
    finds the main text, for scripts fill it in; they count in every figure.
    """

    pages: int
    characters: int
    readers: tuple[ReaderScore, ...]
    not_installed: tuple[str, ...]
    unreadable: tuple[str, ...]


def ours(detector: Detector) -> Reader:
    """The clean text of a detector."""
    return lambda row: detector.check(_html(row), content_type="text/html").clean_text


def ours_elsewhere(detector: Detector, corpora: Sequence[Row], seed: int) -> Reader:
    """The clean text with the layout model taught on the corpora's pages of other sites.

    The sites of the corpora are held back in ``FOLDS`` groups, which is one training each.
    """
    from detector.training.noise import layout  # noqa: PLC0415 - the extra `train`

    if detector.tagger is None:
        raise UnreadableInput("no model to hold a layout: see models.noise")
    taught = [row for row in corpora if "html" in row]
    sites = {site: at for at, site in enumerate(sorted({str(row.get("site")) for row in taught}))}
    fold = [sites[str(row.get("site"))] % FOLDS for row in taught]
    found = []
    for held in range(FOLDS):
        rest = (row for row, own in zip(taught, fold, strict=True) if own != held)
        tagger = replace(detector.tagger, layout=layout.fit(rest, seed))
        found.append(ours(Detector(detector.config, tagger)))
    return lambda row: found[sites.get(str(row.get("site")), 0) % FOLDS](row)


def readers(own: Reader) -> tuple[dict[str, Reader], tuple[str, ...]]:
    """Readers by name, ours first, and the names of those that are not installed."""
    found: dict[str, Reader] = {
        OURS: own,
        EVERYTHING: lambda row: read(_html(row), content_type="text/html").text,
        "resiliparse": _resiliparse,
    }
    if find_spec("trafilatura") is None:
        return found, ("trafilatura",)
    return found | {"trafilatura": _trafilatura}, ()


def _resiliparse(row: Row) -> str:
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415 - peers cost time

    return str(extract_plain_text(_html(row), main_content=True) or "")


def _trafilatura(row: Row) -> str:
    from trafilatura import extract  # noqa: PLC0415 - an extra

    return str(extract(_html(row)) or "")


def compare(rows: Iterable[Row], own: Reader, seed: int) -> MainText:
    """Read the pages of rows ``{id, html, gold_main}`` with every reader; ``seed``: the intervals.

    Rows without main text are passed over. Raises UnreadableInput where a row lacks a field.
    """
    chosen, missing = readers(own)
    found: dict[str, list[Kept]] = {name: [] for name in chosen}
    for row in rows:
        gold = grams(_field(row, "gold_main"))
        for name, reader in chosen.items() if gold else ():
            found[name].append(kept(str(row.get("id")), gold, reader(row)))
    return summary(found, missing, seed)


def _html(row: Row) -> str:
    return _field(row, "html")


def _field(row: Row, name: str) -> str:
    if name not in row:
        raise UnreadableInput(f"row {row.get('id')}: no field {name!r}")
    return str(row[name] or "")


def grams(text: str) -> Grams:
    """The multiset of n-grams of a text without white space.

    >>> sorted(grams("天 地 玄 黄 天"))
    ['地玄黄天', '天地玄黄']
    """
    solid = "".join(text.split())
    return Counter(solid[i : i + GRAM] for i in range(len(solid) - GRAM + 1))


def kept(page: str, gold: Grams, text: str) -> Kept:
    """What a reader's text holds of the main text, and how much besides."""
    found = grams(text)
    both = (found & gold).total()
    return Kept(page, gold.total(), both, found.total() - both)


def summary(found: Mapping[str, Sequence[Kept]], missing: Sequence[str], seed: int) -> MainText:
    """The pages of every reader as figures; all readers saw the same pages in the same order."""
    first = next(iter(found.values()))
    best = [max(each.kept for each in same) for same in zip(*found.values(), strict=True)]
    return MainText(
        len(first),
        sum(page.main for page in first),
        tuple(_score(name, pages, seed) for name, pages in found.items()),
        tuple(missing),
        tuple(p.page for p, most in zip(first, best, strict=True) if most <= ABSENT * p.main),
    )


def _score(reader: str, pages: Sequence[Kept], seed: int) -> ReaderScore:
    counts = [(page.kept, page.outside, page.main - page.kept) for page in pages]
    _, recall, _ = precision_recall_f1(np.array(counts, np.int64).reshape(-1, 3), seed)
    whole = sum(page.kept >= WHOLE * page.main for page in pages)
    return ReaderScore(reader, recall, Rate(whole, len(pages)), sum(page.outside for page in pages))


def report(result: MainText) -> str:
    """Return the comparison as text."""
    title = f"main text of {result.pages} pages, {result.characters} characters"
    heads = ("reader", "kept [95 % over pages]", f"pages kept to {WHOLE:.0%}", "characters outside")
    parts = [table(title, heads, ((r.reader, r.kept, r.whole, r.outside) for r in result.readers))]
    parts += [f"not installed, so not compared: {name}\n" for name in result.not_installed]
    if result.unreadable:
        names = "".join(f"  {page}\n" for page in result.unreadable)
        parts.append(f"no reader finds the main text of these, scripts fill it in:\n{names}")
    return "\n".join(parts)
