"""Numbers along a page's blocks: the best stretch, distances to it, neighbours and means."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from detector.noise.lines import Ints

Floats: TypeAlias = NDArray[np.float32]
Number = TypeVar("Number", np.float32, np.int64)

FEW = 10  # OpenBLAS works alone up to 262,144 products; networks here have 192 by 114 at most


def stacked(columns: Sequence[NDArray[np.generic]]) -> Floats:
    """Columns of any type as one matrix."""
    rows = np.empty((len(columns), len(columns[0])), np.float32)
    for row, column in zip(rows, columns, strict=True):
        row[:] = column
    return rows.T


def product(rows: Floats, matrix: Floats) -> Floats:
    """Their matrix product, ``FEW`` rows at a time: the sums of one page are too small to share.

    A larger product wakes the library's other threads, which burn more time waiting than they save.
    """
    parts = [rows[at : at + FEW] @ matrix for at in range(0, len(rows), FEW)]
    return np.concatenate(parts) if parts else rows @ matrix


def softmax(scores: Floats) -> Floats:
    """Row by row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Floats = raised / raised.sum(axis=1, keepdims=True)
    return result


def best_stretch(worth: NDArray[np.floating]) -> tuple[int, int]:
    """The half-open range with the highest sum; one block where all are worth less than nothing.

    >>> best_stretch(np.array([-1.0, 4.0, -2.0, 3.0, -9.0, 4.0]))
    (1, 4)
    """
    sums = np.concatenate(([0.0], np.cumsum(worth)))
    gain = sums[1:] - np.minimum.accumulate(sums[:-1])
    last = int(gain.argmax())
    return int(sums[: last + 1].argmin()), last + 1


def distance(number: Ints, low: int, high: int) -> tuple[Floats, Floats]:
    """How many blocks each stands before and after a range, on a log scale."""
    before, after = np.maximum(low - number, 0), np.maximum(number - high + 1, 0)
    return (np.log1p(before) / 4).astype(np.float32), (np.log1p(after) / 4).astype(np.float32)


def neighbours(values: NDArray[Number], reach: int) -> NDArray[Number]:
    """Each row with ``reach`` rows before and after it, side by side; 0 beyond the edges.

    >>> neighbours(np.array([[1], [2], [3]]), 1).tolist()
    [[0, 1, 2], [1, 2, 3], [2, 3, 0]]
    """
    many, width = values.shape
    padded = np.zeros((many + 2 * reach, width), values.dtype)
    padded[reach : reach + many] = values
    return sliding_window_view(padded.ravel(), (2 * reach + 1) * width)[::width]


def around(values: Floats, weight: Floats, reaches: Iterable[int]) -> Iterator[Floats]:
    """Yield, for each reach, the weighted mean of the rows up to so far to each side."""
    number = np.arange(len(values))
    joined = np.column_stack((values * weight[:, None], weight))
    sums = np.zeros((len(joined) + 1, joined.shape[1]))
    np.cumsum(joined, axis=0, out=sums[1:])
    for reach in reaches:
        low, high = np.maximum(number - reach, 0), np.minimum(number + reach + 1, len(values))
        found = (sums[high] - sums[low]).astype(np.float32)
        yield found[:, :-1] / found[:, -1:]
