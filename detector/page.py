"""The nouns of the project and its errors. Imports nothing of ours.

All offsets are half-open code-point offsets into :attr:`Page.text`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Family = Literal["tag_spam", "boilerplate", "ai_prose"]
Severity = Literal["spam", "suspected", "benign"]
Action = Literal["pass", "review", "block"]
Confidence = Literal["high", "medium", "low"]
Lang = Literal["zh", "en"]


class DetectorError(Exception):
    """Base of every error this package raises on purpose."""


class UnreadableInput(DetectorError):
    """The bytes or the file cannot be turned into text at all (truncated gzip, not a file)."""


class ModelMismatch(DetectorError):
    """A model's files do not match its manifest, or the manifest asks for another version."""


class ConfigError(DetectorError):
    """A configuration key or value is unknown or inconsistent; the message names it."""


class LimitExceeded(DetectorError):
    """An input is larger than a limit; ``limit`` is the bound, ``value`` what was found."""

    def __init__(self, what: str, value: int, limit: int) -> None:
        super().__init__(f"{what}: {value} is over the limit of {limit}")
        self.what, self.value, self.limit = what, value, limit


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text one HTML element (or one text line) made."""

    start: int
    end: int
    link_chars: int = 0
    hidden: bool = False
    tag: str = "p"


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence, a list item or a line."""

    start: int
    end: int
    kind: Literal["sentence", "item", "line"]


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader hands to the noise room: text, and what the markup said about it."""

    text: str
    blocks: tuple[Block, ...] = ()
    segments: tuple[Segment, ...] = ()
    encoding: str = "utf-8"
    url: str | None = None
    title: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signal:
    """One measurement over the page; ``score`` is its weight of evidence, 0 and up."""

    name: str
    value: float
    score: float
    message: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the original text and what is said about it; ``score`` is in [0, 1]."""

    start: int
    end: int
    label: Family
    kind: str
    severity: Severity
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Label:
    """A family's calibrated page score, the threshold in force, and what to do."""

    name: Family
    score: float
    threshold: float
    confidence: Confidence
    action: Action
    raw_score: float | None = None
    scope: str | None = None
    probabilities: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Abstention:
    """A family that was not judged, and why (too_short, not_zh, list_like, no_model …)."""

    name: Family
    reason: str


@dataclass(frozen=True, slots=True)
class Language:
    """What the page is written in; ``supported`` is false where no verdict is made."""

    code: str
    script: Literal["Hans", "Hant", "mixed", "none"]
    supported: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything the detector says about one page."""

    action: Action
    score: float
    labels: tuple[Label, ...]
    spans: tuple[Span, ...]
    composition: Mapping[str, float]
    signals: tuple[Signal, ...]
    abstained: tuple[Abstention, ...]
    language: Language
    clean_text: str
    fingerprint: str
    chars: int
    versions: Mapping[str, str]
