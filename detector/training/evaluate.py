"""Measure spans and page verdicts against hand-marked pages.

How characters are counted, per family and micro over all pages:

- White space counts neither way: where a list's line breaks belong is a matter of taste.
- Gold spans that are benign, labelled ``ignore`` or only suspected are *don't-care* for both
  families; so are :data:`APART` kinds, which get a recall row of their own. A gold spam span of
  the family wins over a don't-care stretch around it.
- Only predicted spans of severity ``spam`` count. Gold ``ai_prose`` spans play no part.
- Which kind covers a character does not matter: a predicted annotation inside a gold
  ``scraper_intro`` is right for ``boilerplate``. Kinds are compared span by span.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detector.page import Family, Span
from detector.training.gold import APART, FAMILIES, GoldSpan, Judged
from detector.training.stats import Estimate, Rate, precision_recall_f1

Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Characters:
    """Character-level scores of one family."""

    family: str
    precision: Estimate
    recall: Estimate
    f1: Estimate
    true: int
    false: int
    missed: int


@dataclass(frozen=True, slots=True)
class KindScore:
    """How the gold spans of one kind fared: found by at least half, and under which kind."""

    family: str
    kind: str
    spans: int
    found: int
    agreed: int
    chars: int
    covered: int


@dataclass(frozen=True, slots=True)
class PredictedKind:
    """How often a predicted kind is wrong; a span is false if most of what counts in it is."""

    family: str
    kind: str
    spans: int
    false_spans: int
    chars: int
    false_chars: int
    other_family_chars: int


@dataclass(frozen=True, slots=True)
class Pages:
    """Page-level hits and false alarms of one family (or of ``any``)."""

    family: str
    hits: Rate
    absent_flagged: Rate
    clean_flagged: Rate
    apart_hits: Rate


@dataclass(frozen=True, slots=True)
class NoiseReport:
    """Everything measured on one gold file."""

    pages: tuple[Pages, ...]
    characters: tuple[Characters, ...]
    kinds: tuple[KindScore, ...]
    apart: tuple[KindScore, ...]
    predicted: tuple[PredictedKind, ...]


@dataclass(frozen=True, slots=True)
class Layers:
    """Character masks of one page and family, each as long as the text; white space is False."""

    gold: Mask
    predicted: Mask
    counted: Mask
    elsewhere: Mask

    @property
    def true(self) -> Mask:
        """Gold characters that were found."""
        return self.gold & self.predicted

    @property
    def missed(self) -> Mask:
        """Gold characters that were not."""
        return self.gold & ~self.predicted

    @property
    def false(self) -> Mask:
        """Predicted characters that are neither gold nor don't-care."""
        return self.predicted & self.counted & ~self.gold


def layers(page: Judged, family: str) -> Layers:
    """Return the masks of ``family``, where ``any`` means the union of the noise families."""
    text, wanted = page.gold.text, FAMILIES if family == "any" else (family,)
    visible = np.fromiter((not char.isspace() for char in text), np.bool_, len(text))
    main = [span for span in page.gold.spans if span.counts and span.kind not in APART]
    gold = visible & _mask(text, (span for span in main if span.label in wanted))
    elsewhere = visible & ~gold & _mask(text, (span for span in main if span.label not in wanted))
    counted = gold | (visible & ~_mask(text, (span for span in page.gold.spans if span.dont_care)))
    predicted = visible & _mask(text, (span for span in page.spans if span.label in wanted))
    return Layers(gold, predicted, counted, elsewhere)


def _mask(text: str, spans: Iterable[GoldSpan | Span]) -> Mask:
    mask = np.zeros(len(text), np.bool_)
    for span in spans:
        mask[span.start : span.end] = True
    return mask


