"""Scores → labels, actions, abstentions. Thresholds; never measures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from math import log
from types import MappingProxyType

import numpy as np

from detector.page import Abstention, Action, Confidence, Family, Label, Lang, Severity, Span
from detector.prose.reading import Passage, Reading

NOISE: tuple[Family, ...] = ("tag_spam", "boilerplate")
# A span must be this probable to count. Chosen on human text so that the share of clean pages with
# a counted span stays inside the preset's budget (strict .1 %, balanced 1 %, recall 5 %); measure
# again with `detector evaluate noise GOLD --clean HUMAN… --preset …`. Prose models are calibrated
# so that these thresholds cost humans the same budgets (docs/prose-model.md).
PRESETS: Mapping[str, Mapping[Family, float]] = MappingProxyType(
    {
        "strict": {"tag_spam": 0.80, "boilerplate": 0.80, "ai_prose": 0.97},
        "balanced": {"tag_spam": 0.70, "boilerplate": 0.70, "ai_prose": 0.85},
        "recall": {"tag_spam": 0.55, "boilerplate": 0.55, "ai_prose": 0.60},
    }
)
DIGITS = 4  # of scores and probabilities of prose
REASONS: Mapping[str, Mapping[Lang, str]] = MappingProxyType(
    {
        "ai_essay": {
            "zh": "这段文字的用词和句式更像语言模型写的，不像人写的",
            "en": "words and sentence habits of this passage are a language model's",
        },
        "ai_refined": {
            "zh": "这段文字像是人写的原稿经语言模型改写、润色过",
            "en": "this passage reads like a human text that a language model refined",
        },
    }
)
BLOCK = 0.93  # between the threshold and this a person should look
ORDER: tuple[Action, ...] = ("pass", "review", "block")


def thresholds(preset: str, overrides: Mapping[str, float]) -> dict[Family, float]:
    """Thresholds in force per family: the preset's, then the user's own."""
    return {family: overrides.get(family, bound) for family, bound in PRESETS[preset].items()}


def settle(spans: Iterable[Span], bounds: Mapping[Family, float]) -> tuple[Span, ...]:
    """The same spans; spam below its family's threshold is only suspected."""
    return tuple(
        replace(s, severity="suspected")
        if s.severity == "spam" and s.score < bounds[s.label]
        else s
        for s in spans
    )


def cuts(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """What is no body: stretches of spam and furniture; what is only suspected stays."""
    return [
        (span.start, span.end)
        for span in spans
        if span.severity != "suspected" and span.label in NOISE
    ]


def labels(
    spans: Sequence[Span], prose: Reading, bounds: Mapping[Family, float]
) -> tuple[Label, ...]:
    """One label a family that was judged.

    A noise family scores what its surest span does, 0 without one; ``ai_prose`` what the body does.
    """
    noise = [_label(family, _score(family, spans), bounds[family]) for family in NOISE]
    if prose.abstained:
        return tuple(noise)
    score, bound = round(prose.score, DIGITS), bounds["ai_prose"]
    judged = Label(
        "ai_prose",
        score,
        bound,
        _confidence(score, bound),
        _action(score, bound),
        raw_score=round(prose.raw, DIGITS),
        scope="body",
        probabilities={
            "human": round(prose.human, DIGITS),
            "ai": round(prose.ai, DIGITS),
            "ai_refined": round(prose.refined, DIGITS),
        },
    )
    return (*noise, judged)


def written(prose: Reading, bounds: Mapping[Family, float], lang: Lang) -> tuple[Span, ...]:
    """Passages over the threshold of ``ai_prose``, overlapping ones as one span.

    Where the body as a whole stays below the threshold they are only suspected: a page has many
    passages, and one of them is soon over it.
    """
    bound, found = bounds["ai_prose"], list[Passage]()
    for passage in prose.passages:
        if 1 - passage.human < bound:
            continue
        if found and passage.start <= found[-1].end:
            surer = min(found[-1], passage, key=lambda one: one.human)
            found[-1] = replace(surer, start=found[-1].start, end=passage.end)
        else:
            found.append(passage)
    severity: Severity = "spam" if prose.score >= bound else "suspected"
    return tuple(_written(passage, severity, lang) for passage in found)


def _written(passage: Passage, severity: Severity, lang: Lang) -> Span:
    kind = "ai_refined" if passage.refined > passage.ai else "ai_essay"
    score = round(1 - passage.human, DIGITS)
    return Span(passage.start, passage.end, "ai_prose", kind, severity, score, REASONS[kind][lang])


def in_order(spans: Sequence[Span], more: Sequence[Span]) -> tuple[Span, ...]:
    """All spans by where they start."""
    return tuple(sorted((*spans, *more), key=lambda span: span.start)) if more else (*spans,)


def _score(family: Family, spans: Sequence[Span]) -> float:
    own = [s.score for s in spans if s.label == family and s.severity != "benign"]
    return max(own, default=0.0)


@lru_cache(maxsize=1024)  # most pages are clean and share their labels
def _label(family: Family, score: float, bound: float) -> Label:
    return Label(family, score, bound, _confidence(score, bound), _action(score, bound))


def _action(score: float, bound: float) -> Action:
    if score < bound:
        return "pass"
    return "block" if score >= max(bound, BLOCK) else "review"


def _confidence(score: float, bound: float) -> Confidence:
    """How far the score is from its threshold, in log-odds: over 1.5 high, over .5 medium."""
    distance = abs(_logit(score) - _logit(bound))
    return "high" if distance > 1.5 else "medium" if distance > 0.5 else "low"


def _logit(p: float) -> float:
    p = min(max(p, 0.001), 0.999)
    return log(p / (1 - p))


def strictest(found: Iterable[Label]) -> Action:
    """The page's action: the strictest of its labels'."""
    return max((label.action for label in found), key=ORDER.index, default="pass")


def abstentions(text: str, han: int, prose: Reading) -> tuple[Abstention, ...]:
    """Families that are not judged here, and why; noise needs Chinese text."""
    own = (Abstention("ai_prose", prose.abstained),) if prose.abstained else ()
    if han:
        return own
    reason = "not_zh" if text.strip() else "too_short"
    return (*(Abstention(family, reason) for family in NOISE), *own)


def composition(length: int, spans: Iterable[Span]) -> dict[str, float]:
    """Shares of the page's characters: body, tag_spam, boilerplate; they sum to 1."""
    counted = [span for span in spans if span.severity != "suspected" and span.label in NOISE]
    if not counted:
        return {"body": 1.0, "tag_spam": 0.0, "boilerplate": 0.0}
    owner = np.zeros(length, np.int8)
    counted.sort(key=lambda s: s.label)  # boilerplate first, so that spam owns overlaps
    for span in counted:
        owner[span.start : span.end] = 1 if span.label == "tag_spam" else 2
    body, spam, template = (np.bincount(owner, minlength=3) / length).tolist()
    return {"body": body, "tag_spam": spam, "boilerplate": template}
