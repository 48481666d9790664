"""The n-gram that the items of a list share: the product, the query or the name it varies."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

SHARED_LEAST = 0.35  # no signal asks for less


@dataclass(frozen=True, slots=True)
class Head:
    """The n-gram most items share: the text and the share of items that hold it."""

    gram: str = ""
    share: float = 0.0


def shared_head(texts: Sequence[str], longest: int = 6) -> Head:
    """The longest n-gram of 2 to ``longest`` characters that about as many items share as any does.

    A longer n-gram wins as long as it keeps four fifths of the items of the best shorter one; below
    ``SHARED_LEAST`` of the items nothing is shared.
    """
    best, least = Head(), max(2, SHARED_LEAST * len(texts))
    runs = _common_runs(texts, least)
    for size in range(2, longest + 1):
        grams = (
            {run[i : i + size] for run in of_text for i in range(len(run) - size + 1)}
            for of_text in runs
        )
        need = max(least, 0.8 * best.share * len(texts))
        counts = Counter(chain.from_iterable(grams))
        common = [(n, gram) for gram, n in counts.items() if n >= need and not gram.isascii()]
        if not common:
            break
        count, gram = max(common)
        share = count / len(texts)
        best = Head(gram, share if not best.gram else min(best.share, share))
    return best


def _common_runs(texts: Sequence[str], least: float) -> list[list[str]]:
    """Per text that has any, its runs of letters and digits that ``least`` texts hold.

    Only there can an n-gram be that so many texts share; most lists have none.
    """
    counts = Counter(chain.from_iterable(map(set, texts)))
    common = {char for char, n in counts.items() if n >= least and char.isalnum()}
    if not common:
        return []
    rare = dict.fromkeys(map(ord, counts.keys() - common), " ")
    return [runs for text in texts if (runs := text.translate(rare).split())]
