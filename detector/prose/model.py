"""The prose model: evidence of hashed n-grams and habits of style → human, AI, refined.

Two stages. A table says how much each n-gram speaks for a text an AI wrote, and for one it refined;
its sums over a window are weighed by a small multinomial regression beside the habits of style.
Numpy alone; the arrays come from a verified model directory and are mapped into memory.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.artefacts import Artefact, open_artefact
from detector.page import ModelMismatch
from detector.prose import features
from detector.prose.features import STYLE, Floats, Windows
from detector.prose.plain import Ints
from detector.read.chars import CodePoints

Table = NDArray[np.int8]

FAMILY: Final = "prose"
LABELS: Final = ("human", "ai", "ai_refined")
# What the second stage weighs: evidence for machine text and for refined text, habits of style.
FEATURES: Final = ("machine", "refined", *STYLE)
LEAST: Final = 60  # signs a stretch of text is taken to have at least: a short one proves little


class Weights(NamedTuple):
    """The arrays of a model.

    ``table`` (2 ** BITS by 2) holds evidence for AI and for refined text in steps of ``scale``;
    ``answer`` (features and a constant by labels) weighs the features. ``lengths`` and ``shift``
    (knots) are log odds taken off at a log length, so that a threshold costs humans as much there;
    ``odds`` and ``said`` (knots) turn what is left into the log odds that the presets' thresholds
    are made for.
    """

    table: Table
    scale: Floats
    answer: Floats
    lengths: Floats
    shift: Floats
    odds: Floats
    said: Floats


class Sums(NamedTuple):
    """Where the pieces of a plain text end (n), and running sums of evidence (n + 1 by 2)."""

    ends: Ints
    total: NDArray[np.int64]


class Opinion(NamedTuple):
    """How probable each of ``LABELS`` is: for a text (labels), for its windows (… by labels)."""

    text: Floats
    windows: Windows
    said: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Prose:
    """A loaded model."""

    label: str
    weights: Weights

    def sums(self, cps: CodePoints) -> Sums:
        """The evidence of a plain text, to be asked for any stretch of whole pieces."""
        return summed(self.weights.table, cps)

    def judge(self, cps: CodePoints) -> Opinion:
        """What the model says of a plain text that is not empty, and of its windows."""
        sums = self.sums(cps)
        found = features.windows(sums.ends)
        said = calibrated(measured(cps, sums, found, self.weights.scale), self.weights)
        return Opinion(said[0], found, said[1:])

    def of_pieces(self, cps: CodePoints, sums: Sums) -> Floats:
        """The same of its pieces (pieces by labels), the style being the whole text's."""
        found = Windows(np.append(0, sums.ends[:-1]), sums.ends)
        return calibrated(measured(cps, sums, found, self.weights.scale), self.weights)[1:]


_LENGTH: Final = FEATURES.index("length")


def evidence(table: Table, cps: CodePoints) -> NDArray[np.int16]:
    """What the n-grams that end at each sign say (n by 2)."""
    both = table.view(np.int16).ravel().take(features.rows(cps))  # both columns in one gather
    said: NDArray[np.int16] = (
        both.view(np.int8).reshape(features.SIZES, -1, 2).sum(axis=0, dtype=np.int16)
    )
    return said


def summed(table: Table, cps: CodePoints) -> Sums:
    """The evidence of a plain text that is not empty, piece by piece."""
    ends = features.pieces(cps)
    total = np.zeros((len(ends) + 1, 2), np.int64)
    starts = ends - features.lengths(ends)
    np.add.reduceat(evidence(table, cps), starts, axis=0, dtype=np.int64, out=total[1:])
    return Sums(ends, total.cumsum(axis=0))


def stretches(sums: Sums, found: Windows, scale: Floats) -> Floats:
    """Evidence of stretches of whole pieces (… by 2), in units that do not grow with length."""
    size = np.maximum(found.end - found.start, LEAST)
    edges = sums.ends.searchsorted((found.start, found.end), side="right")
    difference = sums.total[edges[1]] - sums.total[edges[0]]
    strength: Floats = difference / np.sqrt(size)[:, None] * scale
    return strength


def measured(cps: CodePoints, sums: Sums, found: Windows, scale: Floats) -> Floats:
    """Features of a plain text that is not empty and of stretches of it (1 + … by FEATURES).

    The text's evidence is the mean of its stretches'; their style, but for length, is the text's.
    """
    rows = np.empty((len(found.start) + 1, len(FEATURES)), np.float32)
    each = stretches(sums, found, scale)
    rows[1:, :2] = each
    rows[0, :2] = each.sum(axis=0) / len(each)
    rows[:, 2:] = features.style(cps, sums.ends)
    rows[1:, _LENGTH] = np.log(np.maximum(found.end - found.start, LEAST))
    return rows


def machine_odds(found: Floats, weights: Weights) -> tuple[Floats, Floats]:
    """Log odds that texts are not human by their features (… by FEATURES), and the share of AI.

    The share is that of AI text in what is not human. Nothing is calibrated yet but by length.
    """
    human, ai, refined = (found @ weights.answer[:-1] + weights.answer[-1]).T
    machine = np.logaddexp(ai, refined)
    shift = np.interp(found[..., _LENGTH], weights.lengths, weights.shift)
    return machine - human - shift, np.exp(ai - machine)


def calibrated(found: Floats, weights: Weights) -> Floats:
    """Probabilities of ``LABELS`` by features (… by FEATURES)."""
    odds, share = machine_odds(found, weights)
    machine = 1 / (1 + np.exp(-np.interp(odds, weights.odds, weights.said)))
    result = np.empty((*odds.shape, len(LABELS)), np.float32)
    result[..., 0] = 1 - machine
    result[..., 1] = machine * share
    result[..., 2] = machine * (1 - share)
    return result


def load(path: Path) -> Prose:
    """The model in a directory; ModelMismatch where it is not what its manifest says."""
    artefact = open_artefact(path)
    manifest = artefact.manifest
    if manifest["family"] != FAMILY:
        raise ModelMismatch(f"{path}: a model for {manifest['family']}, not for {FAMILY}")
    if manifest["feature_schema"] != features.SCHEMA:
        raise ModelMismatch(
            f"{path}: features of schema {manifest['feature_schema']}, "
            f"this package makes {features.SCHEMA}"
        )
    # Still mapped, but plain arrays: numpy pays for a subclass at every step.
    arrays: dict[str, Any] = {name: np.asarray(artefact.array(name)) for name in Weights._fields}
    weights = Weights(**arrays)
    _check(artefact, weights)
    return Prose(artefact.label, weights)


def _check(artefact: Artefact, weights: Weights) -> None:
    """Raise ModelMismatch where an array has another shape than the features need."""
    lengths, odds = len(weights.lengths), len(weights.odds)
    wanted = {
        "table": (1 << features.BITS, 2),
        "scale": (2,),
        "answer": (len(FEATURES) + 1, len(LABELS)),
        "lengths": (lengths,),
        "shift": (lengths,),
        "odds": (odds,),
        "said": (odds,),
    }
    for name, shape in wanted.items():
        found = getattr(weights, name).shape
        if found != shape:
            raise ModelMismatch(f"{artefact.path}: {name} is {found}, not {shape}")
