"""A fingerprint that near copies share: the 64-bit simhash of character 4-grams."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.read.chars import codepoints

GRAM: Final = 4
# Odd multipliers of splitmix64 (Vigna, public domain): one rolls the gram, two mix it.
ROLL: Final = np.uint64(0x9E3779B97F4A7C15)
MIX: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
# Of longer texts about every fourth gram votes, chosen by the gram itself so that copies choose
# alike, and before mixing so that the choice fixes no bit of the hash.
FEW: Final = 256
THIN: Final = np.uint64(62)
CHUNK: Final = 1 << 12  # grams at a time: 32 KB of hashes, 1 MB of bits as floats


def simhash(text: str) -> str:
    """Return 16 hex digits; similar texts differ in few bits, the empty text is all zero.

    Meant for folded text. Texts shorter than a gram are hashed as one.
    """
    cps = codepoints(text.ljust(GRAM) if text else "").astype(np.uint64)
    if not len(cps):
        return "0" * 16
    votes = np.zeros(64)
    for start in range(0, len(cps) - GRAM + 1, CHUNK):
        grams = hashes(cps[start : start + CHUNK + GRAM - 1], thin=len(cps) > FEW)
        bits = np.unpackbits(grams.view(np.uint8)).reshape(-1, 64).astype(np.float32)
        # A product with ones adds the columns up, exactly and three times as fast as sum() does.
        votes += 2 * (np.ones(len(grams), np.float32) @ bits) - len(grams)
    return np.packbits(votes > 0).tobytes().hex()


def hashes(cps: NDArray[np.uint64], *, thin: bool = False) -> NDArray[np.uint64]:
    """Return a well-mixed 64-bit hash of every gram, or of a fixed quarter of all grams."""
    size = len(cps) - GRAM + 1
    value = cps[:size].copy()
    for i in range(1, GRAM):
        value *= ROLL
        value += cps[i : i + size]
    if thin:
        value = value[value >> THIN == 0]
    for shift, factor in zip((30, 27), MIX, strict=True):
        value ^= value >> np.uint64(shift)
        value *= factor
    value ^= value >> np.uint64(31)
    return value
