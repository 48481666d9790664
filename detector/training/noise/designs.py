"""Designs of a tagger side by side: simpler ones, and the shipped one pass by pass.

All are taught on the same pages, look only where the same glance lets them, are calibrated in the
same way on the same clean sets (on these alone: real clean pages among the taught ones do not
calibrate here), and are merged with the rules. The simple ones get a fair chance:

- They tell clean segments from the two families. A family's claims go by the name of one kind of
  it, and kinds nobody may claim teach nothing.
- Their lessons are weighted as the network's, and every sort of segment weighs the same in all.
  So a score only ranks; how high one must be is the calibration's business.
- *n-grams*: a segment's counts over the root of its length, for a long one proves more, though not
  so much more as it is longer. Taught until it converges: stopped after two steps of eight it
  found less than half as many segments.
- *signals*: the rules' word is hidden on as many pages as from the network, else the trees say
  what the rules say and no more. Small rates and large leaves, for with the library's own settings
  rare sorts made the scores run away, and then no score is above those of clean pages.

The settings are the best of a handful on a fifth of 2,000 synthetic pages (share of noisy segments
found where .2 % of the clean ones are): n-grams .56, signals .62.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from time import process_time
from typing import Any, Final

import numpy as np
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from detector.noise import features
from detector.noise.features import Rows, Segments
from detector.noise.inserted import Inline
from detector.noise.lines import Ints
from detector.noise.model import FIRST_SPAM, SILENT, Tagger, Weights
from detector.noise.series import Floats, softmax
from detector.noise.table import rules
from detector.noise.view import Evidence, View
from detector.page import UnreadableInput
from detector.training.evaluate import evaluate
from detector.training.gold import FAMILIES
from detector.training.noise import fit, network
from detector.training.noise.compare import judged
from detector.training.noise.examples import Example, classes, evidence_of, page_of
from detector.training.render import Cell, table
from detector.training.stats import NAN, Estimate, Rate

NAMES: Final = {"tag_spam": "seo_kw_list", "boilerplate": "injected_ad"}  # of a family's claims
SORTS: Final = tuple(NAMES)
ANSWERS: Final = ("body", "benign", *NAMES.values())
SMOOTH: Final = 10.0  # inverse strength of the L2 penalty: 1 finds .52, 10 .56, 30 .57
STEPS: Final = 100  # a bound: 1,000 pages converge in 8
TREES: Final = {
    "max_iter": 100,
    "max_leaf_nodes": 31,
    "min_samples_leaf": 50,
    "l2_regularization": 10.0,
    "early_stopping": False,  # it would judge by segments of the pages it learns from
}
TIMED: Final = 1000  # pages; the fastest of so many rounds counts
ROUNDS: Final = 3


class Words(Tagger):
    """Logistic regression on hashed n-grams: the table holds a weight for each sort."""

    __slots__ = ()

    def scores(
        self,
        view: View,  # noqa: ARG002 - the tagger's signature
        found: Segments,
        rows: Rows,
        evidence: Sequence[Evidence],  # noqa: ARG002
    ) -> Floats:
        """Probabilities of the answers for each segment (segments by answers)."""
        count = np.diff(np.append(found.start, rows.shape[1])).astype(np.float32)
        sums = np.add.reduceat(self.weights.table[rows].sum(axis=0), found.start, axis=0)
        said = sums / np.sqrt(count)[:, None] + self.weights.answer_bias
        return _answered(softmax(said.astype(np.float32)))


@dataclass(frozen=True, slots=True, eq=False)
class Signals(Tagger):
    """Gradient boosting on the signals over a segment."""

    trees: HistGradientBoostingClassifier

    def scores(
        self, view: View, found: Segments, rows: Rows, evidence: Sequence[Evidence]
    ) -> Floats:
        """Probabilities of the answers for each segment (segments by answers)."""
        dense = features.dense(view, found, rows, evidence, self.kinds)
        return _answered(self.trees.predict_proba(dense).astype(np.float32))


def _answered(said: Floats) -> Floats:
    """Clean and the families as answers: what is clean is body, nothing is benign."""
    return np.insert(said, 1, 0.0, axis=1)


@dataclass(frozen=True, slots=True)
class Sets:
    """Rows to calibrate on; marked and clean ones to measure on, by name."""

    clean: Sequence[fit.Rowed]
    gold: Mapping[str, fit.Rowed]
    held: Mapping[str, fit.Rowed]


@dataclass(frozen=True, slots=True)
class OnGold:
    """Character F1 by family; pages with noise found, clean pages flagged."""

    f1: Mapping[str, Estimate]
    found: Rate
    clean_flagged: Rate


@dataclass(frozen=True, slots=True)
class Measured:
    """A design merged with the rules: marked sets, flagged pages of clean sets, its own cost.

    ``micros`` is CPU time a 1,000 characters beside the rules', NaN without a design; ``size`` is
    in bytes.
    """

    design: str
    gold: Mapping[str, OnGold]
    held: Mapping[str, Rate]
    micros: float
    size: int


def compared(pages: Sequence[Example], sets: Sets, seed: int, say: fit.Say) -> Iterator[Measured]:
    """The rules alone, then every design; ``say`` hears how it goes."""
    timed = [*seen(next(iter({**sets.held, **sets.gold}.values()))[:TIMED])]
    # On a page of twenty segments more threads only wait for each other.
    with threadpool_limits(limits=1):
        yield Measured("rules alone", *on_sets(None, sets, seed), NAN, 0)
        for name, tagger in designs(pages, seed, say):
            ready = fit.calibrated(tagger, [fit.evidence_on(tagger, rows) for rows in sets.clean])
            cost = micros(ready, timed), size(ready)
            yield Measured(name, *on_sets(ready, sets, seed), *cost)
            say(f"{name}: measured")


def designs(pages: Sequence[Example], seed: int, say: fit.Say) -> Iterator[tuple[str, Tagger]]:
    """Every design, taught and not yet calibrated; errors as in :func:`lessons`."""
    lessons(pages)  # before the long work
    recipe = fit.Recipe(inline_epochs=fit.INLINE_EPOCHS, seed=seed)
    whole = fit.taught(pages, recipe, say)
    yield "n-grams", words(pages, whole)
    yield "signals", signals(pages, whole, seed)
    sequence = replace(whole, inline=None)
    still = np.zeros_like(whole.weights.moves)  # each segment then takes its own best answer
    yield "network", replace(sequence, weights=replace(whole.weights, moves=still))
    yield "+ sequence pass", sequence
    yield "+ character pass", whole


def lessons(pages: Sequence[Example]) -> tuple[Ints, Floats]:
    """What each segment is (0 clean, then the families) and how much it teaches.

    Raises UnreadableInput where the pages hold nothing of a family.
    """
    families, answers = rules(), classes()
    sorts = np.array([SORTS.index(families[kind].family) + 1 for kind in answers[FIRST_SPAM:]])
    sorts = np.append(np.zeros(FIRST_SPAM, np.int64), sorts)
    silent = np.isin(answers, [*SILENT])
    target = np.concatenate([page.target for page in pages])
    weight = np.concatenate([page.weight * (fit.REAL if page.site else 1) for page in pages])
    sort, weight = sorts[target], np.where(silent[target], np.float32(0), weight)
    taught = np.bincount(sort, weight, len(SORTS) + 1)
    for name, much in zip(("clean", *SORTS), taught, strict=True):
        if not much:
            raise UnreadableInput(f"the corpora hold no {name} segment to learn from")
    return sort, weight


def words(pages: Sequence[Example], frame: Tagger) -> Words:
    """Logistic regression on the n-grams of the pages, in the frame of another tagger."""
    sort, weight = lessons(pages)
    bag = sparse.vstack([network.bag_of(page) for page in pages], format="csr")
    bag.data **= 0.5  # every n-gram is an entry of its own, and was 1 / length
    taught = LogisticRegression(
        C=SMOOTH,
        class_weight="balanced",
        max_iter=STEPS,
        solver="newton-cg",  # twice to 25 times as fast here as the library's usual one
    )
    taught.fit(bag[weight > 0], sort[weight > 0], sample_weight=weight[weight > 0])
    return Words(**_framed(frame, taught.coef_.T, taught.intercept_))


def signals(pages: Sequence[Example], frame: Tagger, seed: int) -> Signals:
    """Gradient boosting on the signals of the pages, in the frame of another tagger."""
    sort, weight = lessons(pages)
    dense = np.concatenate([page.dense for page in pages])
    silent = np.random.default_rng(seed).random(len(pages)) < network.NO_RULES
    hidden = np.repeat(silent, [len(page.segments) for page in pages])
    dense[hidden, -len(frame.kinds) :] = 0  # the columns of the rules are the last ones
    taught = HistGradientBoostingClassifier(class_weight="balanced", random_state=seed, **TREES)
    taught.fit(dense[weight > 0], sort[weight > 0], sample_weight=weight[weight > 0])
    nothing = np.zeros(0, np.float32)
    return Signals(**_framed(frame, nothing, nothing), trees=taught)


def _framed(frame: Tagger, weights: Floats, bias: Floats) -> dict[str, Any]:
    """Fields of a design with the glance of ``frame`` and no further pass."""
    nothing, still = np.zeros(0, np.float32), np.zeros((len(ANSWERS), len(ANSWERS)), np.float32)
    own = Weights(
        table=np.ascontiguousarray(weights, np.float32),
        gate=frame.weights.gate,
        hidden=nothing,
        hidden_bias=nothing,
        answer=nothing,
        answer_bias=bias.astype(np.float32),
        moves=still,
    )
    kept = {field.name: getattr(frame, field.name) for field in fields(frame)}
    return kept | {"answers": ANSWERS, "weights": own, "inline": None}


def on_sets(
    tagger: Tagger | None, sets: Sets, seed: int
) -> tuple[dict[str, OnGold], dict[str, Rate]]:
    """The marked sets and the clean sets, judged by the rules and perhaps a design."""
    gold = {name: on_gold(tagger, rows, seed) for name, rows in sets.gold.items()}
    return gold, {name: alarms(tagger, rows) for name, rows in sets.held.items()}


def on_gold(tagger: Tagger | None, rows: fit.Rowed, seed: int) -> OnGold:
    """Marked pages, counted as ``evaluate`` counts; the seed is that of the intervals."""
    report = evaluate([*judged(rows, tagger)], seed)
    f1 = {each.family: each.f1 for each in report.characters}
    found = next(each for each in report.pages if each.family == "any")
    return OnGold(f1, found.hits, found.clean_flagged)


def alarms(tagger: Tagger | None, rows: fit.Rowed) -> Rate:
    """How many of these clean pages are flagged."""
    return Rate(sum(bool(page.flagged) for page in judged(rows, tagger)), len(rows))


def seen(rows: fit.Rowed) -> Iterator[tuple[View, list[Evidence]]]:
    """Pages with what the signals say of them."""
    for row in rows:
        view = View(page_of(row))
        yield view, evidence_of(view)


def micros(tagger: Tagger, pages: Sequence[tuple[View, list[Evidence]]]) -> float:
    """CPU microseconds a 1,000 characters that the tagger takes beside the rules."""
    rounds = []
    for _ in range(ROUNDS):
        start = process_time()
        for view, evidence in pages:
            tagger.claims(view, evidence)
        rounds.append(process_time() - start)
    return 1e9 * min(rounds) / max(sum(len(view.text) for view, _ in pages), 1)


def size(tagger: Tagger) -> int:
    """Bytes of a design's arrays."""
    arrays = [getattr(tagger.weights, name) for name in Weights.__slots__]
    if tagger.inline is not None:
        arrays += [getattr(tagger.inline, name) for name in Inline.ARRAYS]
    if isinstance(tagger, Signals):
        grown = tagger.trees._predictors  # noqa: SLF001 - scikit-learn 1.9 shows its trees nowhere else
        arrays += [tree.nodes for step in grown for tree in step]
    return sum(array.nbytes for array in arrays)


def text(measured: Sequence[Measured]) -> str:
    """The designs as text: a table for each marked set, one for clean sets and cost."""
    families = (*FAMILIES, "any")
    heads = ["design", *(f"{family} F1" for family in families), "pages found", "clean flagged"]
    parts = [
        table(name, heads, [_gold_row(each, name) for each in measured])
        for name in measured[0].gold
    ]
    heads = ["design", *measured[0].held, "CPU µs a 1,000 characters", "bytes"]
    rows: list[Sequence[Cell]] = [
        (each.design, *each.held.values(), each.micros, each.size) for each in measured
    ]
    return "\n".join([*parts, table("clean pages flagged, and what it adds", heads, rows)])


def _gold_row(measured: Measured, name: str) -> Sequence[Cell]:
    found = measured.gold[name]
    return measured.design, *found.f1.values(), found.found, found.clean_flagged
