"""Marked pages and clean pages in, a tagger out."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.noise import features
from detector.noise.features import Floats
from detector.noise.model import (
    FIRST_SPAM,
    SURE,
    Calibration,
    Tagger,
    Weights,
    accused,
    gate_score,
)
from detector.noise.table import rules
from detector.noise.view import View
from detector.training.noise import network, spots
from detector.training.noise.examples import Example, classes, evidence_of, examples, page_of

EPOCHS: Final = 2  # more learn the recipes by heart: recall on real pages falls
INLINE_EPOCHS: Final = 3
MOVES: Final = 0.5  # of the log odds of a move; the scores know part of it already
PASSED: Final = 0.9  # share of noisy pages the gate lets through; the rules open it for more
# Share of clean pages whose best score may reach a probability: the presets' budgets, with room
# left for what the rules alone flag. `recall` .60, `balanced` .80, `strict` .93.
BUDGET: Final = ((0.04, 0.5), (0.02, 0.6), (0.002, 0.8), (0.0003, 0.93))
CEILING: Final = (6.0, 0.99)  # log odds a score needs beyond the last knot, and what it then means


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train: passes over the examples and the seed.

    Without ``inline_epochs`` there is no character pass.
    """

    epochs: int = EPOCHS
    inline_epochs: int = 0
    seed: int = 0


Rowed = Sequence[Mapping[str, Any]]
Say = Callable[[str], None]


def train(rows: Rowed, clean: Sequence[Rowed], recipe: Recipe, say: Say) -> Tagger:
    """A tagger taught on marked rows, calibrated on clean ones; ``say`` hears how it goes."""
    pages = [page for page in examples(rows, classes()) if len(page.segments)]
    return calibrated(taught(pages, recipe, say), clean)


def taught(pages: Sequence[Example], recipe: Recipe, say: Say) -> Tagger:
    """A tagger taught on pages; its scores mean nothing yet."""
    answers, kinds = classes(), list(rules())
    pages = shuffled(pages, recipe.seed)
    say(f"{len(pages)} pages, {sum(len(p.segments) for p in pages)} segments")
    names = features.names(kinds)
    rules_at = slice(names.index(f"{network.RULES_OFF}{kinds[0]}"), len(names))
    params: network.Params = {}
    for params, loss in network.fit(  # noqa: B007 - the last ones stay
        pages, len(answers), rules_at, recipe.epochs, recipe.seed
    ):
        say(f"segments: loss {loss:.4f}")
    gate = network.fit_gate(pages, recipe.seed)
    say("gate: done")
    inline = None
    if recipe.inline_epochs:
        lessons = spots.lessons(pages, answers)
        inline = spots.fit(lessons, recipe.inline_epochs, recipe.seed)
        say("characters: done")
    weights = Weights(**params, gate=gate, moves=moves(pages, len(answers)))
    bound = gate_bound(weights, pages)
    none = Calibration(np.array([-99, 99], np.float32), np.array([0, 1], np.float32))
    return Tagger("", tuple(answers), tuple(kinds), weights, bound, none, inline, none)


def shuffled(pages: Sequence[Example], seed: int) -> list[Example]:
    """The pages in an order of their own for each seed."""
    return random.Random(seed).sample(pages, len(pages))  # noqa: S311 - an order, not a secret


def moves(pages: Sequence[Example], count: int) -> Floats:
    """Log odds of each answer to follow each other one, over its share of all segments."""
    seen = np.ones((count, count))
    for page in pages:
        np.add.at(seen, (page.target[:-1], page.target[1:]), 1)
    after = seen / seen.sum(axis=1, keepdims=True)
    share = seen.sum(axis=0) / seen.sum()
    odds: Floats = (MOVES * np.log(after / share)).astype(np.float32)
    return odds


def gate_bound(weights: Weights, pages: Sequence[Example]) -> float:
    """The highest bound that lets nearly all pages with noise through."""
    best = [
        gate_score(weights.gate, page.rows.astype(np.int64))
        for page in pages
        if (page.target >= FIRST_SPAM).any()
    ]
    return float(np.quantile(best, 1 - PASSED))


def calibrated(tagger: Tagger, clean: Sequence[Rowed]) -> Tagger:
    """The tagger with its raw scores read as probabilities, by its best scores on clean pages."""
    best = [np.array([*best_scores(tagger, rows)]) for rows in clean]
    return replace(
        tagger,
        calibration=knots([each[:, 0] for each in best]),
        inline_calibration=knots([each[:, 1] for each in best]),
    )


def best_scores(tagger: Tagger, clean: Rowed) -> Iterator[tuple[float, float]]:
    """Each page's best raw score of the two passes, 0 where a pass marks nothing."""
    for row in clean:
        view = View(page_of(row))
        rows, evidence = features.grams(view), evidence_of(view)
        best = [0.0, 0.0]
        if view.han and (accused(evidence) or tagger.suspicious(rows)):
            passes = tagger.passes(view, features.cut(view), rows, evidence)
            for number, (_, marked) in enumerate(passes):
                best[number] = max((score for *_, score in marked), default=0.0)
        yield best[0], best[1]


def knots(best: Sequence[NDArray[np.float64]]) -> Calibration:
    """Where on the raw scale every set of pages keeps each budget; straight lines between."""
    share, probability = zip(*BUDGET, strict=True)
    raw = np.max([np.quantile(each, [1 - part for part in share]) for each in best], axis=0)
    raw = np.clip(raw, probability, 1 - SURE)  # never surer than the network itself
    logit = np.maximum.accumulate(np.log(raw / (1 - raw)) + 1e-3 * np.arange(len(raw)))
    logit = np.append(logit, logit[-1] + CEILING[0])
    return Calibration(
        np.append(logit[0] - 1, logit).astype(np.float32),
        np.array([0.0, *probability, CEILING[1]], np.float32),
    )
