"""Why a body scores what it does: its sentences one by one, and the words that weigh most."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from detector.prose.body import Body, body
from detector.prose.features import Hashed, hashed
from detector.prose.model import Prose
from detector.read.chars import to_text
from detector.read.fold import Folded
from detector.read.segment import words

SHORTEST: Final = 2  # characters of a word that is worth showing
MOST: Final = 8  # words for, and words against


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the original text, and how probable it is that a machine wrote it.

    One sentence proves little: the score is that of a text of its length, with the body's style.
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Heat:
    """Sentences in order, and words with their weight, for a machine and against it."""

    sentences: tuple[Sentence, ...]
    speaking_for: tuple[tuple[str, float], ...]
    speaking_against: tuple[tuple[str, float], ...]


def heat(folded: Folded, cuts: Sequence[tuple[int, int]], model: Prose) -> Heat:
    """What each sentence of a page without the stretches ``cuts`` says, and its words."""
    found = body(folded, cuts)
    if not len(found.plain):
        return Heat((), (), ())
    text = hashed(found.plain.cps)
    weights = sorted(_words(found, text, model).items(), key=lambda pair: pair[1])
    against = tuple(pair for pair in weights[:MOST] if pair[1] < 0)
    speaking_for = tuple(pair for pair in reversed(weights[-MOST:]) if pair[1] > 0)
    return Heat(tuple(_sentences(folded, found, text, model)), speaking_for, against)


def _sentences(folded: Folded, found: Body, text: Hashed, model: Prose) -> list[Sentence]:
    said = model.of_sentences(text)
    first, last = found.edges(text.sentences())
    places = zip(folded.origin[first].tolist(), folded.ends[last].tolist(), strict=True)
    return [
        Sentence(start, end, round(1 - float(human), 4))
        for (start, end), human in zip(places, said[:, 0], strict=True)
    ]


def _words(found: Body, text: Hashed, model: Prose) -> dict[str, float]:
    """What the n-grams that end in each word say for a machine, over the whole body."""
    each = model.weights.table[text.rows, 0].sum(axis=0, dtype=np.int64)
    at = np.zeros(len(found.cps) + 1)
    at[found.plain.origin + 1] = each * model.weights.scale[0]
    running = np.cumsum(at)
    weight: dict[str, float] = defaultdict(float)
    start = 0
    for word in words(to_text(found.cps)):
        end = start + len(word)
        if len(word) >= SHORTEST and word.isalpha() and not word.isascii():
            weight[word] += float(running[end] - running[start])
        start = end
    return weight
