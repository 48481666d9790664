"""Brands put into text they have nothing to do with.

Gambling names before labels, in titles, in place of an organisation's name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from detector.noise.lexicon import GROUPS, Hits
from detector.noise.view import Evidence, Reading, View

BRAND, WORD, TAIL, CONTEXT = (
    GROUPS.index(g) for g in ("gambling_brand", "gambling_word", "gambling_tail", "context")
)
GAP = 2  # characters between the parts of one name (ope体育|app|下载)
SURE = 0.8  # strength of a name that counts towards repeats
REACH = 4  # characters a name may grow to the left of its known part
# What a made-up brand ends in (金鼎|娱乐, 天盈|体育); honest names do too, so it weighs less.
FORM = re.compile(r"[\u4e00-\u9fff]{2}(?:国际|娱乐城|娱乐|体育|棋牌|电竞|真人|赌场|电玩城)")
MADE_UP = 0.4
UNKNOWN, ENTRIES = 0.3, 1.4  # a quoted name of no known form: 【万国豪俱乐部|官网|下载】
INSIDE = 8  # characters between a quote and the known part of what it holds
ENTRY = 0.8  # weight of what a made-up brand needs behind it: app, 官网, 下载
CODE = re.compile(r"[a-z]{0,4}\d{2,5}$")
QUOTES = {
    "'": "'",
    '"': '"',
    "‘": "’",
    "“": "”",
    "【": "】",
    "「": "」",
    "(": ")",
    "[": "]",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A chain of brand, game word and what follows a brand; ``strength`` sums up its parts."""

    start: int
    end: int
    strength: float


def measure(view: View) -> Reading | None:
    """Strength of each gambling name outside lists; value: names found."""
    if view.hits.groups.isdisjoint(("gambling_brand", "gambling_tail")):
        return None
    names = [_whole(view, name) for name in _chains(view) if not _listed(view, name)]
    if not names:
        return None
    told = float(
        np.minimum(view.hits.weight[:, CONTEXT].sum() * 150 / max(len(view.text), 150), 1.0)
    )
    often = 0.2 * min(sum(n.strength >= SURE for n in names) - 1, 4)
    evidence = [
        Evidence(
            n.start,
            n.end,
            "gambling_kw_inline",
            (n.strength + often * (n.strength >= SURE)) * (1.0 - 0.8 * told),
        )
        for n in names
    ]
    return Reading(len(names), tuple(evidence))


def _chains(view: View) -> Iterator[Name]:
    """Names: hits side by side, one of them a brand or all of them behind a made-up one."""
    hits, text = view.hits, view.text
    index = np.flatnonzero(hits.weight[:, [BRAND, WORD, TAIL]].any(axis=1)).tolist()
    chain: list[int] = []
    for i in [*index, None]:
        if chain and (i is None or not _joined(text, int(hits.end[chain[-1]]), int(hits.start[i]))):
            yield from _name(view, chain)
            chain = []
        if i is not None:
            chain.append(i)


def _name(view: View, chain: list[int]) -> Iterator[Name]:
    hits, text = view.hits, view.text
    known = [i for i in chain if hits.weight[i, BRAND]]
    if not known and hits.weight[chain, TAIL].sum() < ENTRY:
        return  # most chains are a single word, and words without a brand need an entry behind
    formed = FORM.search(text, max(int(hits.start[chain[0]]) - 4, 0), int(hits.end[chain[0]]))
    if known:
        # 网站|威尼斯人官网: what follows brands does not open a name
        chain = chain[min(chain.index(known[0]), _first_word(hits, chain)) :]
        start, brand = int(hits.start[chain[0]]), float(hits.weight[known, BRAND].max())
    elif formed:
        chain = [i for i in chain if hits.end[i] > formed.end()]
        start, brand = formed.start(), MADE_UP
    elif _quoted(text, int(hits.start[chain[0]]), int(hits.end[chain[-1]])):
        start, brand = int(hits.start[chain[0]]), UNKNOWN
    else:
        return
    rest = float(hits.weight[chain][:, [WORD, TAIL]].sum())
    entry = float(hits.weight[chain][:, TAIL].sum())
    if known or entry >= (ENTRY if formed else ENTRIES):
        yield Name(start, int(hits.end[chain[-1]]), brand + 0.5 * min(rest, 1.5))


def _first_word(hits: Hits, chain: list[int]) -> int:
    return next((n for n, i in enumerate(chain) if hits.weight[i, WORD]), len(chain))


def _joined(text: str, end: int, start: int) -> bool:
    gap = text[end:start]
    return start - end <= GAP and (not gap or gap.isalnum())


def _listed(view: View, name: Name) -> bool:
    """Whether the name stands in a list; the lists' own signal weighs those."""
    block = view.list_at(name.start)
    return block is not None and block.size > 5 and bool(block.row or block.lead)


def _quoted(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The quotes or brackets that hold a name and little else; None where there are none."""
    for low in range(start - 1, max(start - INSIDE, 0) - 1, -1):
        close = QUOTES.get(text[low])
        if close:
            high = text.find(close, end, end + INSIDE)
            return (low, high + 1) if high >= 0 and text[low + 1 : high].isalnum() else None
    return None


def _whole(view: View, name: Name) -> Name:
    """The name with its quotes, or grown to the left as far as every occurrence agrees."""
    text, start, end = view.text, name.start, name.end
    quoted = _quoted(text, start, end)
    if quoted:
        return Name(*quoted, name.strength + 0.5)
    code = CODE.search(text, max(start - 12, 0), start)
    if code:  # js333金沙, 88必威: a site's number before the brand
        return Name(code.start(), end, name.strength + 0.5)
    return Name(start - view.common_left(text[start:end], REACH), end, name.strength)
