"""What extraction and generation leave behind: serialised lists, placeholders, wrong code pages."""

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from detector.noise.view import Evidence, Reading, View
from detector.read import chars

# Gates are substrings or class runs, so that clean prose never meets a regex here.
LIST_JOINTS = ("', '", "’, ‘")
SERIALISED = re.compile(r"(?:[’'], (?:\[\], )?[‘'][^‘’'\n]{1,40}){2,}[’']?\]?")
PLACEHOLDERS = ("{$", "[!--", "{dede:", "{pboot:", "{addtime}", "{content}", "{title}", "{{")
PLACEHOLDER = re.compile(
    r"\{\$[a-z_.\[\]']{1,40}\}|\[!--[a-z.]+--\]|\{(?:dede|pboot):[^}\n]{1,60}\}|\{(?:addtime|content|title)\}"
    r"|\{\{ ?(?:title|keyword|content|关键词|标题|城市)[^{}\n]{0,20}\}\}"
)
DANGLING = ("】:", "》:", "』:")
REPLACED = re.compile(r"\ufffd{2,}|(?:锟斤拷)+|(?:烫烫烫)+")
# UTF-8 read as Latin-1 or CP1252: a lead letter and a sign that no language puts after it.
MOJIBAKE_GATES = ("â€", "ã€", "ï¼", "æ˜", "Ã", "çš")
MOJIBAKE = re.compile(r"(?:[Â-ïÃ][\x80-¿€™œžšŠ‚ƒ„…†‡ˆ‰‹‘’“”•–—˜›Ÿ]{1,2}){3,}")
BARE_ENTITIES = re.compile(r"(?:(?:[0-9a-fA-F]{4}|[1-6]\d{4});){4,}")
ID_SHAPE = re.compile(b"[" + bytes([chars.LATIN, chars.DIGIT, chars.SEPARATOR]) + b"]{16}")
RANDOM_ID = re.compile(
    r"(?:[^\s:=]{1,8}[:=])?\s*"
    r"(?=[0-9-]*[a-z])(?=(?:[a-z-]*[0-9]){3})(?=(?:[0-9-]*[a-z]){3})[0-9a-z]+(?:-[0-9a-z]+)*"
)
ID_LINES = 5  # an identifier stands so close to an end of the page
# Emoji proper; ☀ and ☎ below it stand in honest text.
PICTURE = "\U0001f000"
# From these shares on a line is its list, and a list is prose rather than code.
LIST_LINE, LIST_HAN, PROSE_HAN = 0.4, 0.4, 8
# So many different insertions are no chance; prose has up to 2 % rare characters, verse 10 %.
FEWEST_NONSENSE, ELSEWHERE = 4, 4.0
ENTITIES = 8
# A template's bare word where a title should be.
HEAD_WORDS = frozenset("列表 正文 详情 文章列表 无标题 undefined null".split())


def measure(view: View) -> Reading | None:
    """Pieces of debris, each of its own kind; their number."""
    evidence = [
        *_lists(view),
        *_marks(view),
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


def _marks(view: View) -> Iterator[Evidence]:
    """Placeholders nobody filled, and closing marks that open a sentence."""
    text = view.text
    if any(gate in text for gate in PLACEHOLDERS):
        for found in PLACEHOLDER.finditer(text):
            yield Evidence(*found.span(), "extraction_debris", 0.6)
    for mark in DANGLING:
        at = text.find(mark)
        while at >= 0:
            if at == 0 or text[at - 1] in "。!?\n":
                yield Evidence(at, at + len(mark), "extraction_debris", 0.6)
            at = text.find(mark, at + 1)


def _encodings(view: View) -> Iterator[Evidence]:
    """Text read in the wrong encoding; each run as strong as the page's garbage is long."""
    runs: list[tuple[int, int, bool]] = []
    if (view.cls == chars.REPLACEMENT).any() or "锟斤拷" in view.text or "烫烫烫" in view.text:
        runs += [(*m.span(), False) for m in REPLACED.finditer(view.text)]
    original = view.page.text
    if any(gate in original for gate in MOJIBAKE_GATES):
        runs += [(*m.span(), True) for m in MOJIBAKE.finditer(original)]
    if original.count(";") >= ENTITIES:
        runs += [(*m.span(), True) for m in BARE_ENTITIES.finditer(original)]
    total = float(sum(end - start for start, end, _ in runs))
    for start, end, is_original in runs:
        yield Evidence(start, end, "encoding_garbage", total, is_original)


def _lines(view: View) -> Iterator[Evidence]:
    """Lines that are a random identifier, or a template's bare word at the top."""
    lines = view.lines
    for i in range(min(3, len(lines.start) - 1)):
        start, end = int(lines.start[i]), int(lines.end[i])
        if view.text[start:end] in HEAD_WORDS:
            yield Evidence(start, end, "extraction_debris", 0.6)
    shapes = {view.line_at(found.start()) for found in ID_SHAPE.finditer(view.cls.tobytes())}
    low = int(lines.end[min(ID_LINES, len(lines.end)) - 1])
    high = int(lines.start[-min(ID_LINES, len(lines.start))])
    ids = [s for s in shapes if (s[1] <= low or s[0] >= high) and _is_id(view.text, s)]
    yield from (Evidence(start, end, "random_id", float(len(ids))) for start, end in ids)


def _is_id(text: str, line: tuple[int, int]) -> bool:
    return line[1] - line[0] < 64 and RANDOM_ID.fullmatch(text, *line) is not None


def _emoji(view: View) -> Iterator[Evidence]:
    """Emoji of all sorts between a mark and a word of formal text.

    A chat puts its few kinds at the end of what is said; noise puts a new one before what follows.
    """
    places = np.flatnonzero(view.cls[1:-1] == chars.EMOJI) + 1
    if not len(places):
        return
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
    mark = (view.cls == chars.COMMA) | (view.cls == chars.TERMINAL)
    before = np.flatnonzero(mark[1:] & (view.cls[:-1] == chars.HAN))
    if len(before) < FEWEST_NONSENSE:
        return
    rare = rare_han()[chars.codepoints(view.text)]
    last = before[rare[before]].tolist()
    runs = [(at - 1 if rare[at - 1] else at, at + 1) for at in last if at]
    if len({view.text[slice(*run)] for run in runs}) < FEWEST_NONSENSE:
        return
    put_in = sum(end - start for start, end in runs)
    elsewhere = (int(rare.sum()) - put_in) / max(int((view.cls == chars.HAN).sum()), 1)
    strength = len(runs) / len(before) - ELSEWHERE * elsewhere
    yield from (Evidence(*run, "nonsense_insertion", strength) for run in runs)
