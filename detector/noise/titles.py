"""Titles stuffed with variants of one keyword, and queries pasted into the body."""

import re
from collections import Counter

from detector.noise.heads import shared_head
from detector.noise.view import Evidence, Reading, View
from detector.read import chars

HEAD_LINES = 6  # filled lines at the top where a title may stand
LENGTH = range(10, 121)
CUT = re.compile(r"[_/|—-]+")
ENUMERATED = re.compile(r"[,_/|—-]+")
MARKS = frozenset("_/|—-(")
PARTS = 3
PLAIN = 5  # parts that a headline, its channels and its site make
PART = 16  # mean characters of a part; longer ones are clauses of a sentence
QUERY = range(8, 41)
DOUBLE = re.compile(r"([^()=\n]{3,}[^()=\n\]])\(([^()\n]{4,})\)")
SENTENCE = frozenset(",;、。")
DOUBLE_CUT = re.compile(r"[_|]")
SNIPPET = 300  # characters of text that may stand under a title of a list
CUT_OFF = ("...", "…")
MARKED, RUNS_ON, STOPS_DEAD = 2.0, 0.5, 1.6  # see _misplaced; the rule is sure at 2
MOST = 64  # repeated lines looked at; each is searched for through the page
SERIES = 3  # doubled titles on one page that are no accident
# A page that sells by coupon: characters, words, characters of its title, a character said again.
COUPON_PAGE, COUPON, GOODS, SYNONYM = 400, ("优惠价", "券后", "领券"), range(20, 41), 0.25
COMMON = 3  # characters both halves of a doubled title share
TRADED, NEARLY_ALL = ("价格", "厂家", "哪家", "批发", "报价"), 0.75
SOLD = ("价格", "厂家", "多少", "哪家", "批发", "公司", "品牌", "报价", "购买")


def measure(view: View) -> Reading | None:
    """How far a title's parts vary one word; value: stuffed titles and pasted queries."""
    head = _head(view)
    fit = [t for t in head if len(t) in LENGTH]
    likely = (t for t in fit if not MARKS.isdisjoint(t))
    titles = {t: _stuffed(t) for t in {*likely, *_repeated(view)}}
    titles |= {t: s for t in fit if t.count(",") >= PARTS - 1 and (s := _listed(t))}
    stuffed = {t: s for t, s in titles.items() if s}
    evidence = [
        e
        for title, strength in stuffed.items()
        if not any(other != title and other in title for other in stuffed)
        for e in _everywhere(view, title, strength)
    ]
    evidence += _series(view)
    if head:
        evidence += [*_pasted(view, head[0]), *_goods(view, head[0])]
    return Reading(len(evidence), tuple(evidence)) if evidence else None


def _head(view: View) -> list[str]:
    return [view.text[a:b] for a, b in view.lines.bounds[:40] if a < b][:HEAD_LINES]


def _repeated(view: View) -> list[str]:
    """Title-long lines with marks between parts that stand at least twice."""
    lines = view.lines
    marks = lines.counts[:, chars.SEPARATOR] + lines.counts[:, chars.OPEN]
    fits = (marks > 0) & (lines.length >= LENGTH.start) & (lines.length < LENGTH.stop)
    bounds = (lines.bounds[i] for i in fits.nonzero()[0].tolist())
    counts = Counter(view.text[a:b] for a, b in bounds)
    common = (x for x in counts.most_common(MOST) if x[1] > 1)
    return [line for line, _ in common if not MARKS.isdisjoint(line)]


def _stuffed(title: str) -> float:
    """Share of the title's parts that hold their common n-gram, weighed by how telling it is."""
    if any(mark in title for mark in "。;=") or ("," in title and "_" not in title):
        return 0.0
    if DOUBLE_CUT.search(title) and doubled(title):
        return 1.0
    parts = [p for p in CUT.split(title) if len(p) > 1]
    if len(parts) < PARTS or sum(map(len, parts)) > PART * len(parts):
        return 0.0
    head = shared_head(parts)
    telling = 1.0 if len(head.gram) > 2 else 0.6
    sold = sum(word in title for word in SOLD)
    many = max(len(parts) - PLAIN, 0)
    return head.share * telling * min(1.0, len(parts) / 4 + 0.25) + 0.1 * min(sold + many, 3)


