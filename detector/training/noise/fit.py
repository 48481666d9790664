"""Marked pages and clean pages in, a tagger out."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from detector.judge import PRESETS
from detector.noise import features
from detector.noise.model import (
    FIRST_SPAM,
    INLINE,
    Calibration,
    Tagger,
    Weights,
    accused,
    gate_score,
)
from detector.noise.series import Floats
from detector.noise.table import rules
from detector.noise.view import View
from detector.page import Family
from detector.training.noise import layout, network, spots
from detector.training.noise.examples import Example, classes, evidence_of, examples, page_of

EPOCHS: Final = 2  # more learn the recipes by heart: recall on real pages falls
INLINE_EPOCHS: Final = 3
MOVES: Final = 0.5  # of the log odds of a move; the scores know part of it already
REAL: Final = 5  # a real page is worth so many made ones
OPEN: Final = -99.0  # a gate that lets everything through
GLANCED: Final = 0.02  # share of clean pages the gate lets through; the rules open it for more
# Noise is rarer on the pages of the corpora than a moderator's queue has it, and what a list looks
# like is learnt better than what an advertisement says. Chosen on marked pages of the split `dev`.
PRIOR: Final[Mapping[Family, float]] = {"tag_spam": 1.5, "boilerplate": 0.5}
# Share of clean pages whose evidence may reach a probability, by calibration: the presets' budgets,
# with room left for what the rules alone flag. Both families have the same thresholds.
PRESET_AT: Final = [PRESETS[preset]["tag_spam"] for preset in ("recall", "balanced", "strict")]
BUDGET: Final = {
    "tag_spam": (0.01, 0.001, 0.0),
    "boilerplate": (0.02, 0.0025, 0.0),
    INLINE: (0.01, 0.0005, 0.0),
}
BEYOND: Final = 3.0  # times the evidence that no clean page reached, for the strictest preset
# Evidence no set of clean pages can talk a preset out of: an honest list of links has some.
LEAST: Final = {
    "tag_spam": (0.4, 0.8, 1.2),
    "boilerplate": (0.1, 0.3, 0.6),
    INLINE: (0.4, 0.8, 1.2),
}
STEP: Final = 1e-3  # between knots that would fall together
ALONE: Final = 1.5  # of so many pages a set does not speak: a hundred cannot tell .1 %
CEILING: Final = (3.0, 0.99)  # evidence beyond the last preset's that is as good as certain
FEWEST_SITES: Final = 8  # with pages in HTML that teach furniture
FOLDS: Final = 3  # real clean pages are scored by taggers that never saw their site


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train: passes over the examples and the seed.

    Without ``inline_epochs`` there is no character pass.
    """

    epochs: int = EPOCHS
    inline_epochs: int = 0
    seed: int = 0


Rowed = Sequence[Mapping[str, Any]]
Best = dict[str, list[float]]
Say = Callable[[str], None]
Thing = TypeVar("Thing")


def train(rows: Rowed, clean: Sequence[Rowed], recipe: Recipe, say: Say) -> Tagger:
    """A tagger taught on marked rows, calibrated on clean ones; ``say`` hears how it goes.

    Rows with a ``site`` are real pages: those without noise calibrate too, each by a tagger that
    saw no page of its site. Those with ``html`` teach what furniture looks like, where they come
    from enough sites.
    """
    pages = pages_of(rows)
    tagger = taught(pages, recipe, say)
    best = [evidence_on(tagger, each) for each in clean]
    best.append(cross_fitted(pages, recipe, say))
    layouts = [row for row in rows if "html" in row]
    enough = len({row.get("site") for row in layouts}) >= FEWEST_SITES
    found = layout.fit(layouts, recipe.seed, say) if enough else None
    return replace(calibrated(tagger, best), layout=found)


def pages_of(rows: Iterable[Mapping[str, Any]]) -> list[Example]:
    """The pages of rows that have segments to learn from."""
    return [page for page in examples(rows, classes()) if len(page.segments)]


