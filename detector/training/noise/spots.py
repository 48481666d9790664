"""Teaching the character pass: which characters of a sentence were put there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from detector.noise import inserted
from detector.noise.inserted import TABLE_BITS, WINDOWS, Inline
from detector.noise.lexicon import GROUPS
from detector.noise.model import INSERTED
from detector.noise.series import Floats, softmax
from detector.training.noise.examples import BODY, Example
from detector.training.noise.network import Adam, Params

KINDS: Final = tuple(sorted(INSERTED))
WIDTH: Final = 8
HIDDEN: Final = 24
PAGES: Final = 4
PLAIN: Final = 5  # characters without an insertion are plenty
RATE: Final = 4e-3
INPUTS: Final = 5 * WIDTH + 3 + len(GROUPS)
INSIDE: Final = 2.0  # an inserted character teaches as much as so many of the page's own
EDGE: Final = 2.0  # log cost of a border, from the mean length of an insertion and of a sentence


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """The characters of one page: table rows, lexicon weights, answers and their weights."""

    rows: NDArray[np.int64]
    lexicon: Floats
    target: NDArray[np.int64]
    weight: Floats


def lesson(example: Example, answers: Sequence[str]) -> Lesson:
    """A page's characters; whole segments of noise teach nothing here."""
    number = {answers.index(kind): place + 1 for place, kind in enumerate(KINDS)}
    target = np.zeros(len(example.marks), np.int64)
    for answer, place in number.items():
        target[example.marks == answer] = place
    weight = np.where(target > 0, INSIDE, 1.0).astype(np.float32)
    weight[(target == 0) & (example.marks != BODY)] = 0.0
    start = example.segments.start
    if len(start):
        count = np.diff(np.append(start, len(target)))
        whole = np.repeat(example.target >= 2, count)
        weight[int(start[0]) :][whole] = 0.0
    rows = inserted.small(example.rows.astype(np.int64))
    return Lesson(rows, example.lexicon, target, weight)


def lessons(pages: Sequence[Example], answers: Sequence[str]) -> list[Lesson]:
    """Every page with an insertion, and one in ``PLAIN`` of the others."""
    found = []
    for number, page in enumerate(pages):
        made = lesson(page, answers)
        if (made.target * made.weight).any() or number % PLAIN == 0:
            found.append(made)
    return found


def fit(lessons: Sequence[Lesson], epochs: int, seed: int) -> Inline:
    """The character network."""
    rng = np.random.default_rng(seed)
    params = _initial(rng)
    adam, steps, done = Adam(params), epochs * (-(-len(lessons) // PAGES)), 0
    for _ in range(epochs):
        order = rng.permutation(len(lessons))
        for at in range(0, len(order), PAGES):
            gradients = _sum([_gradients(params, lessons[i]) for i in order[at : at + PAGES]])
            adam.update(gradients, RATE * (1 - done / steps))
            done += 1
    return Inline(KINDS, (EDGE, EDGE), **params)


def _initial(rng: np.random.Generator) -> Params:
    def drawn(rows: int, columns: int, scale: float) -> Floats:
        return (rng.standard_normal((rows, columns)) * scale).astype(np.float32)

    answers = len(KINDS) + 1
    return {
        "table": drawn(1 << TABLE_BITS, WIDTH, 0.1),
        "hidden": drawn(INPUTS, HIDDEN, (2 / INPUTS) ** 0.5),
        "hidden_bias": np.zeros(HIDDEN, np.float32),
        "answer": drawn(HIDDEN, answers, (1 / HIDDEN) ** 0.5),
        "answer_bias": np.zeros(answers, np.float32),
    }


def _sum(found: Sequence[Params]) -> Params:
    return {name: np.sum([each[name] for each in found], axis=0) for name in found[0]}


def _gradients(params: Params, page: Lesson) -> Params:
    seen = inserted.inputs(params["table"], page.rows, page.lexicon)
    hidden = np.maximum(seen @ params["hidden"] + params["hidden_bias"], 0)
    error = softmax(hidden @ params["answer"] + params["answer_bias"])
    error[np.arange(len(error)), page.target] -= 1
    error *= page.weight[:, None] / 10_000  # characters of an average batch
    back = (error @ params["answer"].T) * (hidden > 0)
    into = back @ params["hidden"].T
    return {
        "table": _to_table(params["table"], page.rows, into),
        "hidden": seen.T @ back,
        "hidden_bias": back.sum(axis=0),
        "answer": hidden.T @ error,
        "answer_bias": error.sum(axis=0),
    }


def _to_table(table: Floats, rows: NDArray[np.int64], into: Floats) -> Floats:
    """Gradient of the table: through the windows, the page's mean and the rows."""
    own = table[rows[0]] + table[rows[1]] + table[rows[2]]
    mean, wide = own.mean(axis=0), inserted.windows(own, WINDOWS[1:2])[0]
    parts = [into[:, i * WIDTH : (i + 1) * WIDTH] for i in range(5)]
    parts[1] = parts[1] + parts[4] * mean * inserted.PRODUCT
    total = np.zeros_like(own)
    for part, (first, last) in zip(parts[:4], WINDOWS, strict=True):
        total += inserted.windows(part, [(1 - last, 1 - first)])[
            0
        ]  # a window's transpose looks back
    total += (parts[4] * wide).sum(axis=0) * inserted.PRODUCT / len(own)
    count = rows.shape[1]
    ones = np.ones(3 * count, np.float32)
    which = sparse.csr_matrix(
        (ones, (rows.reshape(-1), np.tile(np.arange(count), 3))), shape=(len(table), count)
    )
    return np.asarray(which @ total)
