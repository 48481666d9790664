"""Phrases said over and over inside running text: pasted queries and words repeated on the spot."""

import numpy as np

from detector.noise import lexicon
from detector.noise.lines import Ints
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
BASE = np.uint64(0x9E3779B97F4A7C15)


def measure(view: View) -> Reading | None:
    """Share of the text one phrase takes up, and repeats on the spot; value: occurrences."""
    if view.han < LEAST:
        return None
    evidence = [*_dense(view), *_stuttered(view)]
    return Reading(len(evidence), tuple(evidence)) if evidence else None


def _dense(view: View) -> list[Evidence]:
    """Occurrences inside lines of the phrase that fills most of the text."""
    han = np.where(view.cls == chars.HAN, view.cps, 0).astype(np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(han, GRAM)
    code = np.zeros(len(windows), np.uint64)
    for column in range(GRAM):
        code = code * BASE + windows[:, column]
    whole = np.flatnonzero(windows.all(axis=1))
    if len(whole) < OFTEN:
        return []
    _, inverse, counts = np.unique(code[whole], return_inverse=True, return_counts=True)
    top = int(counts.max())
    if top < OFTEN:
        return []
    start = int(whole[np.argmax(inverse == np.argmax(counts))])
    phrase = _grown(view.text, start, top)
    places = _occurrences(view, phrase)
    density = len(places) * len(phrase) / len(view.text)
    if len(places) < OFTEN or density > TILED or not _queried(view, phrase):
        return []
    return [Evidence(p, p + len(phrase), "query_repeat", 10 * density) for p in places]


def _queried(view: View, phrase: str) -> bool:
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


def _occurrences(view: View, phrase: str) -> list[int]:
    """Where the phrase stands inside a line; a line of its own is a refrain or a heading."""
    found, at = [], view.text.find(phrase)
    while at >= 0:
        start, end = view.line_at(at)
        if end - start > 2 * len(phrase):
            found.append(at)
        at = view.text.find(phrase, at + len(phrase))
    return found


def _stuttered(view: View) -> list[Evidence]:
    """A word at least TIMES in a row with nothing between."""
    cps: Ints = view.cps.astype(np.int64)
    found: list[Evidence] = []
    taken = 0
    for period in PERIODS:
        if len(cps) <= TIMES * period:
            break
        same = (cps[period:] == cps[:-period]) & (view.cls[period:] == chars.HAN)
        edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False])).astype(np.int8)))
        for first, last in edges.reshape(-1, 2).tolist():
            times = (last - first) // period + 1
            word = view.text[first : first + period]
            if times >= TIMES and first >= taken and len(set(word)) > 2:
                taken = last + period
                found.append(Evidence(first, last + period, "repeat_stuffing", times / FULL))
    return found
