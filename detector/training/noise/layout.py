"""Marked HTML pages in, a :class:`~detector.noise.layout.Layout` out.

What one stage says of a page teaches the next stage only where the page's site was held back, so
that the next one learns how far to trust it on sites nobody has seen. Numpy and scipy alone, all in
a fixed order: a seed gives the same bytes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from detector.noise.blocks import BITS, Blocks, blocks_of
from detector.noise.layout import (
    Layout,
    Network,
    first_features,
    second_features,
    share,
    spoken,
)
from detector.noise.series import Floats
from detector.page import Page
from detector.read import read
from detector.training.noise.beside import beside

NOISE: Final = frozenset({"boilerplate", "tag_spam"})
MOST: Final = 0.5  # of a block must lie under marks for it to be furniture
EXACT: Final = 3.0  # a page whose main text was made by hand, against one marked coarsely
LISTED: Final = 0.4  # of a page's text in links: it is an index
FOLDS: Final = 4  # groups of sites that are held back in turn
PENALTY: Final = 1.0  # on the squared weights of the words
STEPS: Final = 100  # of the words' fit
WORD_WEIGHT: Final = 50.0  # characters above which a block teaches no more words
HIDDEN: Final = 64
EPOCHS: Final = 12
MEMBERS: Final = 3  # of the last stage: their mean moves less with the seed than one
BATCH: Final = 512
RATE: Final = 5e-3
DECAY: Final = 1e-4
DROPPED: Final = 0.6  # of the features, anew each time: 150 pages are few, 370 features many
BETA1, BETA2, EPSILON = 0.9, 0.99, 1e-8
LEAST_SPREAD: Final = 0.1  # a feature that is rarely anything does not shout when it is

Doubles: TypeAlias = NDArray[np.float64]
Say: TypeAlias = Callable[[str], None]
Verdict: TypeAlias = Callable[[int], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One page: its site, what its blocks are (1 is furniture) and how much each teaches."""

    site: str
    blocks: Blocks
    target: Floats
    weight: Floats

    @property
    def index(self) -> bool:
        """Whether the page's text is mostly links."""
        body = self.target < MOST
        return float(self.blocks.link[body].sum()) > LISTED * float(self.blocks.length[body].sum())


def examples(rows: Iterable[Mapping[str, Any]]) -> list[Example]:
    """Examples of rows ``{html, spans}`` or ``{html, gold_main}``; those without text are left out.

    Spans are offsets into the text that our reader makes of the HTML; where a row has its main
    text, that decides, and the page teaches as much as ``EXACT`` others. ``site`` groups pages of
    one make (a page is its own site without it). Pages that are lists of links themselves teach
    nothing: there the list is what a visitor came for.
    """
    found = []
    for number, row in enumerate(rows):
        page = read(str(row["html"]), content_type="text/html", url=row.get("url"))
        if page.blocks:
            exact = bool(row.get("gold_main"))
            spans = beside(page, row["gold_main"]) if exact else row["spans"]
            site = str(row.get("site", number))
            found.append(example(site, page, spans, EXACT if exact else 1.0))
    return [each for each in found if not each.index]


def example(site: str, page: Page, spans: Iterable[Mapping[str, Any]], weight: float) -> Example:
    """A page and its marks; each page weighs about as much as any, whatever its length."""
    blocks = blocks_of(page)
    marked = np.zeros(len(page.text) + 1, np.int64)
    for span in spans:
        if span["label"] in NOISE:
            marked[span["start"] + 1 : span["end"] + 1] = 1
    sums = np.cumsum(marked)
    share = (sums[blocks.end] - sums[blocks.start]) / blocks.length
    each = np.sqrt(blocks.weight)
    return Example(
        site,
        blocks,
        (share > MOST).astype(np.float32),
        (weight * each / np.sqrt(each.sum())).astype(np.float32),
    )


def fit(rows: Iterable[Mapping[str, Any]], seed: int, say: Say = lambda _: None) -> Layout:
    """A layout model taught on marked pages; ``say`` hears how it goes.

    Rows as in :func:`examples`, of at least two sites.
    """
    return learn(examples(rows), seed, say)


def learn(taught: Sequence[Example], seed: int, say: Say = lambda _: None) -> Layout:
    """The same for pages already read."""
    say(f"words of {sum(len(each.blocks) for each in taught)} blocks, {len(taught)} pages")

    def listen(pages: Sequence[int]) -> Verdict:
        words, bias = fit_words([taught[page] for page in pages])
        return lambda page: spoken(taught[page].blocks, words, bias)

    heard = held_back(taught, listen)
    seen = [first_features(each.blocks, words) for each, words in zip(taught, heard, strict=True)]
    say("first network")

    def think(pages: Sequence[int]) -> Verdict:
        network = fit_network(
            [seen[page] for page in pages], [taught[page] for page in pages], seed
        )
        return lambda page: network.scores(seen[page])

    odds = held_back(taught, think)
    first = fit_network(seen, taught, seed)
    say("second network")
    known = zip(taught, heard, odds, strict=True)
    seen = [second_features(each.blocks, words, said) for each, words, said in known]
    last = [fit_network(seen, taught, seed + member) for member in range(MEMBERS)]
    return Layout(*fit_words(taught), first, joined(last))


def held_back(taught: Sequence[Example], teach: Callable[[Sequence[int]], Verdict]) -> list[Floats]:
    """What a stage says of each page when it was taught on the pages of other sites."""
    sites = {site: number for number, site in enumerate(sorted({each.site for each in taught}))}
    fold = [sites[each.site] % FOLDS for each in taught]
    said: dict[int, Floats] = {}
    for held in sorted(set(fold)):
        verdict = teach([page for page, own in enumerate(fold) if own != held])
        said |= {page: verdict(page) for page, own in enumerate(fold) if own == held}
    return [said[page] for page in range(len(taught))]


