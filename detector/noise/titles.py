"""Titles stuffed with variants of one keyword, and queries pasted into the body."""

import re
from collections import Counter

from detector.noise.items import shared_head
from detector.noise.view import Evidence, Reading, View

HEAD_LINES = 6  # filled lines at the top where a title may stand
LENGTH = range(10, 121)
CUT = re.compile(r"[_/|—-]+")
PARTS = 3
PART = 16  # mean characters of a part; longer ones are clauses of a sentence
QUERY = range(8, 41)
DOUBLE = re.compile(r"([^()=\n]{3,}[^()=\n\]])\(([^()\n]{4,})\)")
DOUBLE_CUT = re.compile(r"[_|]")
SERIES = 3  # doubled titles on one page that are no accident
COMMON = 3  # characters both halves of a doubled title share
SOLD = ("价格", "厂家", "多少", "哪家", "批发", "公司", "品牌", "报价", "购买")


def measure(view: View) -> Reading | None:
    """How far a title's parts vary one word; value: stuffed titles and pasted queries."""
    head = _head(view)
    titles = {t: _stuffed(t) for t in {*head, *_repeated(view)} if len(t) in LENGTH}
    stuffed = {t: s for t, s in titles.items() if s}
    evidence = [
        e
        for title, strength in stuffed.items()
        if not any(other != title and other in title for other in stuffed)
        for e in _everywhere(view, title, strength)
    ]
    evidence += _series(view)
    if head:
        evidence += _pasted(view, head[0])
    return Reading(len(evidence), tuple(evidence)) if evidence else None


def _head(view: View) -> list[str]:
    lines = zip(view.lines.start[:40].tolist(), view.lines.end[:40].tolist(), strict=True)
    return [view.text[a:b] for a, b in lines if a < b][:HEAD_LINES]


def _repeated(view: View) -> list[str]:
    """Title-long lines that stand at least twice."""
    fits = (view.lines.end - view.lines.start >= LENGTH.start) & (
        view.lines.end - view.lines.start < LENGTH.stop
    )
    lines = zip(view.lines.start[fits].tolist(), view.lines.end[fits].tolist(), strict=True)
    counts = Counter(view.text[a:b] for a, b in lines)
    return [line for line, count in counts.items() if count > 1]


def _stuffed(title: str) -> float:
    """Share of the title's parts that hold their common n-gram, weighed by how telling it is."""
    if "。" in title or ";" in title or "=" in title:
        return 0.0
    if DOUBLE_CUT.search(title) and doubled(title):
        return 1.0
    parts = [p for p in CUT.split(title) if len(p) > 1]
    if len(parts) < PARTS or sum(map(len, parts)) > PART * len(parts):
        return 0.0
    head = shared_head(parts)
    telling = 1.0 if len(head.gram) > 2 else 0.7
    sold = sum(word in title for word in SOLD)
    return head.share * telling * min(1.0, len(parts) / 4 + 0.25) + 0.1 * min(sold, 3)


def doubled(title: str) -> bool:
    """Whether a title is one query and, in brackets, a variant of it: 如何推广公众号(公众号推广怎么做)."""
    found = DOUBLE.search(title)
    if not found or "=" in title:
        return False
    one, other = found.groups()
    grams = (one[i : i + COMMON] for i in range(len(one) - COMMON + 1))
    return any(gram in other and not gram.isascii() for gram in grams)


def _everywhere(view: View, title: str, strength: float) -> list[Evidence]:
    found = [m.span() for m in re.finditer(re.escape(title), view.text)]
    often = 0.1 * min(len(found) - 1, 3)
    return [Evidence(a, b, "title_stuffing", strength + often) for a, b in found]


def _series(view: View) -> list[Evidence]:
    """Doubled titles one after the other, with or without text between them."""
    if view.text.count("(") < SERIES:
        return []
    lines = zip(view.lines.start.tolist(), view.lines.end.tolist(), strict=True)
    found = [(a, b) for a, b in lines if b - a in LENGTH and view.text[b - 1] == ")"]
    found = [(a, b) for a, b in found if doubled(view.text[a:b])]
    if len(found) < SERIES:
        return []
    return [Evidence(a, b, "title_stuffing", 0.25 * len(found)) for a, b in found]


def _pasted(view: View, title: str) -> list[Evidence]:
    """The page's own title standing inside a sentence: its mark is followed by a comma there."""
    if len(title) not in QUERY:
        return []
    found = [m for m in re.finditer(re.escape(title), view.text) if _inside(view.text, *m.span())]
    strength = len(found) * (2.0 if title[-1] in "?!" else 0.5)
    return [Evidence(m.start(), m.end(), "query_repeat", strength) for m in found]


def _inside(text: str, start: int, end: int) -> bool:
    """Whether text runs on right before and right after, or stops dead behind the title."""
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    runs_on = before.isalnum() and (after.isalnum() or after == ",")
    stops_dead = before == "," and after in ("\n", "") and text[end - 1].isalnum()
    return runs_on or stops_dead
