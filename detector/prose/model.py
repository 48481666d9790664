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
from detector.prose.plain import STOP, Ints
from detector.read.chars import CodePoints

Table = NDArray[np.int8]

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
    """Running sums of evidence over a plain text (n + 1 by 2), and where its sentences end."""

    total: NDArray[np.int64]
    ends: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Prose:
    """A loaded model."""

    label: str
    weights: Weights

    def sums(self, cps: CodePoints) -> Sums:
        """The evidence of a plain text, to be asked for any stretch of it."""
        return Sums(evidence(self.weights.table, cps), features.after(cps == STOP))

    def probabilities(self, cps: CodePoints, sums: Sums, found: Windows) -> Floats:
        """How probable each of ``LABELS`` is for a plain text that is not empty, by its windows."""
        return calibrated(measured(cps, sums, found, self.weights.scale), self.weights)

    def of_stretches(self, cps: CodePoints, sums: Sums, found: Windows) -> Floats:
        """The same of stretches of it (stretches by labels), the style being the whole text's."""
        rows = np.empty((len(found.start), len(FEATURES)), np.float32)
        rows[:, :2] = stretches(sums, found, self.weights.scale)
        rows[:, 2:] = features.style(cps, sums.ends)
        rows[:, _LENGTH] = np.log(np.maximum(found.end - found.start, LEAST))
        return calibrated(rows, self.weights)


_LENGTH: Final = FEATURES.index("length")


def evidence(table: Table, cps: CodePoints) -> NDArray[np.int64]:
    """Running sums over a plain text of what its n-grams say (n + 1 by 2)."""
    pairs = table.view(np.int16).ravel().take(features.rows(cps))  # both columns in one gather
    each = pairs.view(np.int8).reshape(features.SIZES, -1, 2).sum(axis=0, dtype=np.int64)
    total = np.zeros((len(cps) + 1, 2), np.int64)
    np.cumsum(each, axis=0, out=total[1:])
    return total


def stretches(sums: Sums, found: Windows, scale: Floats) -> Floats:
    """Evidence of stretches of text (stretches by 2), in units that do not grow with length."""
    size = np.maximum(found.end - found.start, LEAST)
    difference = sums.total[found.end] - sums.total[found.start]
    strength: Floats = (difference / np.sqrt(size)[:, None] * scale).astype(np.float32)
    return strength


def measured(cps: CodePoints, sums: Sums, found: Windows, scale: Floats) -> Floats:
    """The features of a plain text that is not empty (``FEATURES``), evidence by its windows."""
    each = stretches(sums, found, scale)
    return np.concatenate((each.mean(axis=0), features.style(cps, sums.ends)))


def machine_odds(found: Floats, weights: Weights) -> tuple[Floats, Floats]:
    """Log odds that texts are not human by their features (… by FEATURES), and the share of AI.

    The share is that of AI text in what is not human. Nothing is calibrated yet but by length.
    """
    said = found @ weights.answer[:-1] + weights.answer[-1]
    machine = np.logaddexp(said[..., 1], said[..., 2])
    shift = np.interp(found[..., _LENGTH], weights.lengths, weights.shift)
    return machine - said[..., 0] - shift, np.exp(said[..., 1] - machine)


def calibrated(found: Floats, weights: Weights) -> Floats:
    """Probabilities of ``LABELS`` by features (… by FEATURES)."""
    odds, share = machine_odds(found, weights)
    machine = 1 / (1 + np.exp(-np.interp(odds, weights.odds, weights.said)))
    result: Floats = np.stack(
        (1 - machine, machine * share, machine * (1 - share)), axis=-1
    ).astype(np.float32)
    return result


def load(path: Path) -> Prose:
    """The model in a directory; ModelMismatch where it is not what its manifest says."""
    artefact = open_artefact(path)
    manifest = artefact.manifest
    if manifest["feature_schema"] != features.SCHEMA:
        raise ModelMismatch(
            f"{path}: features of schema {manifest['feature_schema']}, "
            f"this package makes {features.SCHEMA}"
        )
    arrays: dict[str, Any] = {name: artefact.array(name) for name in Weights._fields}
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
