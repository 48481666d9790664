"""Rules alone, and rules with a model, on marked pages, counted as ``evaluate`` counts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from detector.judge import settle, thresholds
from detector.noise.model import Tagger
from detector.noise.tagger import tag_view
from detector.noise.view import View
from detector.training.evaluate import NoiseReport, evaluate
from detector.training.gold import Judged, gold_page
from detector.training.noise.examples import page_of

PRESET: Final = "balanced"


def judged(rows: Iterable[Mapping[str, Any]], tagger: Tagger | None) -> Iterator[Judged]:
    """Yield gold pages with the spans of the rules, and of the model where one is given."""
    bounds = thresholds(PRESET, {})
    for row in rows:
        page = page_of(row)
        spans = settle(tag_view(View(page), model=tagger).spans, bounds)
        found = tuple(span for span in spans if span.severity == "spam")
        gold = gold_page({"spans": [], **row, "text": page.text})
        yield Judged(gold, found, frozenset(span.label for span in found))


def summary(tagger: Tagger, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Figures for a manifest: rules alone and rules with the model."""
    kept = list(rows)
    return {
        name: figures(evaluate([*judged(kept, chosen)], 0))
        for name, chosen in (("rules", None), ("rules_and_model", tagger))
    }


def figures(report: NoiseReport) -> dict[str, Any]:
    """Character precision, recall and F1, page hits and alarms on clean pages, by family."""
    pages = {each.family: each for each in report.pages}
    return {
        each.family: {
            "precision": round(each.precision.value, 4),
            "recall": round(each.recall.value, 4),
            "f1": round(each.f1.value, 4),
            "pages_hit": [pages[each.family].hits.hits, pages[each.family].hits.total],
            "clean_flagged": [
                pages[each.family].clean_flagged.hits,
                pages[each.family].clean_flagged.total,
            ],
        }
        for each in report.characters
    }
