"""A page without its noise in; who wrote it, which passages say so, or why that cannot be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from detector.prose import features
from detector.prose.body import Body, abstention, body
from detector.prose.features import Windows
from detector.prose.model import Prose, Sums
from detector.prose.plain import plain
from detector.read.fold import Folded

NO_MODEL: Final = "no_model"

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the original text, and how probable each author is for it."""

    start: int
    end: int
    human: float
    ai: float
    refined: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What is said of a body.

    ``raw`` is the score of the whole page, noise and all. Where ``abstained`` names a reason there
    is no verdict; the probabilities are there all the same where the body has any prose, else NaN.
    ``passages`` are its windows, in order, and overlap.
    """

    human: float
    ai: float
    refined: float
    raw: float
    abstained: str | None = None
    passages: tuple[Passage, ...] = ()

    @property
    def score(self) -> float:
        """How probable it is that a machine wrote or refined the body."""
        return 1 - self.human


NOTHING: Final = Reading(float("nan"), float("nan"), float("nan"), float("nan"), NO_MODEL)


def read(folded: Folded, cuts: Sequence[Range], model: Prose | None) -> Reading:
    """Judge a page without the stretches ``cuts`` of its original text."""
    if model is None:
        return NOTHING
    found = body(folded, cuts)
    signs = found.plain.cps
    reason = abstention(found)
    if not len(signs):
        return Reading(NOTHING.human, NOTHING.ai, NOTHING.refined, NOTHING.raw, reason)
    sums = model.sums(signs)
    windows = features.windows(signs, sums.ends)
    human, ai, refined = model.probabilities(signs, sums, windows).tolist()
    raw = 1 - human
    if cuts:
        whole = plain(folded.cps).cps
        over = model.sums(whole)
        seen = features.windows(whole, over.ends)
        raw = 1 - float(model.probabilities(whole, over, seen)[0])
    passages = () if reason else _passages(folded, found, windows, model, sums)
    return Reading(human, ai, refined, raw, reason, passages)


def _passages(
    folded: Folded, found: Body, windows: Windows, model: Prose, sums: Sums
) -> tuple[Passage, ...]:
    """The stretches of the original text with what is said of each."""
    said = model.of_stretches(found.plain.cps, sums, windows).tolist()
    place = found.origin[found.plain.origin]
    starts, ends = place[windows.start].tolist(), (place[windows.end - 1] + 1).tolist()
    return tuple(
        Passage(*folded.span(start, end), *probabilities)
        for start, end, probabilities in zip(starts, ends, said, strict=True)
    )
