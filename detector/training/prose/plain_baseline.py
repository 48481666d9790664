"""Designs of one stage, to measure the two stages against: the plain baseline, and naive Bayes.

Both see the same hashed n-grams of the same whole texts. The plain baseline is what anyone would
try first: TF-IDF and a logistic regression, machine against human.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from detector.page import UnreadableInput
from detector.prose import features
from detector.prose.body import SHORTEST
from detector.read.chars import CodePoints
from detector.training.prose import evidence as first
from detector.training.prose.calibrate import by_budget
from detector.training.prose.examples import Example
from detector.training.prose.left_out import held_back
from detector.training.prose.recipe import Fit
from detector.training.stats import NAN

Scores = NDArray[np.float64]
Counts = NDArray[np.float64]

# Penalty a text, scikit-learn's C. On answers of unseen models 1 ranks with an AUROC of .90, 10 of
# .95, 100 of .96, 1,000 of .955: the baseline is to be a strong one.
INVERSE: Final = 100.0
ITERATIONS: Final = 100
SMOOTH: Final = 1.0  # times the usual count of a row, added to what naive Bayes saw


def plain(found: Sequence[Example], fit: Fit, texts: Sequence[CodePoints]) -> Scores:
    """Log odds that the texts are no human's, by TF-IDF and logistic regression; NaN for no text.

    The presets' thresholds cost their budgets on a tenth of the human texts that taught nothing.
    """
    held = held_back(found).tolist()
    taught = [each for each, kept in zip(found, held, strict=True) if not kept]
    counted = first.grams(taught, fit.rare)
    rarity = np.zeros(1 << features.BITS)
    rarity[counted.columns] = counted.rarity
    scaled = tf_idf(counted)
    own = replace(fit, strength=INVERSE * len(taught), iterations=ITERATIONS)
    weights = np.zeros(1 << features.BITS)
    weights[counted.columns] = first.logistic(scaled, counted.label > 0, counted.weight, own)

    def odds(rows: NDArray[np.uint32], many: Counts) -> float:
        values = (1 + np.log(many)) * rarity[rows]
        return float(weights[rows] @ values / max(float(np.linalg.norm(values)), 1e-9))

    humans = [
        each.signs
        for each, kept in zip(found, held, strict=True)
        if kept and len(each.signs) >= SHORTEST
    ]
    if not humans:
        raise UnreadableInput("there is no human text left to set the baseline's budgets on")
    knots, said = by_budget(scored(humans, odds), np.zeros(len(humans), np.str_))
    return np.interp(scored(texts, odds), knots, said)


def tf_idf(counted: first.Grams) -> first.Matrix:
    """Counts as sublinear TF-IDF, every text of length 1."""
    scaled = counted.counts.copy()
    scaled.data = 1 + np.log(scaled.data)
    scaled = scaled @ sparse.diags_array(counted.rarity)
    norm = np.sqrt(np.asarray(scaled.multiply(scaled).sum(axis=1)).ravel())
    return (sparse.diags_array(1 / np.maximum(norm, 1e-9)) @ scaled).tocsr().astype(np.float32)


def naive_bayes(found: Sequence[Example], fit: Fit, texts: Sequence[CodePoints]) -> Scores:
    """Log odds of the n-grams a text holds, machine against human, over the root of their number.

    Every text counts once, whatever the recipe says, and an n-gram once a text: with counts and
    weights a few topics decide. Their sum would tell long texts from short ones.
    """
    counted = first.grams(found, fit.rare)
    held = counted.counts.sign()
    machine = counted.label > 0
    shares = [np.asarray(held[part].sum(axis=0)).ravel() for part in (machine, ~machine)]
    one, other = (np.log(share / share.mean() + SMOOTH) for share in shares)
    weights = np.zeros(1 << features.BITS)
    weights[counted.columns] = one - other

    def odds(rows: NDArray[np.uint32], _many: Counts) -> float:
        return float(weights[rows].sum() / np.sqrt(len(rows)))

    return scored(texts, odds)


def scored(
    texts: Sequence[CodePoints], odds: Callable[[NDArray[np.uint32], Counts], float]
) -> Scores:
    """What ``odds`` makes of each text's rows and their counts; NaN for a text without a sign."""
    found = []
    for signs in texts:
        rows, many = np.unique(features.rows(signs), return_counts=True)
        found.append(odds(rows, many.astype(np.float64)) if len(signs) else NAN)
    return np.array(found, np.float64)
