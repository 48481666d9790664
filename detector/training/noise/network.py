"""The tagger's network: hashed n-gram vectors of a segment and its surroundings, plus signals.

A bag of n-gram vectors stands for a segment, its neighbours and the page; their products with the
page's say how foreign the segment is. One hidden layer sees them beside the signals. Small enough
to be trained with numpy and scipy alone, in a fixed order, so that a seed gives the same bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from detector.noise import features
from detector.noise.model import FIRST_SPAM, PRODUCT
from detector.noise.series import Floats, softmax
from detector.training.noise.examples import Example

Params: TypeAlias = dict[str, Floats]

WIDTH: Final = 24  # numbers in an n-gram's vector
HIDDEN: Final = 48
PAGES: Final = 24  # pages in a batch
RATE: Final = 5e-3
DECAY: Final = 1e-6
BETA1, BETA2, EPSILON = 0.9, 0.99, 1e-8
TINY: Final = 1e-9
KEPT_GRAMS: Final = 0.3  # of a segment's n-grams are seen in one pass
KEPT_ROWS: Final = 0.5  # of all n-grams are known in one batch: a page must not hang on one brand
HEARSAY: Final = 2  # epochs after which unmarked text that looks like noise stops teaching
UNBELIEVED: Final = 0.5
NO_RULES: Final = 0.35  # of the pages are learnt without what the rules say, so words must do
RULES_OFF: Final = "rule_"
PAIRS: Final = slice(1, 2)  # of the three sizes
GATE_EPOCHS, GATE_BATCH, GATE_RATE = 4, 1024, 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Segments of some pages, in order: n-gram counts, page of each, neighbours, answers."""

    bag: sparse.csr_matrix
    page: NDArray[np.int64]
    dense: Floats
    target: NDArray[np.int64]
    weight: Floats
    either: NDArray[np.bool_]
    before: NDArray[np.float32]  # 1 where the segment before is of the same page
    after: NDArray[np.float32]
    mix: sparse.csr_matrix  # pages by segments: what share of the page a segment is


def bag_of(example: Example, sizes: slice = slice(None)) -> sparse.csr_matrix:
    """Mean n-gram counts of each segment (segments by rows of the table), of some sizes or all."""
    start = example.segments.start
    first = int(start[0])
    rows = example.rows[sizes]
    count = np.diff(np.append(start, rows.shape[1]))
    indices = np.ascontiguousarray(rows[:, first:].T).reshape(-1)
    weights = np.repeat(1.0 / count, len(rows) * count).astype(np.float32)
    indptr = np.concatenate(([0], np.cumsum(len(rows) * count)))
    return sparse.csr_matrix((weights, indices, indptr), shape=(len(start), 1 << features.BITS))


def batch(pages: Sequence[Example]) -> Batch:
    """Join pages."""
    sizes = [len(each.segments) for each in pages]
    page = np.repeat(np.arange(len(pages)), sizes)
    share = np.concatenate([_shares(each) for each in pages])
    same = (page[1:] == page[:-1]).astype(np.float32)
    mix = sparse.csr_matrix((share, (page, np.arange(len(page)))), shape=(len(pages), len(page)))
    return Batch(
        sparse.vstack([bag_of(each) for each in pages], format="csr"),
        page,
        np.concatenate([each.dense for each in pages]),
        np.concatenate([each.target for each in pages]),
        np.concatenate([each.weight for each in pages]),
        np.concatenate([each.either for each in pages]),
        np.concatenate(([0.0], same)).astype(np.float32),
        np.concatenate((same, [0.0])).astype(np.float32),
        mix,
    )


def _shares(example: Example) -> Floats:
    length = (example.segments.end - example.segments.start).astype(np.float32)
    share: Floats = length / length.sum()
    return share


def initial(inputs: int, answers: int, seed: int) -> Params:
    """Small random weights."""
    rng = np.random.default_rng(seed)

    def drawn(rows: int, columns: int, scale: float) -> Floats:
        return (rng.standard_normal((rows, columns)) * scale).astype(np.float32)

    width = 5 * WIDTH + inputs
    return {
        "table": drawn(1 << features.BITS, WIDTH, 0.05),
        "hidden": drawn(width, HIDDEN, (2 / width) ** 0.5),
        "hidden_bias": np.zeros(HIDDEN, np.float32),
        "answer": drawn(HIDDEN, answers, (1 / HIDDEN) ** 0.5),
        "answer_bias": np.zeros(answers, np.float32),
    }


def forward(params: Params, found: Batch) -> tuple[Floats, dict[str, Floats]]:
    """Probabilities (segments by answers), and what the way back needs."""
    own = found.bag @ params["table"]
    mean = (found.mix @ own)[found.page]
    before = np.roll(own, 1, axis=0) * found.before[:, None]
    after = np.roll(own, -1, axis=0) * found.after[:, None]
    seen = np.hstack((own, before, after, mean, own * mean * PRODUCT, found.dense))
    hidden = np.maximum(seen @ params["hidden"] + params["hidden_bias"], 0)
    return softmax(hidden @ params["answer"] + params["answer_bias"]), {
        "own": own,
        "mean": mean,
        "seen": seen,
        "hidden": hidden,
    }


def wanted(found: Batch, output: Floats) -> Floats:
    """What the answers should have been (segments by answers): the right one, all of it.

    Where body and furniture are both right, they share as the network has it.
    """
    right = np.zeros_like(output)
    right[np.arange(len(right)), found.target] = 1.0
    clean = output[found.either, :FIRST_SPAM]
    right[found.either, :FIRST_SPAM] = clean / (clean.sum(axis=1, keepdims=True) + TINY)
    return right