def evaluate(pages: Sequence[Judged], seed: int = 0) -> NoiseReport:
    """Measure judged pages; ``seed`` drives the bootstrap only."""
    scored = [score for family in FAMILIES for score in _kind_scores(pages, family)]
    return NoiseReport(
        pages=tuple(_pages(pages, family) for family in (*FAMILIES, "any")),
        characters=tuple(_characters(pages, family, seed) for family in (*FAMILIES, "any")),
        kinds=tuple(score for score in scored if score.kind not in APART),
        apart=tuple(score for score in scored if score.kind in APART),
        predicted=tuple(kind for family in FAMILIES for kind in _predicted_kinds(pages, family)),
    )


def _characters(pages: Sequence[Judged], family: str, seed: int) -> Characters:
    masks = [layers(page, family) for page in pages]
    counts = np.array(
        [[m.true.sum(), m.false.sum(), m.missed.sum()] for m in masks], np.int64
    ).reshape(-1, 3)
    true, false, missed = (int(total) for total in counts.sum(axis=0))
    return Characters(family, *precision_recall_f1(counts, seed), true, false, missed)


def _kind_scores(pages: Sequence[Judged], family: Family) -> Iterable[KindScore]:
    totals: dict[str, Counter[str]] = {}
    for page in pages:
        predicted = layers(page, family).predicted
        spam = [span for span in page.spans if span.label == family]
        for span in page.gold.spans:
            if not (span.counts and span.label == family):
                continue
            chars, covered = (
                _visible(page.gold.text, span),
                int(predicted[span.start : span.end].sum()),
            )
            found = 2 * covered >= chars
            agreed = found and _dominating(span, spam) == span.kind
            update = {
                "spans": 1,
                "found": int(found),
                "agreed": int(agreed),
                "chars": chars,
                "covered": covered,
            }
            totals.setdefault(span.kind, Counter()).update(update)
    for kind, n in sorted(totals.items()):
        yield KindScore(family, kind, n["spans"], n["found"], n["agreed"], n["chars"], n["covered"])


def _visible(text: str, span: GoldSpan | Span) -> int:
    return sum(not char.isspace() for char in text[span.start : span.end])


def _dominating(gold: GoldSpan, predicted: Sequence[Span]) -> str | None:
    """Return the predicted kind that covers most of the gold span."""
    covers: Counter[str] = Counter()
    for span in predicted:
        covers[span.kind] += max(0, min(span.end, gold.end) - max(span.start, gold.start))
    return max(covers, key=covers.__getitem__, default=None)


def _predicted_kinds(pages: Sequence[Judged], family: Family) -> Iterable[PredictedKind]:
    totals: dict[str, Counter[str]] = {}
    for page in pages:
        masks = layers(page, family)
        false = masks.false
        for span in page.spans:
            if span.label != family:
                continue
            here = slice(span.start, span.end)
            wrong, counted = int(false[here].sum()), int(masks.counted[here].sum())
            update = {
                "spans": 1,
                "false_spans": int(2 * wrong > counted),
                "chars": counted,
                "false": wrong,
            }
            update["elsewhere"] = int((false & masks.elsewhere)[here].sum())
            totals.setdefault(span.kind, Counter()).update(update)
    for kind, n in sorted(totals.items(), key=lambda item: -item[1]["false"]):
        yield PredictedKind(
            family, kind, n["spans"], n["false_spans"], n["chars"], n["false"], n["elsewhere"]
        )


def _pages(pages: Sequence[Judged], family: str) -> Pages:
    wanted = frozenset(FAMILIES if family == "any" else (family,))
    carrying: list[Judged] = []
    apart: list[Judged] = []
    absent: list[Judged] = []
    for page in pages:
        kinds = {span.kind for span in page.gold.spans if span.counts and span.label in wanted}
        if kinds:
            (carrying if kinds - APART else apart).append(page)
        elif not any(page.gold.has(name) for name in wanted):
            absent.append(page)
    clean = [page for page in pages if page.gold.clean]
    hits, absent_flagged, clean_flagged, apart_hits = (
        Rate(sum(bool(page.flagged & wanted) for page in chosen), len(chosen))
        for chosen in (carrying, absent, clean, apart)
    )
    return Pages(family, hits, absent_flagged, clean_flagged, apart_hits)
