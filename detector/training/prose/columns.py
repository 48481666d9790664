"""Judged texts as columns: what figures are computed from, and by what texts are told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from detector.prose.model import LABELS
from detector.training.corpora.leaks import TRIVIAL
from detector.training.corpora.texts import Text
from detector.training.prose.judged import Judge, Judged
from detector.training.prose.metrics import Floats, Mask, Places, Sample

EDGES: Final = (50, 100, 150, 250, 500, 1000)  # characters that are not white space
LENGTHS: Final = (
    f"<{EDGES[0]}",
    *(f"{low}–{high}" for low, high in pairwise(EDGES)),
    f"≥{EDGES[-1]}",
)


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Judged texts as arrays of one length; NaN in ``scores`` where there is no score."""

    items: Sequence[Judged]
    scores: Floats
    machine: Mask
    groups: Places
    answered: Mask
    baselines: Mapping[str, Floats]

    def sample(self, chosen: Mask, scores: Floats | None = None) -> Sample:
        """What the chosen texts' scores can be ranked by, those without a score left out."""
        values = self.scores if scores is None else scores
        return Sample(values, self.machine, self.groups).take(chosen & np.isfinite(values))


def columns(items: Sequence[Judged], baselines: Mapping[str, Floats] | None = None) -> Columns:
    """Return judged texts as arrays; ``measure`` wants their :func:`baselines` with them."""
    texts = [each.text for each in items]
    groups: dict[str, int] = {}
    return Columns(
        items,
        np.array([each.score for each in items], np.float64),
        np.array([is_machine(text) for text in texts], np.bool_),
        np.array([groups.setdefault(text.group, len(groups)) for text in texts], np.intp),
        np.array([each.abstained is None for each in items], np.bool_),
        baselines or {},
    )


def baselines(texts: Sequence[Text], given: Mapping[str, Judge]) -> dict[str, Floats]:
    """Return the scores of the trivial baselines, and of those given, by name."""
    contents = [text.text for text in texts]
    trivial = {name: measure(contents) for name, measure in TRIVIAL.items()}
    return trivial | {
        name: np.array([each.score for each in judge(texts)], np.float64)
        for name, judge in given.items()
    }


def is_machine(text: Text) -> bool:
    """Whether a machine wrote or refined a text."""
    return text.label != LABELS[0]


def length_of(text: str) -> str:
    """The length bin of a text.

    >>> length_of("春眠不觉晓")
    '<50'
    """
    size = sum(map(len, text.split()))
    return LENGTHS[int(np.searchsorted(EDGES, size, side="right"))]


def flags(found: Columns, threshold: float) -> Mask:
    """The texts that are flagged; a NaN never is."""
    return found.answered & (found.scores >= threshold)
