"""Code-point offsets into other units: what JavaScript counts, and what byte strings count."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

# The code points from which on a character is one unit wider.
WIDER_FROM: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"codepoint": (), "utf16": (0x10000,), "utf8": (0x80, 0x800, 0x10000)}
)
UNITS = tuple(WIDER_FROM)


def convert(text: str, offsets: NDArray[np.int64], unit: str) -> NDArray[np.int64]:
    """Return ``offsets``, code points into ``text`` of any shape, counted in ``unit`` instead.

    ``unit`` is one of :data:`UNITS`; offsets run from 0 to ``len(text)``.

    >>> convert("a😀中", np.array([[1, 2], [2, 3]]), "utf16").tolist()
    [[1, 3], [3, 4]]
    >>> convert("a😀中", np.array([1, 2, 3]), "utf8").tolist()
    [1, 5, 8]
    """
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    extra = np.zeros(len(points) + 1, np.int64)
    for bound in WIDER_FROM[unit]:
        extra[1:] += points >= bound
    return offsets + np.cumsum(extra)[offsets]