def _listed(title: str) -> float:
    """Share of a title's parts between commas that name one product, where it is for sale."""
    parts = [p for p in ENUMERATED.split(title) if p]
    sold = any(word in title for word in TRADED)
    if not sold or len(parts) < PARTS or max(map(len, parts)) > PART or "。" in title:
        return 0.0
    head = shared_head(parts)
    least = NEARLY_ALL if len(head.gram) > 2 else 1.0
    return head.share if head.share >= least and head.gram not in TRADED else 0.0


def doubled(title: str) -> bool:
    """Whether a title is a query and, in brackets, its variant: 推广公众号(公众号推广怎么做)."""
    found = DOUBLE.search(title) if "(" in title and "=" not in title else None
    if not found:
        return False
    one, other = found.groups()
    if other in one:  # 新朋股份还能持有吗?(新朋股份): a gloss, no second query
        return False
    if not SENTENCE.isdisjoint(one):  # a remark behind a sentence of somebody's notes
        return False
    grams = (one[i : i + COMMON] for i in range(len(one) - COMMON + 1))
    return any(gram in other and not gram.isascii() for gram in grams)


def _everywhere(view: View, title: str, strength: float) -> list[Evidence]:
    found = view.occurrences(title)
    often = 0.1 * min(len(found) - 1, 3)
    return [Evidence(a, b, "title_stuffing", strength + often) for a, b in found]


def _series(view: View) -> list[Evidence]:
    """Doubled titles one after the other; with a snippet under each they are one list."""
    if view.text.count("(") < SERIES:
        return []
    closed = [(a, b) for a, b in view.lines.bounds if view.text.endswith(")", a, b)]
    found = [(a, b) for a, b in closed if b - a in LENGTH and doubled(view.text[a:b])]
    if len(found) < SERIES:
        return []
    strength = 0.25 * len(found)
    found = [(a, _snippet_end(view, b)) for a, b in found]
    groups: list[tuple[int, int]] = []
    for start, end in found:
        if groups and start - groups[-1][1] <= SNIPPET:
            groups[-1] = (groups[-1][0], end)
        else:
            groups.append((start, end))
    return [
        Evidence(a, b, "link_farm_titles" if "\n" in view.text[a:b] else "title_stuffing", strength)
        for a, b in groups
    ]


def _snippet_end(view: View, end: int) -> int:
    """Where the cut-off text under a title ends; the title's own end without one."""
    start, stop = view.line_at(min(end + 1, len(view.text)))
    under = start > end and stop - start <= SNIPPET and view.text.endswith(CUT_OFF, start, stop)
    return stop if under else end


def _pasted(view: View, title: str) -> list[Evidence]:
    """The page's own title where no title stands: inside a sentence, or where text stops dead."""
    if len(title) not in QUERY:
        return []
    places = view.occurrences(title)
    found = [(a, b, s) for a, b in places if (s := _misplaced(view.text, a, b))]
    total = sum(s for _, _, s in found)
    return [Evidence(a, b, "query_repeat", total) for a, b, _ in found]


def _goods(view: View, title: str) -> list[Evidence]:
    """The title of an affiliate's page: synonyms of one product in a row, and below it a coupon."""
    if len(view.text) > COUPON_PAGE or len(title) not in GOODS or not title.isalnum():
        return []
    if not any(map(view.text.__contains__, COUPON)):
        return []
    again = sum(n > 1 for char, n in Counter(title).items() if not char.isascii())
    start = view.text.find(title)
    return [Evidence(start, start + len(title), "title_stuffing", SYNONYM * again)]


def _misplaced(text: str, start: int, end: int) -> float:
    """How odd a place a title has: text runs on round it, or stops dead behind it."""
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    if before.isalnum() and (after.isalnum() or after == ","):
        return MARKED if text[end - 1] in "?!" else RUNS_ON
    if before == "," and after in ("\n", "") and text[end - 1].isalnum():
        return STOPS_DEAD
    return 0.0
