"""Page → spans: ask every signal, let every rule speak, settle who owns which characters."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from detector.noise.model import Tagger
from detector.noise.table import SIGNALS, Rule, rules
from detector.noise.view import Evidence, View
from detector.page import Lang, Page, Severity, Signal, Span

# Kinds that stand inside running text or inside another span: one span an insertion, never merged
# with a neighbour, and part of the block where template text stands round them.
INLINE = frozenset(
    "pinyin_annotation nonsense_insertion control_chars noise_insertion random_id encoding_garbage "
    "gambling_kw_inline kw_inline_offtopic query_repeat longtail_heading".split()
)
# A page proven to be scraped or sold: its greeting, path and byline are the scraper's template.
SCRAPER_PROOF = frozenset(
    "scraper_intro scraper_outro source_footer adult_kw_list gambling_kw_list".split()
)
SCRAPER_TEMPLATE = frozenset(
    "site_greeting breadcrumb byline category_footer editor_voice template_header".split()
)
PROVEN = 0.9
GAIN = 0.6
FREE = re.compile(rb"\0+")  # what nobody has taken, where each character is a byte
EXCUSED = 0.8  # a spam claim below this does not take the excuse from furniture


@dataclass(frozen=True, slots=True)
class Findings:
    """What the noise room says: spans in order of place, signals in order of the table."""

    spans: tuple[Span, ...]
    signals: tuple[Signal, ...]


@dataclass(slots=True)
class Claim:
    """A rule's claim on a stretch of the original text; mutable, for a page may make 100,000."""

    start: int
    end: int
    rule: Rule
    score: float
    severity: Severity

    @property
    def rank(self) -> tuple[bool, bool, float, int]:
        """Who wins where claims of one family overlap: spam, blocks, the surer, the longer."""
        block = self.rule.kind not in INLINE
        return self.severity == "spam", block, self.score, self.end - self.start


def tag(page: Page, lang: Lang = "zh", model: Tagger | None = None) -> Findings:
    """Spans of tag_spam and boilerplate on ``page``, and the signals that were measured."""
    return tag_view(View(page), lang, model)


def tag_view(view: View, lang: Lang = "zh", model: Tagger | None = None) -> Findings:
    """The same for a page already in view."""
    table = rules()
    signals: list[Signal] = []
    evidence: list[Evidence] = []
    for row in SIGNALS:
        reading = row.measure(view)
        if reading is not None:
            weight = max((e.strength / table[e.kind].high for e in reading.evidence), default=0.0)
            message = row.message(reading.value, lang)
            signals.append(Signal(row.name, reading.value, round(weight, 3), message))
            evidence += reading.evidence
    claims = _claims(view, evidence)
    if model is not None:
        claims += _learned(view, evidence, model)
    return Findings(_spans(view, claims, lang) if claims else (), tuple(signals))


def _claims(view: View, evidence: Iterable[Evidence]) -> list[Claim]:
    table, claims = rules(), []
    for e in evidence:
        rule = table[e.kind]
        score = rule.probability(e.strength)
        if score:
            start, end = (e.start, e.end) if e.original else view.folded.span(e.start, e.end)
            start, end = _strip(view.page.text, start, end)
            if start < end:
                claims.append(Claim(start, end, rule, score, rule.severity))
    _in_context(claims)
    return claims


def _learned(view: View, evidence: Sequence[Evidence], model: Tagger) -> Iterator[Claim]:
    """The model's claims, and the furniture of HTML pages; they prove nothing about others."""
    table, text = rules(), view.page.text
    for said in model.claims(view, evidence):
        rule = table[said.kind]
        start, end = _strip(text, *view.folded.span(said.start, said.end))
        if start < end:
            yield Claim(start, end, rule, said.probability, rule.severity)
    for run in model.layout.furniture(view.page) if model.layout else ():
        yield Claim(run.start, run.end, table[run.kind], run.probability, "benign")


def _in_context(claims: list[Claim]) -> None:
    """A page once caught is read less charitably.

    Doubtful claims of a family already proven on the page gain ``GAIN`` of what they lack, and on
    a scraper's page the site's own template is noise as well.
    """
    proof = {c.rule.kind: c.rule for c in claims if c.score >= PROVEN and c.severity == "spam"}
    families = {rule.family for rule in proof.values() if rule.kind not in INLINE}
    scraped = not SCRAPER_PROOF.isdisjoint(proof)
    for c in claims if proof else ():
        if c.severity == "spam" and c.score < PROVEN and c.rule.family in families:
            c.score += GAIN * (1.0 - c.score)
        elif scraped and c.rule.kind in SCRAPER_TEMPLATE:
            c.severity, c.score = "spam", max(c.score, PROVEN)


def _spans(view: View, claims: list[Claim], lang: Lang) -> tuple[Span, ...]:
    families: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        families[claim.rule.family].append(claim)
    settled = [c for of_family in families.values() for c in _settle(view.page.text, of_family)]
    settled = sorted(_unexcused(len(view.page.text), settled), key=lambda c: (c.start, -c.end))
    return tuple(
        Span(
            c.start,
            c.end,
            c.rule.family,
            c.rule.kind,
            c.severity,
            round(c.score, 4),
            c.rule.reason(lang),
        )
        for c in settled
    )


def _unexcused(length: int, claims: list[Claim]) -> list[Claim]:
    """Without the furniture that spam of another family covers: a stuffed tag line is none."""
    benign = [c for c in claims if c.severity == "benign"]
    spam = [c for c in claims if c.severity == "spam" and c.score >= EXCUSED]
    if not benign or not spam:
        return claims
    covered = bytearray(length)
    for c in spam:
        _take(covered, c.start, c.end)
    return [c for c in claims if c.severity != "benign" or FREE.search(covered, c.start, c.end)]


def _settle(text: str, claims: Sequence[Claim]) -> list[Claim]:
    """Claims of one family without overlap, the stronger ones whole, neighbours merged."""
    taken = bytearray(len(text))
    kept: list[Claim] = []
    for claim in sorted(claims, key=lambda c: c.rank, reverse=True):
        for start, end in _free(taken, claim):
            low, high = _strip(text, start, end)
            if low < high:
                _take(taken, low, high)
                whole = (low, high) == (claim.start, claim.end)
                kept.append(claim if whole else replace(claim, start=low, end=high))
    kept.sort(key=lambda c: c.start)
    return _merge(text, kept)


def _take(taken: bytearray, start: int, end: int) -> None:
    taken[start:end] = b"\1" * (end - start)


def _free(taken: bytearray, claim: Claim) -> list[tuple[int, int]]:
    """The parts of a claim nobody has taken; an insertion is taken whole or not at all."""
    if taken.find(1, claim.start, claim.end) < 0:
        return [(claim.start, claim.end)]
    if claim.rule.kind in INLINE:
        return []
    return [free.span() for free in FREE.finditer(taken, claim.start, claim.end)]


def _merge(text: str, claims: Sequence[Claim]) -> list[Claim]:
    merged: list[Claim] = []
    for claim in claims:
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.rule is claim.rule
            and last.severity == claim.severity
            and claim.rule.kind not in INLINE
            and not text[last.end : claim.start].strip()
        ):
            last.end, last.score = claim.end, max(last.score, claim.score)
        else:
            merged.append(claim)
    return merged


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    """The same stretch without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
