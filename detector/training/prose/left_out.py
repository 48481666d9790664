"""Leave one out: what a model makes of a generator, register or source that its table never saw.

For each name the first stage is taught anew, without the texts of that name and without those of
their groups; second stage and calibration stay the model's, which were taught on evidence of such
tables. So its thresholds are put to the test where they have to hold.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from detector.judge import PRESETS
from detector.page import UnreadableInput
from detector.prose.body import SHORTEST
from detector.prose.model import LABELS, Prose
from detector.training.prose import evidence as first
from detector.training.prose.examples import Example, crops, kin
from detector.training.prose.recipe import Recipe
from detector.training.render import Cell, table
from detector.training.stats import Rate, auroc

Say = Callable[[str], None]
Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]

PARTS: Final = 10  # of the groups one part is held back where humans have to come from elsewhere
TITLES: Final[Mapping[str, str]] = {
    "ai": "AI texts found",
    "ai_refined": "refined texts found",
    "human": "human texts flagged",
}


def generator(example: Example) -> str:
    """What wrote an AI or refined text; empty for a human's."""
    return example.text.generator if example.label else ""


def register(example: Example) -> str:
    """The register as the recipe merges it."""
    return example.register


def source(example: Example) -> str:
    """The family a source belongs to: what stands before the colon."""
    return example.text.source.split(":")[0]


KEYS: Final[Mapping[str, Callable[[Example], str]]] = {
    "generator": generator,
    "register": register,
    "source": source,
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is made of the texts of a name, by label: shares flagged by preset, and AUROC.

    Generators have no human text, so theirs are judged beside a tenth of all humans, held back from
    the same table. AUROC is that of a label against the humans; NaN for these, or without any.
    """

    name: str
    texts: int
    flagged: Mapping[str, Mapping[str, Rate]]
    auroc: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """The texts of a recipe, the model whose thresholds are tested, and who hears how it goes."""

    found: Sequence[Example]
    recipe: Recipe
    model: Prose
    say: Say

    def report(self, by: str, least: int, only: Collection[str] = ()) -> Iterator[LeftOut]:
        """Every name, or these, with at least so many texts of ``SHORTEST`` signs or more.

        The largest come first. UnreadableInput where there is none, or a name is not among them.
        """
        own = np.array([KEYS[by](each) for each in self.found])
        long = np.array([len(each.signs) >= SHORTEST for each in self.found])
        many = Counter(own[long & (own != "")].tolist())
        enough = [name for name, texts in many.most_common() if texts >= least]
        if unknown := sorted({*only} - {*enough}):
            raise UnreadableInput(f"no {by} of {least} texts is called {', '.join(unknown)}")
        names = [name for name in enough if name in only or not only]
        if not names:
            raise UnreadableInput(f"no {by} has {least} texts")
        for number, name in enumerate(names, 1):
            self.say(f"{number} of {len(names)}: {name}, {many[name]:,} texts")
            left_out = own == name
            beside = held_back(self.found) if by == "generator" else np.zeros_like(left_out)
            model = self.without(kin(self.found, left_out | beside))
            yield LeftOut(name, many[name], *self.judged(model, (left_out | beside) & long))

    def judged(
        self, model: Prose, chosen: Mask
    ) -> tuple[dict[str, dict[str, Rate]], dict[str, float]]:
        """What a model flags of the chosen texts by label and preset, and how it ranks them."""
        texts = [self.found[at] for at in np.flatnonzero(chosen).tolist()]
        scores = np.array([1 - float(model.judge(each.signs).text[0]) for each in texts])
        wrote = np.array([LABELS[each.label] for each in texts])
        labels = [name for name in LABELS if name in wrote]
        ranked = {}
        for name in labels:
            pair = (wrote == name) | (wrote == LABELS[0])
            ranked[name] = auroc(scores[pair], wrote[pair] != LABELS[0])
        return {name: by_preset(scores[wrote == name]) for name in labels}, ranked

    def without(self, gone: Mask) -> Prose:
        """The model with a table that was taught without some of the texts."""
        taught = [self.found[at] for at in np.flatnonzero(~gone).tolist()]
        pieces = crops(taught, self.recipe.augment, self.recipe.seed)
        counted = first.grams(pieces, self.recipe.fit.rare)
        steps, scale = first.table(counted, np.arange(len(pieces)), self.recipe.fit)
        return Prose(self.model.label, self.model.weights._replace(table=steps, scale=scale))


def held_back(found: Sequence[Example]) -> Mask:
    """The human texts of one part of the groups, the same part each time."""
    return np.array(
        [not each.label and crc32(each.text.group.encode()) % PARTS == 0 for each in found]
    )


def by_preset(scores: Scores) -> dict[str, Rate]:
    """How many scores reach each preset's threshold."""
    bounds = {name: preset["ai_prose"] for name, preset in PRESETS.items()}
    return {name: Rate(int((scores >= bound).sum()), len(scores)) for name, bound in bounds.items()}


def text(by: str, report: Sequence[LeftOut]) -> str:
    """The report as a table for each label that is there."""
    parts = []
    for wrote, title in TITLES.items():
        rows: list[Sequence[Cell]] = [
            (each.name, *each.flagged[wrote].values(), each.auroc[wrote])
            for each in report
            if wrote in each.flagged
        ]
        if rows:
            parts.append(table(title, [by, *PRESETS, "AUROC"], rows))
    return "\n".join(parts)
