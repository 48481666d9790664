"""What extraction and generation leave behind: serialised lists, placeholders, wrong code pages."""

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from detector.noise.formulas import select
from detector.noise.view import Evidence, Reading, View
from detector.read import chars

# Gates are substrings or classes, so that clean prose never meets a regex here.
LIST_JOINTS = ("', '", "’, ‘")
SERIALISED = re.compile(r"(?:[’'], (?:\[\], )?[‘'][^‘’'\n]{1,40}){2,}[’']?\]?")
REPLACED = re.compile(r"\ufffd{2,}|(?:锟斤拷)+|(?:烫烫烫)+")
REPLACED_GATES = ("锟", "烫烫烫")
# UTF-8 read as Latin-1 or CP1252: a lead letter and a sign that no language puts after it.
MOJIBAKE_GATES = ("â€", "ã€", "ï¼", "Ã")
MOJIBAKE = re.compile(r"(?:[Â-ïÃ][\x80-¿€™œžšŠ‚ƒ„…†‡ˆ‰‹‘’“”•–—˜›Ÿ]{1,2}){3,}")
BARE_ENTITIES = re.compile(r"(?:(?:[0-9a-fA-F]{4}|[1-6]\d{4});){4,}")
# The same from the first semicolon on: the engine skips from one to the next.
ENTITY_RUN = re.compile(r";(?<=[0-9a-fA-F]{4};)(?:(?:[0-9a-fA-F]{4}|[1-6]\d{4});){3}")
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
ENTITIES = 8
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
        *_encodings(view),
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


def _encodings(view: View) -> Iterator[Evidence]:
    """Text read in the wrong encoding; each run as strong as the page's garbage is long."""
    runs: list[tuple[int, int, bool]] = []
    if chars.REPLACEMENT in view.folded.shape or any(map(view.text.__contains__, REPLACED_GATES)):
        runs += [(*m.span(), False) for m in REPLACED.finditer(view.text)]
    original = view.page.text
    toned = view.folded.census.classes[chars.TONED]
    if toned and any(map(original.__contains__, MOJIBAKE_GATES)):
        runs += [(*m.span(), True) for m in MOJIBAKE.finditer(original)]
    if original.count(";") >= ENTITIES and ENTITY_RUN.search(original):
        runs += [(*m.span(), True) for m in BARE_ENTITIES.finditer(original)]
    total = float(sum(end - start for start, end, _ in runs))
    for start, end, is_original in runs:
        yield Evidence(start, end, "encoding_garbage", total, is_original)


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


@cache
def rare_han() -> NDArray[np.bool_]:
    """Whether a code point is Han and not among the 3,755 common ones of GB 2312."""
    common = bytes(
        x for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for x in (high, low)
    )
    table: NDArray[np.bool_] = chars.class_table() == chars.HAN
    table[chars.codepoints(common.decode("gb2312", "ignore"))] = False
    return table


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
