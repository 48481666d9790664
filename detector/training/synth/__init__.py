"""Labelled pages without limit: human carriers, noise recipes, exact spans."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from detector.training.synth.carriers import chosen
from detector.training.synth.pages import Generator, Plan

__all__ = ["Plan", "synthesise"]


def synthesise(paths: Sequence[str], count: int, plan: Plan, seed: int) -> Iterator[dict[str, Any]]:
    """Yield ``count`` rows made of the carriers under the paths; memory does not grow with them.

    Raises UnreadableInput where a file cannot be read or holds no carrier.
    """
    return islice(Generator(plan, seed).rows(chosen(paths, count, seed)), count)
