"""The first stage: how much each n-gram speaks for AI text and for refined text.

Two logistic regressions on which hashed n-grams a crop holds, all machine text against human and
refined against human, fitted by L-BFGS. A column is scaled by how rare the n-gram is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from detector.prose import features
from detector.prose.features import Floats
from detector.prose.model import LABELS, LEAST, Table
from detector.training.prose.examples import Example
from detector.training.prose.recipe import Fit

Matrix: TypeAlias = Any  # scipy.sparse.csr_matrix: scipy ships no types
Numbers = NDArray[np.int64]

AI: Final = LABELS.index("ai")
ALL: Final = tuple(range(features.SIZES))  # sizes of n-grams, less one
CLIPPED: Final = 99.99  # percentile of the weights that the table's steps still reach
MEMORY: Final = 8  # updates L-BFGS remembers


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """Counts of n-grams (crops by kept columns), and what is known of each crop.

    ``columns`` are rows of the model's table, ``sizes`` those of the n-grams, less one.
    """

    counts: Matrix
    columns: Numbers
    rarity: Floats
    size: Floats
    label: Numbers
    weight: NDArray[np.float64]
    sizes: Sequence[int]


def grams(found: Sequence[Example], rare: int, sizes: Sequence[int] = ALL) -> Grams:
    """Count the n-grams of crops; those in fewer than ``rare`` of them are left out.

    Those of other ``sizes`` are, too: a size cannot be left out later, as rows are shared.
    """
    each = [np.unique(features.rows(one.signs)[[*sizes]], return_counts=True) for one in found]
    ends = np.cumsum([0, *(len(rows) for rows, _ in each)])
    rows = np.concatenate([rows for rows, _ in each])
    held = np.bincount(rows, minlength=1 << features.BITS)
    columns = np.flatnonzero(held >= rare)
    place = np.full(1 << features.BITS, -1, np.int32)
    place[columns] = np.arange(len(columns))
    kept = place[rows] >= 0
    counts = np.concatenate([many for _, many in each])[kept].astype(np.float32)
    starts = np.concatenate(([0], np.cumsum(kept)))[ends]
    shape = (len(found), len(columns))
    return Grams(
        sparse.csr_matrix((counts, place[rows][kept], starts), shape),
        columns,
        (np.log((1 + len(found)) / (1 + held[columns])) + 1).astype(np.float32),
        np.array([max(len(one.signs), LEAST) for one in found], np.float32),
        np.array([one.label for one in found]),
        np.array([one.weight for one in found], np.float64),
        sizes,
    )


def table(found: Grams, rows: Numbers, fit: Fit) -> tuple[Table, Floats]:
    """The table taught on some of the crops: evidence in steps (2 ** BITS by 2), and the steps."""
    label, weight = found.label[rows], found.weight[rows]
    scale = found.rarity / np.sqrt(np.mean(found.rarity**2) * features.SIZES)
    held = sparse.diags_array(1 / np.sqrt(found.size[rows])) @ found.counts[rows].sign()
    held = (held @ sparse.diags_array(scale)).tocsr().astype(np.float32)
    both = [
        logistic(held[part], label[part] > 0, weight[part], fit) * scale
        for part in (label >= 0, label != AI)
    ]
    return quantised(np.stack(both, axis=1), found.columns)


def logistic(
    held: Matrix, positive: NDArray[np.bool_], weight: NDArray[np.float64], fit: Fit
) -> NDArray[np.float64]:
    """Weights of an L2-penalised logistic regression; its constant is left to the second stage."""
    share = weight / weight.sum()
    across = held.T.tocsr()
    many = held.shape[1]

    def loss(found: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = found[:many]
        odds = held @ weights.astype(np.float32) + found[many]
        cost = share @ (np.logaddexp(0, odds) - positive * odds)
        error = share * (1 / (1 + np.exp(-np.clip(odds, -40, 40))) - positive)
        gradient = np.empty_like(found)
        gradient[:many] = across @ error.astype(np.float32) + weights / fit.strength
        gradient[many] = error.sum()
        return float(cost + 0.5 * (weights @ weights) / fit.strength), gradient

    options = {"maxiter": fit.iterations, "maxcor": MEMORY}
    found = minimize(loss, np.zeros(many + 1), jac=True, method="L-BFGS-B", options=options)
    weights: NDArray[np.float64] = found.x[:many]
    return weights


def quantised(weights: NDArray[np.float64], columns: Numbers) -> tuple[Table, Floats]:
    """Weights (columns by 2) as a table of small whole numbers, and what one step is worth."""
    step = np.percentile(np.abs(weights), CLIPPED, axis=0) / 127
    step[step == 0] = 1.0
    small = np.clip(np.rint(weights / step), -127, 127).astype(np.int8)
    result = np.zeros((1 << features.BITS, 2), np.int8)
    result[columns] = small
    return result, step.astype(np.float32)
