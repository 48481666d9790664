"""Furniture of an HTML page told from its main text by layout: links, lengths, places, repeats.

Two small networks. The first sees a block with its neighbours; the second sees what the first
thinks of the surroundings, so a line between paragraphs is text and the same line between menus is
not. Pages without markup have no layout and nothing is said of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.noise.blocks import FORM, Blocks, blocks_of
from detector.noise.series import (
    Floats,
    around,
    best_stretch,
    distance,
    neighbours,
    product,
    stacked,
)
from detector.page import Page

SCHEMA: Final = 1  # of the features; a model fits one
# A block is called furniture from this probability. Chosen on held-out sites, three seeds: from .42
# to .5 they keep 98.0 to 98.3 % of their main text and leave 7,400 to 9,000 characters beside it
# where trafilatura leaves 8,700. Measure again with `detector evaluate maintext`.
SAID: Final = 0.46
NEAR, FAR = 2, 4  # neighbours to each side that are seen one by one: blocks, then their odds
AROUND: Final = (4, 12)  # blocks to each side that are seen as a mean
WIDELY: Final = (3, 8, 20)  # blocks to each side whose odds are averaged
STAGES: Final = ("first", "second")
WORDS: Final = 4.0  # the words' verdict is scaled and cut, so that no word decides alone
SURE: Final = 6.0  # log odds beyond which more means nothing
# Furniture comes in small pieces: a longer block with few links is text, whoever hides it. Forms
# hold templates of markup, which are no text.
WHOLE: Final = 300
# A page without so much text has no main text to tell furniture from: lists of links, error pages.
LEAST_TEXT: Final = 30.0
LINKED: Final = 0.5  # share of a run's characters in links that makes it a menu or a list
ENTRY: Final = 8.0  # mean characters of a menu's entries; titles are longer


class Run(NamedTuple):
    """Furniture from ``start`` to ``end`` in the page's text, how probable, and of which kind."""

    start: int
    end: int
    probability: float
    kind: str


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """One hidden layer: log odds that a block is furniture."""

    hidden: Floats
    hidden_bias: Floats
    answer: Floats
    answer_bias: Floats

    def scores(self, seen: Floats) -> Floats:
        """Log odds of each block (blocks)."""
        raised = np.maximum(product(seen, self.hidden) + self.hidden_bias, 0)
        odds: Floats = np.clip(raised @ self.answer + self.answer_bias[0], -SURE, SURE)
        return odds


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A taught model: a number for each n-gram (3 by rows) and one for all, and two networks."""

    words: Floats
    words_bias: Floats
    first: Network
    second: Network

    def furniture(self, page: Page) -> list[Run]:
        """Runs of furniture in order, without overlap; none on a page that is not HTML."""
        if not page.blocks:
            return []
        blocks = blocks_of(page)
        return list(runs(blocks, self.probabilities(blocks)))

    def probabilities(self, blocks: Blocks) -> Floats:
        """The probability of each block to be furniture."""
        words = spoken(blocks, self.words, self.words_bias)
        first = self.first.scores(first_features(blocks, words))
        odds = self.second.scores(second_features(blocks, words, first))
        return np.where(whole(blocks), np.float32(0), share(odds))


def arrays(layout: Layout) -> dict[str, Floats]:
    """The arrays of a model by the names of their files in a model directory."""
    found = {"layout_words": layout.words, "layout_words_bias": layout.words_bias}
    for stage in STAGES:
        network = getattr(layout, stage)
        found |= {f"layout_{stage}_{f.name}": getattr(network, f.name) for f in fields(Network)}
    return found


def load(array: Callable[[str], Floats]) -> Layout:
    """The model whose arrays ``array`` finds by name, as ``Artefact.array`` does."""
    first, second = (
        Network(*(array(f"layout_{stage}_{f.name}") for f in fields(Network))) for stage in STAGES
    )
    return Layout(array("layout_words"), array("layout_words_bias"), first, second)


def share(odds: Floats) -> Floats:
    """Log odds as probabilities."""
    probability: Floats = (1 / (1 + np.exp(-odds))).astype(np.float32)
    return probability


def spoken(blocks: Blocks, words: Floats, bias: Floats) -> Floats:
    """What the words of each block say, within ±1.5."""
    verdict: Floats = np.clip((blocks.said(words) + bias[0]) / WORDS, -1.5, 1.5)
    return verdict


def first_features(blocks: Blocks, words: Floats) -> Floats:
    """Blocks and their neighbours (blocks by features)."""
    own = np.column_stack((blocks.own, words))
    page = np.broadcast_to(blocks.page, (len(own), len(blocks.page)))
    means = around(own, blocks.weight, AROUND)
    return np.hstack((neighbours(own, NEAR), blocks.place, page, *means))


def second_features(blocks: Blocks, words: Floats, odds: Floats) -> Floats:
    """Blocks and what the first network says of their surroundings (blocks by features)."""
    many, number, weight = len(blocks), np.arange(len(blocks)), blocks.weight
    text = share(-odds)
    said = stacked((odds / 3, text))
    mass = text * weight
    sums = np.append(0.0, np.cumsum(mass, dtype=np.float64))
    total = max(float(sums[-1]), 1.0)
    low, high = best_stretch(np.clip(-odds, -4, 4) * np.sqrt(weight) - 1)
    near = [_window(sums, reach) / total for reach in (15, 5)]
    surroundings = (
        (number >= low) & (number < high),
        *distance(number, low, high),
        sums[:-1] / total,
        *near,
        *_alike(blocks, odds, text),
    )
    about = (
        total / float(blocks.length.sum()),
        np.log(total) / 8,
        (sums[high] - sums[low]) / total,
        mass[low:high].sum() / max(float(weight[low:high].sum()), 1.0),
    )
    constant = np.concatenate((blocks.page, np.array(about, np.float32)))
    even = np.ones(many, np.float32)
    return np.hstack(
        (
            blocks.own,
            words[:, None],
            blocks.place,
            np.broadcast_to(constant, (many, len(constant))),
            stacked(surroundings),
            neighbours(said, FAR),
            *around(said, blocks.length, WIDELY),
            *around(said, even, WIDELY),
        )
    )


def _window(sums: NDArray[np.float64], reach: int) -> Floats:
    number = np.arange(len(sums) - 1)
    high = np.minimum(number + reach + 1, len(number))
    return (sums[high] - sums[np.maximum(number - reach, 0)]).astype(np.float32)


def _alike(blocks: Blocks, odds: Floats, text: Floats) -> Iterator[NDArray[np.generic]]:
    """What blocks of one shape have in common: their number, their mean odds, their neighbours.

    Lists of teasers and replies repeat a shape: a tag, a length, a share of links and of digits.
    """
    _, which, times = np.unique(blocks.shape, return_inverse=True, return_counts=True)
    yield np.log(times[which]) / 5
    length = blocks.length
    for values, scale in ((odds / 3, times), (text * length, np.bincount(which, length))):
        yield (np.bincount(which, values) / scale)[which]
    yield from (neighbours(blocks.shape[:, None], FAR) == blocks.shape[:, None]).T


def whole(blocks: Blocks) -> NDArray[np.bool_]:
    """Which blocks are text however they look."""
    plain = blocks.length - blocks.link
    found: NDArray[np.bool_] = (
        (plain > WHOLE) & (blocks.link < 0.3 * blocks.length) & (blocks.tag != FORM)
    )
    return found


def runs(blocks: Blocks, probability: Floats) -> Iterator[Run]:
    """Neighbouring blocks of furniture as one run each; none where hardly a block is text."""
    is_text = probability < SAID
    if blocks.weight[is_text].sum() < LEAST_TEXT:
        return
    edges = np.flatnonzero(np.diff(is_text, prepend=~is_text[:1], append=~is_text[-1:]))
    for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if not is_text[low]:
            sure = float(np.average(probability[low:high], weights=blocks.length[low:high]))
            kind = kind_of(blocks, low, high)
            yield Run(int(blocks.start[low]), int(blocks.end[high - 1]), sure, kind)


def kind_of(blocks: Blocks, low: int, high: int) -> str:
    """The kind of a run of blocks: short links are a menu, long ones titles, the rest residue."""
    length, link = blocks.length[low:high], blocks.link[low:high]
    if link.sum() < LINKED * length.sum():
        return "ui_residue"
    linked = length[link >= LINKED * length]
    return "site_nav" if len(linked) and linked.mean() <= ENTRY else "related_links"