def fit_words(taught: Sequence[Example]) -> tuple[Floats, Floats]:
    """A number for each n-gram (3 by rows) and one for all (1): a logistic regression."""
    bags = sparse.vstack([bag(each.blocks) for each in taught], format="csr")
    target = np.concatenate([each.target for each in taught]).astype(np.float64)
    length = np.concatenate([each.blocks.length for each in taught])
    weight = np.sqrt(np.minimum(length, WORD_WEIGHT))
    weight = (weight / weight.mean()).astype(np.float64)

    def loss(values: Doubles) -> tuple[float, Doubles]:
        words, odds = values[:-1], bags @ values[:-1] + values[-1]
        wrong = weight * (1 / (1 + np.exp(-odds)) - target)
        likely = weight @ (np.logaddexp(0, odds) - target * odds)
        slope = np.append(bags.T @ wrong + PENALTY * words, wrong.sum())
        return float(likely + PENALTY / 2 * words @ words), slope

    start = np.zeros(bags.shape[1] + 1)
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    values = found.x.astype(np.float32)
    return values[:-1].reshape(3, -1), values[-1:]


def bag(blocks: Blocks) -> sparse.csr_matrix:
    """N-gram counts of each block over the root of their number (blocks by tables of rows)."""
    number = np.repeat(
        np.arange(len(blocks)), np.diff(np.append(blocks.start, blocks.rows.shape[1]))
    )
    column = blocks.rows + (np.arange(3) << BITS)[:, None]
    at = (np.tile(number, 3)[blocks.valid.ravel()], column.ravel()[blocks.valid.ravel()])
    value = (1 / np.sqrt(np.maximum(3 * blocks.length - 1, 1)))[at[0]]
    return sparse.csr_matrix((value, at), shape=(len(blocks), 3 << BITS))


def fit_network(seen: Sequence[Floats], taught: Sequence[Example], seed: int) -> Network:
    """A network taught by Adam on shuffled blocks, its rate falling to nothing."""
    rows = np.concatenate(seen)
    mean = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    spread = (rows.std(axis=0, dtype=np.float64) + LEAST_SPREAD).astype(np.float32)
    rows = (rows - mean) / spread
    target = np.concatenate([each.target for each in taught])
    weight = np.concatenate([each.weight for each in taught])
    weight = (weight / weight.mean()).astype(np.float32)
    rng = np.random.default_rng(seed)
    params = _initial(rows.shape[1], rng)
    adam = Adam(params, EPOCHS * -(-len(rows) // BATCH))
    for _ in range(EPOCHS):
        for picked in np.array_split(rng.permutation(len(rows)), -(-len(rows) // BATCH)):
            kept = rng.random((len(picked), rows.shape[1]), dtype=np.float32) > DROPPED
            shown = rows[picked] * kept / np.float32(1 - DROPPED)
            adam.step(_slopes(params, shown, target[picked], weight[picked]))
    hidden, hidden_bias, answer, answer_bias = params
    hidden = hidden / spread[:, None]
    return Network(hidden, hidden_bias - mean @ hidden, answer, answer_bias)


def joined(networks: Sequence[Network]) -> Network:
    """Networks over the same features as one that answers with their mean."""
    part = np.float32(1 / len(networks))
    return Network(
        np.concatenate([each.hidden for each in networks], axis=1),
        np.concatenate([each.hidden_bias for each in networks]),
        np.concatenate([each.answer for each in networks]) * part,
        np.stack([each.answer_bias for each in networks]).sum(axis=0) * part,
    )


def _initial(inputs: int, rng: np.random.Generator) -> list[Floats]:
    def drawn(*shape: int) -> Floats:
        found: Floats = rng.standard_normal(shape) * (2 / shape[0]) ** 0.5
        return found.astype(np.float32)

    return [
        drawn(inputs, HIDDEN),
        np.zeros(HIDDEN, np.float32),
        drawn(HIDDEN),
        np.zeros(1, np.float32),
    ]


def _slopes(
    params: Sequence[Floats], shown: Floats, target: Floats, weight: Floats
) -> list[Floats]:
    """How the weighted log loss of a batch changes with each parameter."""
    hidden, hidden_bias, answer, answer_bias = params
    raised = np.maximum(shown @ hidden + hidden_bias, 0)
    wrong = (share(raised @ answer + answer_bias) - target) * weight / len(shown)
    back = np.outer(wrong, answer) * (raised > 0)
    return [
        shown.T @ back + DECAY * hidden,
        back.sum(axis=0),
        raised.T @ wrong + DECAY * answer,
        wrong.sum(keepdims=True),
    ]


class Adam:
    """Adam (Kingma and Ba 2015) on ``params``, in place, for a known number of steps."""

    def __init__(self, params: list[Floats], steps: int) -> None:
        self.params, self.steps, self.taken = params, steps, 0
        self.mean = [np.zeros_like(each) for each in params]
        self.square = [np.zeros_like(each) for each in params]

    def step(self, slopes: Sequence[Floats]) -> None:
        """One step against the slopes."""
        rate = RATE * (1 - self.taken / self.steps)
        self.taken += 1
        first, second = 1 - BETA1**self.taken, 1 - BETA2**self.taken
        for number, slope in enumerate(slopes):
            self.mean[number] += (1 - BETA1) * (slope - self.mean[number])
            self.square[number] += (1 - BETA2) * (slope * slope - self.square[number])
            spread = np.sqrt(self.square[number] / second) + EPSILON
            self.params[number] -= np.float32(rate) * (self.mean[number] / first) / spread
