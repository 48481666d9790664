"""Phrases said over and over inside running text: pasted queries and words repeated on the spot."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise, takewhile

import numpy as np
from numpy.typing import NDArray

from detector.noise import lexicon
from detector.noise.formulas import select
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

PASTED = 3  # times a whole sentence stands in a page before it is noticed
QUERY = range(7, 31)  # characters of a query that reads as a sentence

KEY = 6  # characters before a comma that two places of one question share
ABOVE, BELOW = 80, 240  # characters round a guide that hold its headline and its snippet
STOPS = frozenset(",。:;!?、\n")
BOXES = {"「": "」", "[": "]", "【": "】", "(": ")", '"': '"'}

SPOKEN = re.compile("[我你您他她它咱]")  # somebody speaks; nobody types that into a search box

# Classes that open a sentence which no Chinese character opens.
LETTERS = np.zeros(chars.CLASS_COUNT, np.bool_)
LETTERS[[chars.SPACE, chars.LATIN]] = True

HALF = np.uint64(32)  # bits of a hash, and of an offset
MASK = np.uint64(0xFFFFFFFF)

Grams = NDArray[np.uint64]


def measure(view: View) -> Reading | None:
    """Share of the text one phrase takes up, and repeats on the spot; value: occurrences."""
    if view.han < LEAST:
        return None
    grams = _grams(view)
    ordered = np.sort(grams)
    evidence = [*_dense(view, ordered), *_pasted(view, grams), *_glued(view), *_guided(view)]
    if _apart(ordered, 1).min() < PERIODS.stop:
        evidence += _stuttered(view.text, grams >> HALF)
    return Reading(len(evidence), tuple(evidence)) if evidence else None


def _grams(view: View) -> Grams:
    """Hash (upper half) and offset (lower half) of the GRAM characters at each offset.

    A character that is not Chinese counts as one of its own: what holds it never recurs.
    """
    offset = np.arange(len(view.cps), dtype=np.uint32)
    cps = np.where(view.cls == chars.HAN, view.cps, offset + np.uint32(chars.CODE_SPACE))
    size = len(cps) - GRAM + 1
    code = cps[:size].copy()
    for i in range(1, GRAM):
        code *= BASE
        code += cps[i : i + size]
    grams = code.astype(np.uint64)
    grams <<= HALF
    grams |= offset[:size]
    return grams


def _apart(ordered: Grams, n: int) -> Grams:
    """How far each phrase of an ordered table stands from its n-th next; beyond HALF bits: never.

    The hashes of one phrase cancel each other out, which leaves the offsets.
    """
    return ordered[n:] - ordered[:-n]


def _dense(view: View, ordered: Grams) -> list[Evidence]:
    """Occurrences inside lines of the phrase that fills most of the text."""
    # A phrase of LONGEST characters must recur this often to fill what the rule's lower bound asks.
    often = max(OFTEN, int(len(view.text) * SPARSE / LONGEST))
    if len(ordered) < often or _apart(ordered, often - 1).min() >> HALF:
        return []
    hashes = ordered >> HALF
    edges = np.concatenate(([0], (hashes[1:] != hashes[:-1]).nonzero()[0] + 1, [len(hashes)]))
    counts = edges[1:] - edges[:-1]
    top = counts.argmax()
    phrase = _grown(view.text, int(ordered[edges[top]] & MASK), int(counts[top]))
    if not _queried(phrase):
        return []
    places = [place for place in view.occurrences(phrase) if _inside(view, *place)]
    density = len(places) * len(phrase) / len(view.text)
    if len(places) < OFTEN or density > TILED:
        return []
    return [Evidence(a, b, "query_repeat", 10 * density) for a, b in places]


def _queried(phrase: str) -> bool:
    """Whether the phrase asks or sells; a term of the trade may be repeated for want of another."""
    return bool(ASKING.search(phrase)) or "commerce" in lexicon.load().find(phrase).groups


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


def _pasted(view: View, grams: Grams) -> list[Evidence]:
    """A query that stands between sentences again and again, word for word."""
    if not _recurs(view, grams):
        return []  # no PASTED sentences begin alike
    places: dict[str, list[tuple[int, int]]] = {}
    marks = [-1, *view.terminals.tolist()]
    for low, high in pairwise(marks):
        sentence = view.text[low + 1 : high].strip()
        if len(sentence) in QUERY:
            places.setdefault(sentence, []).append((low + 1, high))
    found = []
    for sentence, ranges in places.items():
        inside = [place for place in ranges if _inside(view, *place)]
        if len(inside) >= PASTED and _queried(sentence) and not SPOKEN.search(sentence):
            glued = set(view.occurrences(sentence)).difference(
                (high - len(sentence), high) for _, high in ranges
            )
            found += [
                Evidence(a, b, "query_repeat", 0.45 * len(inside)) for a, b in (*inside, *glued)
            ]
    return found


def _recurs(view: View, grams: Grams) -> bool:
    """Whether PASTED sentences begin with the same GRAM characters, Chinese or behind a blank."""
    starts = view.terminals + 1
    starts = starts[starts < len(grams)]
    openings = np.sort(grams[starts])
    if len(openings) < PASTED:
        return False
    if not _apart(openings, PASTED - 1).min() >> HALF:
        return True
    foreign = starts[LETTERS.take(view.cls.take(starts))]
    if len(foreign) < PASTED:
        return False
    heads = Counter(view.text[i : i + GRAM + 2].lstrip()[:GRAM] for i in foreign.tolist())
    return any(n >= PASTED and len(head) == GRAM for head, n in heads.items())


def _glued(view: View) -> list[Evidence]:
    """A question put before the commas of several sentences that ask nothing."""
    tails: dict[str, list[Evidence]] = {}
    for e in select(view.formulas, ("asked",)):
        tails.setdefault(view.text[max(e.end - 1 - KEY, 0) : e.end - 1], []).append(e)
    found = []
    for asked in tails.values():
        if len(asked) > 1:
            ends = [e.end - 1 for e in asked]
            query = _leftwards(view.text, ends)
            places = [(end - len(query), end) for end in ends]
            if len(query) in QUERY and not SPOKEN.search(query) and _joined(view.text, places):
                strength = asked[0].strength * len(places)
                found += [Evidence(a, b, "query_repeat", strength) for a, b in places]
    return found


def _leftwards(text: str, ends: list[int]) -> str:
    """What stands before all these places alike, at most LONGEST characters of one clause."""
    before = (text[max(end - LONGEST, 0) : end][::-1] for end in ends)
    alike = takewhile(lambda x: len(set(x)) == 1 and x[0] not in STOPS, zip(*before, strict=False))
    return "".join(x[0] for x in alike)[::-1].lstrip()


def _joined(text: str, places: list[tuple[int, int]]) -> bool:
    """Whether several places hold a phrase right behind a letter, no two behind the same."""
    before = [text[start - 1 : start] for start, _ in places]
    return len(places) > 1 and all(x.isalnum() for x in before) and len({*before}) == len(before)


def _guided(view: View) -> list[Evidence]:
    """Queries that stand before a headline and again, with a word of it, in the guide below it."""
    guides, text = select(view.formulas, ("guide",)), view.text
    found: list[Evidence] = []
    for guide in guides:
        query = text[guide.start : guide.end].split(":", 1)[1].rsplit("-", 1)[0].strip()
        low, high = max(guide.start - ABOVE, 0), guide.end + BELOW
        places = [m.span() for m in re.compile(re.escape(query)).finditer(text, low, high)]
        if len(query) >= GRAM and len(places) > 1:
            found.append(replace(guide, kind="query_repeat", strength=len(guides)))
            found += [
                Evidence(*_bracketed(text, a, b), "query_repeat", len(guides))
                for a, b in places
                if not guide.start <= a < guide.end
            ]
    return found


def _bracketed(text: str, start: int, end: int) -> tuple[int, int]:
    """The phrase with the brackets round it."""
    boxed = BOXES.get(text[start - 1 : start]) == text[end : end + 1]
    return (start - 1, end + 1) if boxed and start else (start, end)


def _inside(view: View, start: int, end: int) -> bool:
    """Whether a phrase stands inside a line; a line of its own is a refrain or a heading."""
    first, last = view.line_at(start)
    return last - first > 2 * (end - start)


def _stuttered(text: str, grams: Grams) -> list[Evidence]:
    """A word at least TIMES in a row with nothing between."""
    found: list[Evidence] = []
    taken = 0
    for period in PERIODS:
        again = grams[period:] == grams[:-period]
        if not np.count_nonzero(again):
            continue
        edges = np.flatnonzero(np.diff(np.concatenate(([False], again, [False])).astype(np.int8)))
        for first, last in edges.reshape(-1, 2).tolist():
            end = last + period + GRAM - 1
            word = text[first : first + period]
            times = (end - first) // period
            if times >= TIMES and first >= taken and len(set(word)) > 2:
                taken = end
                found.append(Evidence(first, end, "repeat_stuffing", times / FULL))
    return found
