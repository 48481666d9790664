"""Phrases said over and over inside running text: pasted queries and words repeated on the spot."""

import numpy as np
from numpy.typing import NDArray

from detector.noise import lexicon
from detector.noise.repetition import ASKING
from detector.noise.view import Evidence, Reading, View
from detector.read import chars

GRAM = 5  # characters of the shortest phrase; Chinese queries rarely have fewer
LONGEST = 24
OFTEN = 5  # occurrences
LEAST = 60  # characters of text a density can be told of
PERIODS = range(3, 11)  # characters of a word repeated on the spot (防火涂料防火涂料…)
TIMES = 3
TILED = 0.7  # a text that is nothing but its phrase was padded by a person, not stuffed
FULL = 8.0  # repeats on the spot that leave no doubt
BASE = np.uint32(0x9E3779B1)  # odd, so that products keep every bit of the character
SPARSE = 0.1  # share of the text below which nothing is dense

Grams = NDArray[np.uint32]


def measure(view: View) -> Reading | None:
    """Share of the text one phrase takes up, and repeats on the spot; value: occurrences."""
    if view.han < LEAST:
        return None
    grams = _grams(view)
    ordered = np.sort(grams)
    if not ((ordered[1:] == ordered[:-1]) & (ordered[1:] > 0)).any():
        return None
    evidence = [*_dense(view, grams, ordered), *_stuttered(view, grams)]
    return Reading(len(evidence), tuple(evidence)) if evidence else None


def _grams(view: View) -> Grams:
    """A hash of the GRAM characters at each offset, 0 where one of them is not Chinese."""
    han = view.cls == chars.HAN
    cps = np.where(han, view.cps, 0)
    size = len(cps) - GRAM + 1
    code, whole = cps[:size].copy(), han[:size].copy()
    for i in range(1, GRAM):
        code *= BASE
        code += cps[i : i + size]
        whole &= han[i : i + size]
    code[~whole] = 0
    return code


def _dense(view: View, grams: Grams, ordered: Grams) -> list[Evidence]:
    """Occurrences inside lines of the phrase that fills most of the text."""
    # A phrase of LONGEST characters must recur this often to fill what the rule's lower bound asks.
    often = max(OFTEN, int(len(view.text) * SPARSE / LONGEST))
    recurring = (ordered[often - 1 :] == ordered[: len(ordered) - often + 1]) & (
        ordered[often - 1 :] > 0
    )
    if not recurring.any():
        return []
    codes, counts = np.unique(ordered[ordered > 0], return_counts=True)
    top = int(counts.max())
    start = int(np.argmax(grams == codes[np.argmax(counts)]))
    phrase = _grown(view.text, start, top)
    places = [place for place in view.occurrences(phrase) if _inside(view, *place)]
    density = len(places) * len(phrase) / len(view.text)
    if len(places) < OFTEN or density > TILED or not _queried(phrase):
        return []
    return [Evidence(a, b, "query_repeat", 10 * density) for a, b in places]


def _queried(phrase: str) -> bool:
    """Whether the phrase asks or sells; a term of the trade may be repeated for want of another."""
    asks = any(word in phrase for word in ASKING)
    return asks or bool(lexicon.load().find(phrase).of("commerce").any())


def _grown(text: str, start: int, count: int) -> str:
    """The phrase at ``start`` with what nearly always stands before and after it."""
    end = start + GRAM
    for step_left, step_right in ((0, 1), (1, 0)):
        while end - start < LONGEST:
            low, high = start - step_left, end + step_right
            longer = text[max(low, 0) : high]
            grew = low >= 0 and high <= len(text) and "\n" not in longer
            if not grew or text.count(longer) < 0.8 * count:
                break
            start, end = low, high
    return text[start:end]


def _inside(view: View, start: int, end: int) -> bool:
    """Whether a phrase stands inside a line; a line of its own is a refrain or a heading."""
    first, last = view.line_at(start)
    return last - first > 2 * (end - start)


def _stuttered(view: View, grams: Grams) -> list[Evidence]:
    """A word at least TIMES in a row with nothing between."""
    found: list[Evidence] = []
    taken = 0
    for period in PERIODS:
        again = (grams[period:] == grams[:-period]) & (grams[period:] > 0)
        if not again.any():
            continue
        edges = np.flatnonzero(np.diff(np.concatenate(([False], again, [False])).astype(np.int8)))
        for first, last in edges.reshape(-1, 2).tolist():
            end = last + period + GRAM - 1
            word = view.text[first : first + period]
            times = (end - first) // period
            if times >= TIMES and first >= taken and len(set(word)) > 2:
                taken = end
                found.append(Evidence(first, end, "repeat_stuffing", times / FULL))
    return found