def cross_fitted(pages: Sequence[Example], recipe: Recipe, say: Say) -> Best:
    """The evidence on the real clean pages, by taggers that saw nothing of their sites."""
    best: Best = {name: [] for name in BUDGET}
    for number, (held, rest) in enumerate(folds(pages, recipe.seed), 1):
        say(f"cross-fitting {number} of {FOLDS}")
        tagger = taught(rest, recipe, lambda _: None)
        for name, found in evidence_on(tagger, [page.row for page in held]).items():
            best[name] += found
    return best


def folds(
    pages: Sequence[Example], seed: int
) -> Iterator[tuple[Sequence[Example], Sequence[Example]]]:
    """Real clean pages of a part of the sites, and all pages of no site or of the others."""
    sites = sorted({page.site for page in pages if page.site})
    fold: dict[str | None, int] = {
        site: number % FOLDS for number, site in enumerate(shuffled(sites, seed))
    }
    for number in range(FOLDS if len(sites) >= FOLDS else 0):
        held = [page for page in pages if fold.get(page.site) == number and page.gold.clean]
        yield held, [page for page in pages if fold.get(page.site) != number]


def taught(pages: Sequence[Example], recipe: Recipe, say: Say) -> Tagger:
    """A tagger taught on pages; its scores mean nothing yet."""
    answers, kinds = classes(), list(rules())
    pages = shuffled([p for p in pages for _ in range(REAL if p.site else 1)], recipe.seed)
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
    params["answer_bias"][FIRST_SPAM:] += [PRIOR[rules()[kind].family] for kind in answers[2:]]
    weights = Weights(**params, gate=gate, moves=moves(pages, len(answers)))
    bound = gate_bound(weights, pages)
    return Tagger("", tuple(answers), tuple(kinds), weights, bound, {}, inline, None)


def shuffled(found: Sequence[Thing], seed: int) -> list[Thing]:
    """The same in an order of its own for each seed."""
    return random.Random(seed).sample(found, len(found))  # noqa: S311 - an order, not a secret


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
    """The bound that few clean pages reach: what the full pass costs a crawl hangs on it."""
    best = [
        gate_score(weights.gate, page.rows[1].astype(np.int64))
        for page in pages
        if not (page.target >= FIRST_SPAM).any()
    ]
    return float(np.quantile(best, 1 - GLANCED)) if best else OPEN


def calibrated(tagger: Tagger, best: Sequence[Best]) -> Tagger:
    """The tagger with evidence read as probability, by the evidence it has on clean pages."""
    found = {
        name: knots(
            [np.array(each[name]) for each in best if each[name]], BUDGET[name], LEAST[name]
        )
        for name in BUDGET
    }
    return replace(tagger, calibration=found)


def evidence_on(tagger: Tagger, clean: Rowed) -> Best:
    """The most evidence each pass and family has on each page, 0 where it marks nothing."""
    best: Best = {name: [] for name in BUDGET}
    for row in clean:
        view = View(page_of(row))
        evidence, most = evidence_of(view), dict.fromkeys(BUDGET, 0.0)
        if view.han and (accused(evidence) or tagger.suspicious(features.pairs(view))):
            for name, stretch in tagger.stretches(view, features.grams(view), evidence):
                most[name] = max(most[name], stretch.evidence)
        for name, value in most.items():
            best[name].append(value)
    return best


def knots(
    best: Sequence[NDArray[np.float64]], budget: Sequence[float], least: Sequence[float]
) -> Calibration:
    """How much evidence every set of pages leaves to each preset; straight lines between."""
    asked = [
        [np.quantile(each, 1 - max(share, ALONE / len(each))) for share in budget]
        for each in best
        if len(each) > ALONE
    ]
    reached = np.maximum.accumulate(np.max([*asked, least], axis=0) + STEP * np.arange(len(budget)))
    reached[-1] *= BEYOND
    evidence = np.concatenate(([0.0], reached, reached[-1:] + CEILING[0]))
    return Calibration(
        evidence.astype(np.float32), np.array([0.0, *PRESET_AT, CEILING[1]], np.float32)
    )
