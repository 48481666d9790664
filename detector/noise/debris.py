"""What extraction and generation leave behind: serialised lists, placeholders, random marks."""

import re
from collections.abc import Iterator

import numpy as np

from detector.noise.formulas import select
from detector.noise.garbage import encodings, rare_han
from detector.noise.view import Evidence, Reading, View
from detector.read import chars

# Gates are substrings or classes, so that clean prose never meets a regex here.
LIST_JOINTS = ("', '", "’, ‘")
SERIALISED = re.compile(r"(?:[’'], (?:\[\], )?[‘'][^‘’'\n]{1,40}){2,}[’']?\]?")
RANDOM_ID = re.compile(
    r"(?:[^\s:=]{1,8}[:=])?\s*"
    r"(?=[0-9-]*[a-z])(?=(?:[a-z-]*[0-9]){3})(?=(?:[0-9-]*[a-z]){3})[0-9a-z]+(?:-[0-9a-z]+)*"
)
SHORT_ID, LONG_ID, ID_LINES = 16, 64, 5  # characters; lines from an end of the page
# Emoji proper; ☀ and ☎ below it stand in honest text.
PICTURE = "\U0001f000"
# From these shares on a line is its list, and a list is prose rather than code.
LIST_LINE, LIST_HAN, PROSE_HAN = 0.4, 0.4, 8
# So many different insertions are no chance. Rare elsewhere: 2 % of prose, 10 % of verse.
FEWEST_NONSENSE, ELSEWHERE = 4, 4.0
# Whether a class is a pause or an end.
PAUSES = np.isin(np.arange(chars.CLASS_COUNT), (chars.COMMA, chars.TERMINAL))
# A template's bare word where a title should be.
HEAD_LINES = 3
HEAD_WORDS = frozenset("列表 正文 详情 文章列表 无标题 undefined null".split())


def measure(view: View) -> Reading | None:
    """Pieces of debris, each of its own kind; their number."""
    evidence = [
        *_lists(view),
        *select(view.formulas, ("extraction_debris",)),
        *encodings(view),
        *_lines(view),
        *_emoji(view),
        *_nonsense(view),
    ]
    return Reading(float(len(evidence)), tuple(evidence)) if evidence else None


def _lists(view: View) -> Iterator[Evidence]:
    """Quoted items of a programming language's list among prose."""
    text = view.text
    if not any(joint in text for joint in LIST_JOINTS):
        return
    han = view.cls == chars.HAN
    for found in SERIALISED.finditer(text):
        start, end = found.span()
        first, last = view.line_at(start)
        inside = int(han[start:end].sum())
        outside = int(han[first:last].sum()) - inside
        if inside >= LIST_HAN * (end - start) and outside >= PROSE_HAN:
            whole = end - start > LIST_LINE * (last - first)
            yield Evidence(*((first, last) if whole else (start, end)), "extraction_debris", 1.0)


def _lines(view: View) -> Iterator[Evidence]:
    """Lines near an end that are a random identifier, or a template's bare word at the top."""
    spans = view.lines.bounds
    for start, end in spans[:HEAD_LINES]:
        if view.text[start:end] in HEAD_WORDS:
            yield Evidence(start, end, "extraction_debris", 0.6)
    near = spans[:ID_LINES] + spans[ID_LINES:][-ID_LINES:]
    fit = [span for span in near if SHORT_ID <= span[1] - span[0] <= LONG_ID]
    ids = [span for span in fit if RANDOM_ID.fullmatch(view.text, *span)]
    yield from (Evidence(start, end, "random_id", float(len(ids))) for start, end in ids)


def _emoji(view: View) -> Iterator[Evidence]:
    """Emoji of all sorts between a mark and a word of formal text.

    A chat puts its few kinds at the end of what is said; noise puts a new one before what follows.
    """
    if chars.EMOJI not in view.folded.shape[1:-1]:
        return
    places = np.flatnonzero(view.cls[1:-1] == chars.EMOJI) + 1
    comma = view.cls[places - 1] == chars.COMMA
    led = (comma | (view.cls[places - 1] == chars.TERMINAL)) & (view.cls[places + 1] == chars.HAN)
    emoji = [view.text[at] for at in places.tolist()]
    if not led.all() or min(emoji) < PICTURE or len(set(emoji)) < len(emoji):
        return
    rare = len(view.text) / (400 * len(emoji))
    strength = max(rare, len(emoji) / 4) * float(comma.mean())
    yield from (Evidence(at, at + 1, "noise_insertion", strength) for at in places.tolist())


def _nonsense(view: View) -> Iterator[Evidence]:
    """Rare characters before punctuation; strength is their share there over that elsewhere.

    A poem has rare characters everywhere, a medical text the same few: neither is noise.
    """
    rare = rare_han().take(view.cps)
    found = rare[:-1].nonzero()[0]
    last = found[PAUSES[view.cls[found + 1]]].tolist()
    if len(last) < FEWEST_NONSENSE:
        return
    runs = [(at - 1 if rare[at - 1] else at, at + 1) for at in last if at]
    if len({view.text[slice(*run)] for run in runs}) < FEWEST_NONSENSE:
        return
    put_in = sum(end - start for start, end in runs)
    elsewhere = (int(rare.sum()) - put_in) / max(view.han, 1)
    places = int(np.count_nonzero(PAUSES[view.cls[1:]] & (view.cls[:-1] == chars.HAN)))
    strength = len(runs) / places - ELSEWHERE * elsewhere
    yield from (Evidence(*run, "nonsense_insertion", strength) for run in runs)
