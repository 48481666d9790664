"""A fingerprint that near copies share: the 64-bit simhash of character 4-grams."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.read.chars import codepoints

GRAM: Final = 4
# Odd multipliers of splitmix64 (Vigna, public domain): one rolls the gram, two mix it.
ROLL: Final = np.uint64(0x9E3779B97F4A7C15)
ROLL_TWICE: Final = np.uint64(0x9E3779B97F4A7C15**2 % 2**64)
MIX: Final = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)
LAST_SHIFT: Final = np.uint64(31)
# Of longer texts about every fourth gram votes, chosen by the gram itself so that copies choose
# alike, and before mixing so that the choice fixes no bit of the hash.
FEW: Final = 256
THIN: Final = np.uint64(1 << 62)
CHUNK: Final = 1 << 12  # grams at a time: 32 KB of hashes, 256 KB of bits


def simhash(text: str) -> str:
    """Return 16 hex digits; similar texts differ in few bits, the empty text is all zero.

    Meant for folded text. Texts shorter than a gram are hashed as one.
    """
    cps = codepoints(text.ljust(GRAM) if text else "").astype(np.uint64)
    if not len(cps):
        return "0" * 16
    votes, voters = np.zeros(64, np.int64), 0
    for start in range(0, len(cps) - GRAM + 1, CHUNK):
        grams = hashes(cps[start : start + CHUNK + GRAM - 1], thin=len(cps) > FEW)
        bits = np.unpackbits(grams.view(np.uint8)).reshape(-1, 64)
        # Sixteen bits hold what a chunk adds up to, at twice the speed of sum()'s sixty-four.
        votes += np.add.reduce(bits, axis=0, dtype=np.uint16)
        voters += len(grams)
    return np.packbits(2 * votes > voters).tobytes().hex()


def hashes(cps: NDArray[np.uint64], *, thin: bool = False) -> NDArray[np.uint64]:
    """Return a well-mixed 64-bit hash of every gram, or of a fixed quarter of all grams."""
    # A polynomial in ROLL; two pairs make a gram with two thirds of the multiplications.
    pairs = cps[:-1] * ROLL
    pairs += cps[1:]
    value = pairs[:-2] * ROLL_TWICE
    value += pairs[2:]
    if thin:
        value = value[value < THIN]
    for shift, factor in MIX:
        value ^= value >> shift
        value *= factor
    value ^= value >> LAST_SHIFT
    return value
