"""The prose model: evidence of hashed n-grams and habits of style → human, AI, refined.

Two stages. A table says how much each n-gram speaks for a machine's text, and for a refined one;
its sums over a window are weighed beside the habits of style by two small regressions: human or
machine, and which of the two machine texts.
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
from detector.prose.features import STYLE, Floats, Hashed, Rows, Windows
from detector.prose.plain import Ints
from detector.read.chars import CodePoints

Table = NDArray[np.int8]
Sizes = slice | list[int]  # of n-grams, less one

FAMILY: Final = "prose"
LABELS: Final = ("human", "ai", "ai_refined")
# What the second stage weighs: evidence for machine text and for refined text, habits of style.
FEATURES: Final = ("machine", "refined", *STYLE)
ALL: Final = slice(None)  # sizes of n-grams
PARTS: Final = 1 << (32 - features.BITS)  # of a text that are told apart at once
_ROW: Final = np.uint32((1 << features.BITS) - 1)
LEAST: Final = 60  # signs a stretch of text is taken to have at least: a short one proves little


class Weights(NamedTuple):
    """The arrays of a model.

    ``table`` (2 ** BITS by 2) holds evidence for AI and for refined text in steps of ``scale``;
    ``answer`` (features and a constant by 2) gives the log odds that a machine wrote or refined a
    text, and that such a text is refined. ``lengths`` and ``shift`` (knots) are log odds taken off
    at a log length, so that a threshold costs humans as much there; ``odds`` and ``said`` (knots)
    turn what is left into the log odds that the presets' thresholds are made for.
    """

    table: Table
    scale: Floats
    answer: Floats
    lengths: Floats
    shift: Floats
    odds: Floats
    said: Floats


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

    def judge(self, cps: CodePoints) -> Opinion:
        """What the model says of a plain text that is not empty, and of its windows."""
        text = features.hashed(cps)
        said = calibrated(measured(text, self.weights.table, self.weights.scale), self.weights)
        return Opinion(said[0], text.windows, said[1:])

    def of_sentences(self, text: Hashed) -> Floats:
        """The same of its sentences (sentences by labels), the style being the whole text's."""
        table, scale = self.weights.table, self.weights.scale
        rows = np.repeat(measured(text, table, scale)[:1], len(text.ends), axis=0)
        rows[:, :2] = strengths(text.rows, text.ends, table, scale)[0]
        rows[:, _LENGTH] = np.log(np.maximum(features.lengths(text.ends), LEAST))
        return calibrated(rows, self.weights)


_LENGTH: Final = FEATURES.index("length")


def strengths(
    rows: Rows, ends: Ints, table: Table, scale: Floats, sizes: Sizes = ALL
) -> tuple[Floats, Ints]:
    """Evidence of the parts of a text that end at ``ends`` (… by 2), and their distinct signs (…).

    An n-gram counts once in a part: said again it proves nothing more. The evidence is in units
    that do not grow with length. N-grams of other ``sizes`` count nothing.
    """
    total = np.empty((len(ends), 2), np.int32)
    distinct = np.empty(len(ends), np.int64)
    values = table.view("<i2").ravel()  # both columns in one gather
    length = features.lengths(ends)
    for first in range(0, len(ends), PARTS):
        own = slice(first, first + PARTS)
        size, edge = length[own], ends[first] - length[first]
        # Rows sorted part by part: what is said again stands beside its like.
        part = np.arange(len(size), dtype=np.uint32) << np.uint32(features.BITS)
        keys = rows[:, edge : ends[own][-1]] | part.repeat(size)
        keys.sort(axis=1)
        fresh = np.ones(keys.shape, np.bool_)
        np.not_equal(keys[:, 1:], keys[:, :-1], out=fresh[:, 1:])
        keys &= _ROW
        said = values.take(keys)
        said *= fresh
        starts = ends[own] - size - edge
        np.add.reduceat(fresh[0], starts, dtype=np.int64, out=distinct[own])
        starts = (starts + len(keys[0]) * np.arange(len(keys))[:, None]).ravel()
        for column, each in enumerate(((said << 8) >> 8, said >> 8)):
            sums = np.add.reduceat(each.ravel(), starts, dtype=np.int32)
            sums.reshape(len(keys), -1)[sizes].sum(axis=0, out=total[own, column])
    root = np.sqrt(np.maximum(length, LEAST))
    strength: Floats = (total / root[:, None]).astype(np.float32) * scale
    return strength, distinct


def measured(text: Hashed, table: Table, scale: Floats, sizes: Sizes = ALL) -> Floats:
    """Features of a text that is not empty and of its windows (1 + … by FEATURES).

    The text's evidence is the mean of its windows'; their style, but for length, is the text's.
    """
    start, end = text.windows
    each, distinct = strengths(text.rows, end, table, scale, sizes)
    rows = np.empty((len(each) + 1, len(FEATURES)), np.float32)
    rows[1:, :2] = each
    rows[0, :2] = each.sum(axis=0) / len(each)
    rows[:, 2:] = features.style(text, distinct)
    rows[1:, _LENGTH] = np.log(np.maximum(end - start, LEAST))
    return rows


def machine_odds(found: Floats, weights: Weights) -> tuple[Floats, Floats]:
    """Log odds that texts are not human by their features (… by FEATURES), and the share of AI.

    The share is that of AI text in what is not human. Nothing is calibrated yet but by length.
    """
    odds, refined = (found @ weights.answer[:-1] + weights.answer[-1]).T
    shift = np.interp(found[..., _LENGTH], weights.lengths, weights.shift)
    return odds - shift, 1 / (1 + np.exp(refined))


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
        "answer": (len(FEATURES) + 1, 2),
        "lengths": (lengths,),
        "shift": (lengths,),
        "odds": (odds,),
        "said": (odds,),
    }
    for name, shape in wanted.items():
        found = getattr(weights, name).shape
        if found != shape:
            raise ModelMismatch(f"{artefact.path}: {name} is {found}, not {shape}")
