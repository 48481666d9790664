"""Brands put into text that has nothing to do with them: gambling names before labels, in titles,
in place of an organisation's name.
"""

import re
from dataclasses import dataclass

import numpy as np

from detector.noise.lexicon import GROUPS
from detector.noise.view import Evidence, Reading, View

BRAND, WORD, TAIL, CONTEXT = (
    GROUPS.index(g) for g in ("gambling_brand", "gambling_word", "gambling_tail", "context")
)
GAP = 2  # characters between the parts of one name (ope体育|app|下载)
REACH = 4  # characters a name may grow to the left of its known part
CODE = re.compile(r"[a-z]{0,4}\d{2,5}$")
QUOTES = {"'": "'", '"': '"', "‘": "’", "“": "”", "【": "】", "「": "」"}


@dataclass(frozen=True, slots=True)
class Name:
    """A chain of brand, game word and what follows a brand; ``strength`` is the sum of its parts."""

    start: int
    end: int
    strength: float


def measure(view: View) -> Reading | None:
    """Strength of each gambling name outside lists; value: names found."""
    if not view.hits.weight[:, BRAND].any():
        return None
    names = [_whole(view, name) for name in _chains(view) if not _listed(view, name)]
    if not names:
        return None
    told = float(np.minimum(view.hits.weight[:, CONTEXT].sum() * 150 / max(len(view.text), 150), 1.0))
    often = 0.2 * min(len(names) - 1, 4)
    evidence = [
        Evidence(n.start, n.end, "gambling_kw_inline", (n.strength + often) * (1.0 - 0.8 * told))
        for n in names
    ]
    return Reading(len(names), tuple(evidence))


def _chains(view: View) -> list[Name]:
    """Neighbouring hits that make one name; at least one part is a brand."""
    hits, text = view.hits, view.text
    part = hits.weight[:, [BRAND, WORD, TAIL]].max(axis=1)
    chains, i = [], 0
    index = np.flatnonzero(part > 0).tolist()
    while i < len(index):
        j = i
        while j + 1 < len(index) and _joined(text, int(hits.end[index[j]]), int(hits.start[index[j + 1]])):
            j += 1
        members = index[i : j + 1]
        brand = float(hits.weight[members, BRAND].max())
        while members and hits.weight[members[0], [BRAND, WORD]].max() == 0:
            members = members[1:]  # 网站|威尼斯人官网: what follows brands does not open a name
        if brand:
            rest = float(hits.weight[members][:, [WORD, TAIL]].sum())
            start, end = int(hits.start[members[0]]), int(hits.end[members[-1]])
            chains.append(Name(start, end, brand + 0.5 * min(rest, 1.5)))
        i = j + 1
    return chains


def _joined(text: str, end: int, start: int) -> bool:
    gap = text[end:start]
    return start - end <= GAP and (not gap or gap.isalnum())


def _listed(view: View, name: Name) -> bool:
    """Whether the name stands in a list; the lists' own signal weighs those."""
    return any(b.start <= name.start < b.end and b.size > 5 for b in view.lists if b.row or b.lead)


def _whole(view: View, name: Name) -> Name:
    """The name with its quotes, or grown to the left as far as every occurrence agrees."""
    text, start, end = view.text, name.start, name.end
    if start and QUOTES.get(text[start - 1]) == text[end : end + 1] != "":
        return Name(start - 1, end + 1, name.strength + 0.5)
    code = CODE.search(text, max(start - 12, 0), start)
    if code:  # js333金沙, 88必威: a site's number before the brand
        return Name(code.start(), end, name.strength + 0.5)
    places = [m.start() for m in re.finditer(re.escape(text[start:end]), text)]
    while start and len(places) > 1 and name.start - start < REACH:
        letter = text[start - 1]
        back = name.start - start + 1
        if not letter.isalnum() or any(p < back or text[p - back] != letter for p in places):
            break
        start -= 1
    return Name(start, end, name.strength)
