"""Hand-marked pages, and the same pages with what the detector said about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from detector.page import Family, Span, UnreadableInput, Verdict

FAMILIES: Final[tuple[Family, ...]] = ("tag_spam", "boilerplate")
APART: Final = frozenset({"stitched_text", "ad_message"})  # no rule can be asked to find these


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """A stretch a person marked; ``conf`` is sure, likely or suspected."""

    start: int
    end: int
    label: str
    kind: str
    severity: str
    conf: str

    @property
    def counts(self) -> bool:
        """Whether the span is evidence of a noise family, and not just suspected."""
        return self.label in FAMILIES and self.severity == "spam" and self.conf != "suspected"

    @property
    def dont_care(self) -> bool:
        """Whether predictions inside the span count neither way."""
        return self.label == "ignore" or (
            self.label in FAMILIES and (not self.counts or self.kind in APART)
        )


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A hand-marked page."""

    id: str
    text: str
    spans: tuple[GoldSpan, ...]

    def has(self, family: str) -> bool:
        """Whether any span of the family is spam, suspected ones included."""
        return any(span.label == family and span.severity == "spam" for span in self.spans)

    @property
    def clean(self) -> bool:
        """Whether no noise family is on the page."""
        return not any(self.has(family) for family in FAMILIES)


@dataclass(frozen=True, slots=True)
class Judged:
    """A gold page with the spam spans and the flagged families the detector returned for it."""

    gold: GoldPage
    spans: tuple[Span, ...]
    flagged: frozenset[str]


def gold_page(row: Mapping[str, Any]) -> GoldPage:
    """Return the page of one row; UnreadableInput where a field is missing or a span is off."""
    try:
        text, spans = row["text"], tuple(_gold_span(**span) for span in row["spans"])
        page = GoldPage(str(row["id"]), text, spans)
    except (KeyError, TypeError) as error:
        raise UnreadableInput(f"not a gold row ({error!r}): id {row.get('id')!r}") from error
    for span in page.spans:
        if not 0 <= span.start < span.end <= len(text):
            raise UnreadableInput(
                f"gold span {span.start}–{span.end} is outside the text of {page.id}"
            )
    return page


def _gold_span(  # noqa: PLR0913, PLR0917 - the fields of a row
    start: int, end: int, label: str, kind: str, severity: str, conf: str = "sure", **_: object
) -> GoldSpan:
    return GoldSpan(start, end, label, kind, severity, conf)


def flagged(verdict: Verdict) -> frozenset[str]:
    """Return the noise families whose label asks for review or block."""
    return frozenset(
        label.name for label in verdict.labels if label.name in FAMILIES and label.action != "pass"
    )


def judged(page: GoldPage, verdict: Verdict) -> Judged:
    """Pair a gold page with what counts of its verdict."""
    spans = tuple(
        span for span in verdict.spans if span.severity == "spam" and span.label in FAMILIES
    )
    return Judged(page, spans, flagged(verdict))


def marked(page: GoldPage, other: GoldPage) -> Judged:
    """Pair a gold page with what counts of another annotator's marks on the same text.

    Raises UnreadableInput where the texts differ.
    """
    if page.text != other.text:
        raise UnreadableInput(f"{page.id}: the second marks are on another text")
    spans = tuple(
        Span(span.start, span.end, span.label, span.kind, "spam", 1.0, "")  # type: ignore[arg-type]
        for span in other.spans
        if span.counts
    )
    return Judged(page, spans, frozenset(span.label for span in spans))