def backward(params: Params, found: Batch, output: Floats, kept: dict[str, Floats]) -> Params:
    """Gradients of the mean weighted log loss."""
    error = output - wanted(found, output)
    error *= (found.weight / max(float(found.weight.sum()), 1.0))[:, None]
    hidden = kept["hidden"]
    back = (error @ params["answer"].T) * (hidden > 0)
    seen = back @ params["hidden"].T
    own, before, after, mean, product = (seen[:, i * WIDTH : (i + 1) * WIDTH] for i in range(5))
    total = own + product * kept["mean"] * PRODUCT
    total += np.roll(before * found.before[:, None], -1, axis=0)
    total += np.roll(after * found.after[:, None], 1, axis=0)
    to_mean = mean + product * kept["own"] * PRODUCT
    pages = np.zeros((found.mix.shape[0], WIDTH), np.float32)
    np.add.at(pages, found.page, to_mean)
    total += found.mix.T @ pages
    return {
        "table": found.bag.T @ total,
        "hidden": kept["seen"].T @ back,
        "hidden_bias": back.sum(axis=0),
        "answer": hidden.T @ error,
        "answer_bias": error.sum(axis=0),
    }


@dataclass(slots=True)
class Adam:
    """Adam with a little decay (Kingma & Ba 2015)."""

    params: Params
    step: int = 0
    first: Params = field(default_factory=dict)
    second: Params = field(default_factory=dict)

    def update(self, gradients: Params, rate: float) -> None:
        """Move the parameters against the gradients."""
        self.step += 1
        scale = rate * (1 - BETA2**self.step) ** 0.5 / (1 - BETA1**self.step)
        for name, gradient in gradients.items():
            value = self.params[name]
            first = self.first.setdefault(name, np.zeros_like(value))
            second = self.second.setdefault(name, np.zeros_like(value))
            first += (1 - BETA1) * (gradient - first)
            second += (1 - BETA2) * (gradient * gradient - second)
            value -= scale * first / (np.sqrt(second) + EPSILON) + rate * DECAY * value


def thinned(found: Batch, rng: np.random.Generator, rule_columns: slice) -> Batch:
    """The batch with some n-grams and, on some pages, the rules' word taken out."""
    bag = found.bag.copy()
    bag.data *= (rng.random(len(bag.data)) < KEPT_GRAMS) / np.float32(KEPT_GRAMS)
    bag.data *= ((rng.random(bag.shape[1]) < KEPT_ROWS) / np.float32(KEPT_ROWS))[bag.indices]
    silent = rng.random(found.mix.shape[0]) < NO_RULES
    dense = found.dense.copy()
    dense[silent[found.page], rule_columns] = 0
    return replace(found, bag=bag, dense=dense)


def doubted(params: Params, found: Batch) -> Batch:
    """The batch without the lessons a young network would not believe.

    Human corpora hold advertisements nobody marked. A network that has seen the marked ones but
    not yet learnt the pages by heart knows them; what it calls noise is not taught as clean.
    """
    output, _ = forward(params, found)
    unmarked = (found.target < FIRST_SPAM) & (output[:, FIRST_SPAM:].sum(axis=1) > UNBELIEVED)
    return replace(found, weight=np.where(unmarked, np.float32(0), found.weight))


def loss_of(found: Batch, output: Floats) -> float:
    """The mean weighted log loss."""
    right = output[np.arange(len(output)), found.target]
    right = np.where(found.either, output[:, :FIRST_SPAM].sum(axis=1), right)
    return float(np.average(-np.log(right + TINY), weights=found.weight + TINY))


def fit(
    pages: Sequence[Example], answers: int, rules_at: slice, epochs: int, seed: int
) -> Iterator[tuple[Params, float]]:
    """Train; after every epoch the parameters (the same objects) and the mean loss."""
    batches = [batch(pages[i : i + PAGES]) for i in range(0, len(pages), PAGES)]
    params = initial(pages[0].dense.shape[1], answers, seed)
    adam, rng = Adam(params), np.random.default_rng(seed + 1)
    steps, done = epochs * len(batches), 0
    for epoch in range(epochs):
        if epoch == HEARSAY:
            batches = [doubted(params, each) for each in batches]
        losses = []
        for number in rng.permutation(len(batches)):
            seen = thinned(batches[number], rng, rules_at)
            output, kept = forward(params, seen)
            losses.append(loss_of(seen, output))
            adam.update(backward(params, seen, output, kept), RATE * (1 - done / steps))
            done += 1
        yield params, float(np.mean(losses))


def fit_gate(pages: Sequence[Example], seed: int) -> Floats:
    """A number for each pair of characters whose mean over a segment tells noise from the rest."""
    bag = sparse.vstack([bag_of(page, PAIRS) for page in pages], format="csr")
    noisy = np.concatenate([page.target >= FIRST_SPAM for page in pages]).astype(np.float32)
    weight = np.concatenate([page.weight for page in pages])
    params: Params = {"gate": np.zeros(bag.shape[1], np.float32), "bias": np.zeros(1, np.float32)}
    adam, rng = Adam(params), np.random.default_rng(seed)
    for at in range(GATE_EPOCHS):
        for chosen in np.array_split(rng.permutation(len(noisy)), max(1, len(noisy) // GATE_BATCH)):
            part = bag[chosen]
            error = 1 / (1 + np.exp(-(part @ params["gate"]) - params["bias"])) - noisy[chosen]
            error *= weight[chosen] / len(chosen)
            adam.update(
                {"gate": part.T @ error, "bias": error.sum(keepdims=True)},
                GATE_RATE / (1 + at),
            )
    return params["gate"]
