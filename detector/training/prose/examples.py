"""Texts to learn from: chosen by the caps of a recipe, cropped, varied, weighed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.prose.features import after
from detector.prose.model import LABELS
from detector.prose.plain import STOP, plain
from detector.read.chars import CodePoints
from detector.read.fold import fold
from detector.training.corpora.texts import Text, read_texts
from detector.training.prose.recipe import Augment, Caps, Corpus, Recipe

FEWEST: Final = 20  # plain signs: less teaches nothing
SPARED: Final = 1.3  # crops long: such a text stays whole
BOUNDS: Final = (0.4, 1.2)  # of a crop's length
DROPPED: Final = 1 / 3  # of the sentences of a text that loses some


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A text in plain signs, its label as a number of ``LABELS``, its register after merging."""

    text: Text
    signs: CodePoints
    label: int
    register: str
    weight: float


def examples(recipe: Recipe, say: Callable[[str], None]) -> list[Example]:
    """The texts of a recipe, whole, in the order of its files."""
    rng = np.random.default_rng(recipe.seed)
    found = []
    for corpus in recipe.corpora:
        texts = [
            each for each in read_texts([corpus.path]) if each.register not in corpus.leave_out
        ]
        merge = recipe.caps.merge
        found += [(each, merged(each.register, merge), _weight(each, corpus)) for each in texts]
        say(f"{corpus.path.name}: {len(texts):,} texts")
    kept = chosen([(text, register) for text, register, _ in found], recipe.caps, rng)
    made = (_example(*found[at]) for at in kept)
    result = [each for each in made if len(each.signs) >= FEWEST]
    say(f"{len(result):,} texts taken")
    return result


def _weight(text: Text, corpus: Corpus) -> float:
    return corpus.weight * (corpus.refined if text.label == "ai_refined" else 1.0)


def _example(text: Text, register: str, weight: float) -> Example:
    signs = plain(fold(text.text).cps).cps
    return Example(text, signs, LABELS.index(text.label), register, weight)


def merged(register: str, prefixes: Iterable[str]) -> str:
    """The first of the prefixes a register begins with, else the register."""
    return next((prefix for prefix in prefixes if register.startswith(prefix)), register)


def chosen(texts: Sequence[tuple[Text, str]], caps: Caps, rng: np.random.Generator) -> list[int]:
    """Positions of the texts that the caps leave, in order; the originals of others always stay."""
    refined = {text.group for text, _ in texts if text.label == "ai_refined"}
    kept, cells = set(), defaultdict(list)
    for at, (text, register) in enumerate(texts):
        cells[register, text.label].append(at)
        if text.label == "human" and (text.group in refined or text.id in refined):
            kept.add(at)
    for cell in cells.values():
        taken: dict[str, int] = defaultdict(int)
        order = [cell[number] for number in rng.permutation(len(cell))]
        many = 0
        for at in order:
            generator = texts[at][0].generator
            if many < caps.register and taken[generator] < caps.generator:
                taken[generator] += 1
                many += 1
                kept.add(at)
    return sorted(kept)


def crops(found: Sequence[Example], augment: Augment, seed: int) -> list[Example]:
    """Examples no longer than a crop; the weight of a text is shared among its crops."""
    rng = np.random.default_rng(seed)
    humans = defaultdict(list)
    for each in found:
        if each.label == 0:
            humans[each.register].append(each)
    cut = []
    for each in found:
        varied = _mixed(each, humans, augment, rng)
        if rng.random() < augment.drop:
            varied = replace(varied, signs=_dropped(varied.signs, rng))
        pieces = _cropped(varied.signs, augment, rng)
        weight = each.weight / len(pieces) ** 0.5
        cut += [replace(varied, signs=piece, weight=weight) for piece in pieces]
    return cut


def owners(found: Sequence[Example], pieces: Sequence[Example]) -> NDArray[np.int64]:
    """Which of the examples each crop was cut from."""
    place = {id(each.text): number for number, each in enumerate(found)}
    return np.array([place[id(each.text)] for each in pieces])


def kin(found: Sequence[Example], chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The chosen texts and all of their groups."""
    group = np.array([each.text.group for each in found])
    return np.isin(group, np.unique(group[chosen]))


def _cropped(signs: CodePoints, augment: Augment, rng: np.random.Generator) -> list[CodePoints]:
    if len(signs) <= SPARED * augment.crop:
        return [signs]
    pieces = []
    for _ in range(min(augment.crops, len(signs) // augment.crop)):
        size = int(augment.crop * rng.uniform(*BOUNDS))
        start = int(rng.integers(0, len(signs) - size))
        pieces.append(signs[start : start + size])
    return pieces


def _dropped(signs: CodePoints, rng: np.random.Generator) -> CodePoints:
    """The text without some of its sentences; one sentence stays whole."""
    ends = after(signs == STOP)
    if len(ends) < 3:
        return signs
    kept = rng.random(len(ends)) >= DROPPED
    kept[int(rng.integers(len(ends)))] = True
    return signs[np.repeat(kept, np.diff(ends, prepend=0))]


def _mixed(
    example: Example,
    humans: dict[str, list[Example]],
    augment: Augment,
    rng: np.random.Generator,
) -> Example:
    """An AI text with the beginning of a human text after it, at times; it stays AI."""
    if rng.random() >= augment.mix or example.label != 1 or not humans[example.register]:
        return example
    others = humans[example.register]
    other = others[int(rng.integers(len(others)))].signs
    return replace(example, signs=np.concatenate((example.signs, other[: len(example.signs) // 2])))
