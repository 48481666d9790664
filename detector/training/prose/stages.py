"""The two stages taught anew: on fewer sizes of n-grams, or with another second stage.

Nothing here ships. It follows ``fit.train`` step by step, and serves the studies alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from detector.prose.features import Floats, hashed
from detector.prose.model import FEATURES, Weights, machine_odds, measured
from detector.read.chars import CodePoints
from detector.training.prose import evidence as first
from detector.training.prose import fit
from detector.training.prose.calibrate import FLAT, Humans, by_length
from detector.training.prose.examples import Example, crops
from detector.training.prose.recipe import Recipe
from detector.training.stats import NAN

Scores: TypeAlias = NDArray[np.float64]
Sizes: TypeAlias = tuple[int, ...]  # of n-grams, less one
Odds: TypeAlias = Callable[[Floats], Scores]  # features (n by FEATURES) → log odds (n,)

TREES: Final[Mapping[str, Any]] = {
    "max_iter": 200,
    "learning_rate": 0.05,
    "max_leaf_nodes": 15,
    "early_stopping": False,  # it would judge by texts of the groups it learns from
    "random_state": 0,
}


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the second stage is taught, features by a table that saw no kin, and what it is asked.

    ``asked`` is NaN for a text without a sign.
    """

    found: Sequence[Example]
    held: Floats
    asked: Floats

    def without(self, hidden: Sequence[str]) -> "Seen":
        """The same with features that say nothing."""
        held, asked = self.held.copy(), self.asked.copy()
        at = [FEATURES.index(name) for name in hidden]
        held[:, at] = 0
        asked[:, at] = 0
        return replace(self, held=held, asked=asked)


def first_stage(
    found: Sequence[Example], recipe: Recipe, sizes: Sizes, asked: Sequence[CodePoints]
) -> Seen:
    """Features of the examples, out of fold, and of the texts that are asked about."""
    pieces = crops(found, recipe.augment, recipe.seed)
    counted = first.grams(pieces, recipe.fit.rare, sizes)
    nowhere = fit.Folds(None, lambda _: None)
    held = fit.out_of_fold(found, fit.Crops(pieces, counted), recipe, nowhere)
    own = first.table(counted, np.arange(len(pieces)), recipe.fit)
    nothing = np.full(len(FEATURES), NAN, np.float32)
    rows = [
        measured(hashed(signs), *own, [*sizes])[0] if len(signs) else nothing for signs in asked
    ]
    return Seen(found, held, np.array(rows))


def two_stages(seen: Seen, second: Callable[[Seen], Odds]) -> Scores:
    """Log odds of the texts that are asked about, shifted by length as a model's are."""
    odds = second(seen)
    humans = np.array([not each.label for each in seen.found])
    length = FEATURES.index("length")
    own = Humans(
        odds(seen.held[humans]),
        seen.held[humans, length].astype(np.float64),
        np.array([each.register for each in seen.found])[humans],
    )
    there = np.flatnonzero(np.isfinite(seen.asked).all(axis=1))
    asked, result = seen.asked[there], np.full(len(seen.asked), NAN)
    result[there] = odds(asked) - np.interp(asked[:, length], *by_length(own))
    return result


def regression(seen: Seen) -> Odds:
    """The second stage as it ships."""
    answer = fit.second(seen.found, seen.held)
    nothing = np.zeros((0, 2), np.int8)
    weights = Weights(nothing, FLAT, answer, FLAT, FLAT, FLAT, FLAT)
    return lambda asked: machine_odds(asked, weights)[0].astype(np.float64)


def boosted(seen: Seen) -> Odds:
    """Gradient boosting in its place; more evidence never speaks for a human.

    It sees the same features but the length; its labels have the shares of the second stage.
    """
    kept = [at for at, name in enumerate(FEATURES) if name != "length"]
    rising = [int(name == "machine") for name in FEATURES if name != "length"]
    taught = np.array([len(each.signs) >= fit.SHORTEST for each in seen.found])
    label = np.array([each.label for each in seen.found])[taught]
    weight = np.array([each.weight for each in seen.found])[taught]
    for number, share in enumerate(fit.SHARES):
        weight[label == number] *= share * len(label) / max(weight[label == number].sum(), 1e-9)
    trees = HistGradientBoostingClassifier(monotonic_cst=rising, **TREES)
    trees.fit(seen.held[taught][:, kept], label > 0, sample_weight=weight)
    return lambda asked: trees.decision_function(asked[:, kept]).astype(np.float64)


SECOND: Final[Mapping[str, Callable[[Seen], Odds]]] = {"two stages": regression, "boosted": boosted}
