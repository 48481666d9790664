"""Scores → labels, actions, abstentions. Thresholds; never measures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from math import log
from types import MappingProxyType

import numpy as np

from detector.page import Abstention, Action, Confidence, Family, Label, Span

NOISE: tuple[Family, ...] = ("tag_spam", "boilerplate")
# A span must be this probable to count. Chosen on human text so that the share of clean pages with
# a counted span stays inside the preset's budget (strict .1 %, balanced 1 %, recall 5 %); measure
# again with `detector evaluate noise GOLD --clean HUMAN… --preset …`.
PRESETS: Mapping[str, Mapping[Family, float]] = MappingProxyType(
    {
        "strict": {"tag_spam": 0.80, "boilerplate": 0.80, "ai_prose": 0.97},
        "balanced": {"tag_spam": 0.70, "boilerplate": 0.70, "ai_prose": 0.85},
        "recall": {"tag_spam": 0.55, "boilerplate": 0.55, "ai_prose": 0.60},
    }
)
NO_MODEL = Abstention("ai_prose", "no_model")
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


def labels(spans: Sequence[Span], bounds: Mapping[Family, float]) -> tuple[Label, ...]:
    """One label a noise family; its score is that of its surest span, 0 without one."""
    return tuple([_label(family, _score(family, spans), bounds[family]) for family in NOISE])


def _score(family: Family, spans: Sequence[Span]) -> float:
    own = [s.score for s in spans if s.label == family and s.severity != "benign"]
    return max(own, default=0.0)


@lru_cache(maxsize=1024)  # most pages are clean and share their labels
def _label(family: Family, score: float, bound: float) -> Label:
    action: Action = "pass"
    if score >= bound:
        action = "block" if score >= max(bound, BLOCK) else "review"
    return Label(family, score, bound, _confidence(score, bound), action)


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


def abstentions(text: str, han: int) -> tuple[Abstention, ...]:
    """Families nobody may judge here. ``ai_prose`` has no model yet; noise needs Chinese text."""
    if han:
        return (NO_MODEL,)
    reason = "not_zh" if text.strip() else "too_short"
    return (*(Abstention(family, reason) for family in NOISE), NO_MODEL)


def composition(length: int, spans: Iterable[Span]) -> dict[str, float]:
    """Shares of the page's characters: body, tag_spam, boilerplate; they sum to 1."""
    counted = [span for span in spans if span.severity != "suspected"]
    if not counted:
        return {"body": 1.0, "tag_spam": 0.0, "boilerplate": 0.0}
    owner = np.zeros(length, np.int8)
    counted.sort(key=lambda s: s.label)  # boilerplate first, so that spam owns overlaps
    for span in counted:
        owner[span.start : span.end] = 1 if span.label == "tag_spam" else 2
    body, spam, template = (np.bincount(owner, minlength=3) / length).tolist()
    return {"body": body, "tag_spam": spam, "boilerplate": template}
