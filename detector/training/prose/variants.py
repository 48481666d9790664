"""What each part of the prose model is worth: the same recipe taught without it, or otherwise.

A variant is a line of :func:`variants`: a recipe, the sizes of n-grams that are counted, features
that are hidden from the second stage, a design. Its figures are rankings of the sets' texts, which
no threshold moves.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.prose.body import SHORTEST
from detector.prose.features import STYLE
from detector.prose.plain import plain
from detector.read.chars import CodePoints
from detector.read.fold import fold
from detector.training.corpora.texts import Text
from detector.training.prose.evidence import ALL
from detector.training.prose.examples import Example, examples
from detector.training.prose.judged import Judged
from detector.training.prose.metrics import Bootstrap, Sample, ranking
from detector.training.prose.plain_baseline import naive_bayes
from detector.training.prose.plain_baseline import plain as baseline
from detector.training.prose.recipe import Recipe
from detector.training.prose.stages import SECOND, Scores, Seen, Sizes, first_stage, two_stages
from detector.training.render import Cell, table
from detector.training.stats import NAN

Say = Callable[[str], None]

EVIDENCE: Final = ("machine", "refined")
WHOLE: Final = 1_000_000  # signs: no text is cropped
UNCAPPED: Final = 100_000  # texts of a register, a label, a generator
FPR: Final = 0.01
BEYOND: Final = 700.0  # log odds: their exponential is no number
ONE_STAGE: Final = {"plain": baseline, "naive bayes": naive_bayes}


@dataclass(frozen=True, slots=True)
class Variant:
    """What is taught and what is looked at; the sizes of n-grams are counted from 0."""

    recipe: Recipe
    sizes: Sizes = ALL
    hidden: tuple[str, ...] = ()
    design: str = "two stages"


def variants(shipped: Recipe) -> dict[str, Variant]:
    """All variants of a recipe by name; what shares a first stage stands together."""

    def varied(**changes: Any) -> Variant:  # noqa: ANN401 - fields of all types
        return Variant(replace(shipped, augment=replace(shipped.augment, **changes)))

    caps = replace(shipped.caps, register=UNCAPPED, generator=UNCAPPED)
    habits = tuple(name for name in STYLE if name != "length")  # it shifts thresholds, no more
    found = {"shipped": Variant(shipped)}
    found |= {f"no {name}": Variant(shipped, hidden=(name,)) for name in STYLE}
    found |= {
        "no style": Variant(shipped, hidden=habits),
        "no refined evidence": Variant(shipped, hidden=("refined",)),
        "features only": Variant(shipped, hidden=EVIDENCE),
        "boosted": Variant(shipped, design="boosted"),
        "plain": Variant(shipped, design="plain"),
        "naive bayes": Variant(shipped, design="naive bayes"),
    }
    for gone in ALL:
        sizes = tuple(size for size in ALL if size != gone)
        found[f"no {gone + 1}-grams"] = Variant(shipped, sizes)
    found |= {
        "whole texts": varied(crop=WHOLE),
        "short crops": varied(crop=250),
        "drop .3": varied(drop=0.3),
        "mix .2": varied(mix=0.2),
        "no caps": Variant(replace(shipped, caps=caps)),
    }
    if len(shipped.corpora) > 1:
        found["first corpus only"] = Variant(replace(shipped, corpora=shipped.corpora[:1]))
    for at, corpus in enumerate(shipped.corpora[1:], 1):
        rest = shipped.corpora[:at] + shipped.corpora[at + 1 :]
        found[f"no {corpus.path.name}"] = Variant(replace(shipped, corpora=rest))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """Texts to rank, of all sets, with their plain signs and the set each is of."""

    texts: Sequence[Text]
    signs: Sequence[CodePoints]
    name: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class OnSet:
    """How the texts of a set with ``SHORTEST`` signs or more are ranked, machine against human."""

    humans: int
    machines: int
    auroc: float
    tpr: float  # where ``FPR`` of the set's humans are flagged


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A variant's figures by set, and its log odds for every text of the exam; NaN for no text."""

    name: str
    sets: Mapping[str, OnSet]
    odds: Scores


def exam(sets: Mapping[str, Sequence[Text]]) -> Exam:
    """The texts of the sets, by name."""
    texts = [text for each in sets.values() for text in each]
    name = [name for name, each in sets.items() for _ in each]
    return Exam(texts, [plain(fold(text.text).cps).cps for text in texts], np.array(name))


def compared(chosen: Mapping[str, Variant], on: Exam, say: Say) -> Iterator[Measured]:
    """Every variant, measured; ``say`` hears how it goes."""

    @lru_cache(maxsize=1)
    def taught(recipe: Recipe) -> list[Example]:
        groups = {text.group for text in on.texts}
        return [each for each in examples(recipe, say) if each.text.group not in groups]

    @lru_cache(maxsize=1)
    def seen(recipe: Recipe, sizes: Sizes) -> Seen:
        return first_stage(taught(recipe), recipe, sizes, on.signs)

    for name, each in chosen.items():
        if one := ONE_STAGE.get(each.design):
            odds = one(taught(each.recipe), each.recipe.fit, on.signs)
        else:
            stage = seen(each.recipe, each.sizes).without(each.hidden)
            odds = two_stages(stage, SECOND[each.design])
        found = Measured(name, on_sets(odds, on), odds)
        say(line(found))
        yield found


def on_sets(odds: Scores, on: Exam) -> dict[str, OnSet]:
    """The figures of every set."""
    long = np.array([len(signs) >= SHORTEST for signs in on.signs])
    machine = np.array([text.label != "human" for text in on.texts])
    found = {}
    for name in dict.fromkeys(on.name.tolist()):
        here = long & (on.name == name)
        groups = np.arange(here.sum())  # nothing is resampled
        ranks = ranking(Sample(odds[here], machine[here], groups), Bootstrap(resamples=0))
        tpr = next(each.recall.value for each in ranks.recall_at if each.fpr == FPR)
        found[name] = OnSet(ranks.humans, ranks.machines, ranks.auroc.value, tpr)
    return found


# ---- reports -----------------------------------------------------------------------------------


def judged(found: Measured, on: Exam) -> Iterator[Judged]:
    """The texts with a variant's scores; those without a sign have none."""
    human = 1 / (1 + np.exp(np.clip(found.odds, -BEYOND, BEYOND)))
    for text, signs, share in zip(on.texts, on.signs, human.tolist(), strict=True):
        yield Judged(text, share, NAN, NAN, None if len(signs) >= SHORTEST else "too_short")


def line(found: Measured) -> str:
    """A variant's figures, AUROC and TPR, in one line."""
    return f"{found.name}: " + ", ".join(map(_figures, found.sets.values()))


def text(measured: Sequence[Measured]) -> str:
    """All figures as one table."""
    heads = ["variant", *(Path(name).name.split(".")[0] for name in measured[0].sets)]
    rows: list[Sequence[Cell]] = [
        (each.name, *map(_figures, each.sets.values())) for each in measured
    ]
    title = f"AUROC / TPR at {FPR:.0%} FPR, texts of {SHORTEST} plain signs or more"
    return table(title, heads, rows)


def _figures(found: OnSet) -> str:
    return "–" if np.isnan(found.auroc) else f"{found.auroc:.3f} / {found.tpr:.3f}"


def report(measured: Sequence[Measured]) -> list[dict[str, object]]:
    """All figures as plain data."""
    return [{"variant": each.name, "sets": each.sets} for each in measured]
