"""What a developer reads: flagged pages of clean sets, the worst pages of a gold set."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from detector.page import Span, Verdict
from detector.training.evaluate import Mask, layers
from detector.training.gold import FAMILIES, Judged, flagged
from detector.training.stats import Rate

QUOTE_CHARS = 60
_RUN = re.compile(rb"\x01(?:[\x01\x02]*\x01)?")  # 1 a wrong character, 2 white space


@dataclass(frozen=True, slots=True)
class Read:
    """A document's name and the text its verdict's spans point into."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A page of a clean set that was flagged, with its spam spans and their quotes."""

    id: str
    families: tuple[str, ...]
    spans: tuple[Span, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CleanSet:
    """How many pages of a set believed clean were flagged, per family and for any."""

    name: str
    pages: int
    chars: int
    flagged: dict[str, Rate]
    alarms: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of characters the detector missed or called by mistake."""

    family: str
    what: str
    kinds: tuple[str, ...]
    start: int
    end: int
    chars: int
    quote: str


@dataclass(frozen=True, slots=True)
class PageErrors:
    """All wrong stretches of one gold page; ``chars`` is their sum."""

    id: str
    chars: int
    stretches: tuple[Stretch, ...]


def quote(text: str, start: int, end: int) -> str:
    r"""Return the stretch on one line, its middle left out where it is long.

    >>> quote("一二三\n四", 0, 5)
    '一二三⏎四'
    """
    found = text[start:end]
    if len(found) > QUOTE_CHARS:
        found = f"{found[: QUOTE_CHARS // 2]} … {found[-QUOTE_CHARS // 2 :]}"
    return "".join(map(_shown, found))


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    return "⏎" if char == "\n" else " " if char.isspace() else f"\\x{ord(char):02x}"


def clean_set(name: str, found: Iterable[tuple[Read, Verdict]]) -> CleanSet:
    """Count the flagged pages of a set."""
    pages = chars = 0
    alarms = []
    for page, verdict in found:
        pages, chars = pages + 1, chars + verdict.chars
        if families := flagged(verdict):
            spans = tuple(s for s in verdict.spans if s.severity == "spam" and s.label in families)
            quotes = tuple(quote(page.text, span.start, span.end) for span in spans)
            alarms.append(Alarm(page.id, tuple(sorted(families)), spans, quotes))
    rates = {
        name: Rate(sum(name in alarm.families for alarm in alarms), pages) for name in FAMILIES
    }
    return CleanSet(name, pages, chars, rates | {"any": Rate(len(alarms), pages)}, tuple(alarms))


def first(found: CleanSet, count: int) -> CleanSet:
    """Return the set with its first ``count`` alarms only; the rates stay."""
    return replace(found, alarms=found.alarms[:count])


def worst_pages(pages: Sequence[Judged], count: int) -> list[PageErrors]:
    """Return the ``count`` pages with most wrong characters, worst first; none without any."""
    errors = (page_errors(page) for page in pages)
    return sorted((error for error in errors if error.chars), key=lambda error: -error.chars)[
        :count
    ]


def page_errors(page: Judged) -> PageErrors:
    """Return the missed and the false stretches of a page, both families, in reading order."""
    text, stretches = page.gold.text, []
    for family in FAMILIES:
        masks = layers(page, family)
        gold = [s for s in page.gold.spans if s.counts and s.label == family]
        predicted = [s for s in page.spans if s.label == family]
        for what, mask, spans in (
            ("missed", masks.missed, gold),
            ("false", masks.false, predicted),
        ):
            for start, end in _runs(mask, text):
                kinds = tuple(
                    dict.fromkeys(s.kind for s in spans if s.start < end and start < s.end)
                )
                chars = int(mask[start:end].sum())
                stretches.append(
                    Stretch(family, what, kinds, start, end, chars, quote(text, start, end))
                )
    stretches.sort(key=lambda stretch: stretch.start)
    return PageErrors(page.gold.id, sum(stretch.chars for stretch in stretches), tuple(stretches))


def _runs(mask: Mask, text: str) -> Iterator[tuple[int, int]]:
    """Yield runs of True; white space between two of them does not part them."""
    space = np.fromiter((char.isspace() for char in text), np.bool_, len(text))
    codes = np.where(mask, 1, np.where(space, 2, 0)).astype(np.uint8).tobytes()
    return (found.span() for found in _RUN.finditer(codes))
