"""A page without its noise in; who wrote it, which passages say so, or why that cannot be told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from detector.prose.body import Body, abstention, body
from detector.prose.features import Windows
from detector.prose.model import Opinion, Prose
from detector.prose.plain import plain
from detector.read.fold import Folded

NO_MODEL: Final = "no_model"
EVEN: Final = 0.5  # P(human) below which a machine is likelier

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
    ``passages`` are the windows that a machine likelier wrote, in order.
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
    reason = abstention(found)
    if not len(found.plain):
        return replace(NOTHING, abstained=reason)
    said = model.judge(found.plain.cps)
    human, ai, refined = said.text.tolist()
    whole = plain(folded.cps).cps if cuts else None
    raw = human if whole is None else float(model.judge(whole).text[0])
    passages = () if reason else _passages(folded, found, said)
    return Reading(human, ai, refined, 1 - raw, reason, passages)


def _passages(folded: Folded, found: Body, said: Opinion) -> tuple[Passage, ...]:
    """The windows that a machine likelier wrote than a human, with what is said of each."""
    likely = (said.said[:, 0] < EVEN).nonzero()[0]
    if not len(likely):
        return ()
    first, last = found.edges(Windows(said.windows.start[likely], said.windows.end[likely]))
    starts, ends = folded.origin[first].tolist(), folded.ends[last].tolist()
    return tuple(map(Passage, starts, ends, *said.said[likely].T.tolist()))
