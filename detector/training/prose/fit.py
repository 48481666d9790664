"""A recipe in, a prose model out.

The second stage is taught on evidence from tables that never saw the register a text is of: what a
table says of its own training texts is surer than what it says of a stranger's.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from detector.files import atomic
from detector.prose.features import SCHEMA, Floats, hashed
from detector.prose.model import FEATURES, LABELS, Prose, Weights, machine_odds, measured
from detector.training.prose import evidence as first
from detector.training.prose.calibrate import FLAT, Humans, calibration
from detector.training.prose.examples import Example, crops, examples, kin, owners
from detector.training.prose.recipe import Recipe

Say = Callable[[str], None]

SHARES: Final = (0.5, 0.35, 0.15)  # of human, AI, refined text in what the second stage sees
PENALTY: Final = 1.0  # inverse, of the second stage
SURE: Final = 10.0  # log odds of an answer where no other was taught
SHORTEST: Final = 60  # plain signs the second stage is taught on


@dataclass(frozen=True, slots=True)
class Folds:
    """Where the features of finished folds are kept, so that a run can go on; nowhere for None."""

    folder: Path | None
    say: Say

    def kept(self, name: str, make: Callable[[], Floats]) -> Floats:
        """The array of that name, made where it is not there yet."""
        path = self.folder / f"{name}.npy" if self.folder else None
        if path is not None and path.is_file():
            self.say(f"{path}: taken as it is")
            found: Floats = np.load(path, allow_pickle=False)
            return found
        found = make()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic(path) as file:
                np.save(file, found, allow_pickle=False)
        return found


def train(recipe: Recipe, version: str, folds: Folds, say: Say) -> Prose:
    """Teach a model; the same recipe and files give the same bytes."""
    found = examples(recipe, say)
    pieces = crops(found, recipe.augment, recipe.seed)
    counted = first.grams(pieces, recipe.fit.rare)
    say(f"{len(pieces):,} crops, {len(counted.columns):,} n-grams")
    held = out_of_fold(found, Crops(pieces, counted), recipe, folds)
    answer = second(found, held)
    table, scale = first.table(counted, np.arange(len(pieces)), recipe.fit)
    bare = Weights(table, scale, answer, FLAT, FLAT, FLAT, FLAT)
    arrays = calibration(humans(found, held, bare))
    say("knots " + ", ".join(f"{knot:.2f}" for knot in arrays["odds"][2:-1]))
    return Prose(f"prose-{version}", Weights(table, scale, answer, **arrays))


def folds(found: Sequence[Example], many: int) -> NDArray[np.int64]:
    """A fold for each example: a register is in one, and folds are as even as registers allow."""
    size: dict[str, int] = {}
    for each in found:
        size[each.register] = size.get(each.register, 0) + 1
    filled, place = [0] * many, {}
    for register in sorted(size, key=lambda name: (-size[name], name)):
        place[register] = int(np.argmin(filled))
        filled[place[register]] += size[register]
    return np.array([place[each.register] for each in found])


@dataclass(frozen=True, slots=True, eq=False)
class Crops:
    """The crops of the examples, and their n-grams."""

    pieces: Sequence[Example]
    counted: first.Grams


def out_of_fold(found: Sequence[Example], crops: Crops, recipe: Recipe, kept: Folds) -> Floats:
    """Features of every whole example (examples by FEATURES), by a table that saw none of its kin.

    A table is taught without a fold of registers and without the groups that have a text in it.
    """
    fold = folds(found, recipe.fit.folds)
    owner = owners(found, crops.pieces)
    key = fingerprint(found, recipe)
    sizes = [*crops.counted.sizes]
    features = np.zeros((len(found), len(FEATURES)), np.float32)
    for number in range(recipe.fit.folds):
        inside = fold == number
        mine = [found[at] for at in np.flatnonzero(inside).tolist()]
        rows = np.flatnonzero(~kin(found, inside)[owner])

        def measure(rows: NDArray[np.int64] = rows, mine: list[Example] = mine) -> Floats:
            table, scale = first.table(crops.counted, rows, recipe.fit)
            signs = (one.signs[: recipe.fit.whole] for one in mine)
            return np.array([measured(hashed(each), table, scale, sizes)[0] for each in signs])

        features[inside] = kept.kept(f"{key}-{number}", measure)
        kept.say(f"fold {number + 1} of {recipe.fit.folds}: {len(mine):,} texts measured")
    return features


def fingerprint(found: Sequence[Example], recipe: Recipe) -> str:
    """A name for what the folds depend on: the texts, and how they are cropped and fitted."""
    digest = hashlib.sha256(repr((recipe.seed, recipe.augment, recipe.fit, SCHEMA)).encode())
    for each in found:
        digest.update(each.signs.tobytes())
        digest.update(f"{each.label} {each.register} {each.weight}".encode())
    return digest.hexdigest()[:16]


def second(found: Sequence[Example], features: Floats) -> Floats:
    """Weights of the second stage (features and a constant by 2), for features as they come.

    Every register has its say: a label's share is parted among registers by the root of their size.
    """
    taught = np.array([len(each.signs) >= SHORTEST for each in found])
    label = np.array([each.label for each in found])[taught]
    features = features[taught]
    features[:, FEATURES.index("length")] = 0.0  # a leak of most corpora; see the calibration
    weight = _shares([each for each, kept in zip(found, taught, strict=True) if kept])
    machine = label > 0
    refined = label[machine] == LABELS.index("ai_refined")
    both = [
        _regression(features, machine, weight),
        _regression(features[machine], refined, weight[machine]),
    ]
    return np.stack(both, axis=1).astype(np.float32)


def _regression(
    features: Floats, positive: NDArray[np.bool_], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weights of the features and a constant; only that where there is one answer to learn."""
    answer = np.zeros(len(FEATURES) + 1)
    if positive.all() or not positive.any():
        answer[-1] = SURE if positive.any() else -SURE
        return answer
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    model = LogisticRegression(C=PENALTY, max_iter=1000, tol=1e-8)
    model.fit((features - mean) / spread, positive, sample_weight=weight)
    answer[:-1] = model.coef_[0] / spread
    answer[-1] = model.intercept_[0] - mean @ answer[:-1]
    return answer


def _shares(found: Sequence[Example]) -> NDArray[np.float64]:
    weight = np.array([each.weight for each in found])
    cells: dict[tuple[str, int], list[int]] = {}
    for at, each in enumerate(found):
        cells.setdefault((each.register, each.label), []).append(at)
    for cell in cells.values():
        weight[cell] *= 1 / np.sqrt(weight[cell].sum())
    label = np.array([each.label for each in found])
    for number, share in enumerate(SHARES):
        here = label == number
        if here.any():
            weight[here] *= share / weight[here].sum()
    return weight * len(found)


def humans(found: Sequence[Example], features: Floats, weights: Weights) -> Humans:
    """What the second stage says of the human texts, for a calibration."""
    rows = np.array([at for at, each in enumerate(found) if each.label == 0])
    odds, _ = machine_odds(features[rows], weights)
    length = features[rows, FEATURES.index("length")].astype(np.float64)
    return Humans(odds.astype(np.float64), length, np.array([found[at].register for at in rows]))
