"""City × service: names of places multiplied with services or goods, as lists and inside text."""

import re

import numpy as np

from detector.noise.formulas import select
from detector.noise.items import ItemBlock
from detector.noise.lexicon import GROUPS, columns
from detector.noise.view import Evidence, Reading, View

CITY = GROUPS.index("city")
SOLD = ("service", "fraud", "seo", "commerce")
SELLS = columns(*SOLD)
SHADY = GROUPS.index("fraud")
CALLS = re.compile(r"(?:小编)?来?(?:给|为|带|跟)(?:大家|您)$")
# Who may well explain something, in a city or not.
WHO = re.compile(
    r"(?:公司|所|院|局|台|校|队|团|社|会|医生|老师|律师|专家|记者|师傅|教授|代表|员|人)$"
)
GAP = 4  # characters between the city and what is sold there (佛山|专业|私家侦探)


def measure(view: View) -> Reading | None:
    """Share of items that pair a city with something sold; value: pairs on the page."""
    groups = view.hits.groups
    if "city" not in groups:
        return None
    pairs = _pasted(view)
    if groups.isdisjoint(SOLD):
        return Reading(len(pairs), tuple(pairs)) if pairs else None
    lists = [e for block in view.lists for e in _block(block)]
    pairs += _pairs(view)
    if not lists and not pairs:
        return None
    return Reading(len(pairs), (*lists, *pairs))


def _block(block: ItemBlock) -> list[Evidence]:
    named = block.named
    if named < 0.5 or block.size < 4:
        return []
    city, sold = block.weights[:, CITY], block.weights[:, SELLS].max(axis=1)
    share = float(np.minimum(city, sold).mean())
    strength = max(share, named * block.head.share * (0.4 + 0.6 * min(1.0, 2 * float(sold.mean()))))
    return [Evidence(block.start, block.end, "geo_kw_list", strength * min(1.0, block.size / 6))]


def _pasted(view: View) -> list[Evidence]:
    """A city with the page's goods where a person should speak, or glued to a sentence's head."""
    found = []
    for e in select(view.formulas, ("speaker", "glued_query")):
        start = e.start + (e.kind == "speaker")
        said = CALLS.sub("", view.text[start : e.end])
        city = int(view.hits.start.searchsorted(start))
        at_head = city < len(view.hits.start) and int(view.hits.start[city]) == start
        if at_head and view.hits.weight[city, CITY] and not WHO.search(said):
            goods = view.text[int(view.hits.end[city]) : start + len(said)]
            if e.kind == "glued_query" or view.text.count(goods) > 1:
                end = start + len(said)
                found.append(Evidence(start, end, "kw_inline_offtopic", e.strength))
    return found


def _pairs(view: View) -> list[Evidence]:
    """A city directly before a shady service inside running text, stronger where it repeats."""
    hits = view.hits
    if "fraud" not in hits.groups:
        return []
    city = (hits.weight[:, CITY] >= 0.3).nonzero()[0]
    found = []
    for i in city.tolist():
        for j in range(i + 1, min(i + 3, len(hits.start))):
            gap = view.text[hits.end[i] : hits.start[j]]
            shady = float(hits.weight[j, SHADY])
            if shady and len(gap) <= GAP and (not gap or gap.isalnum()):
                found.append((int(hits.start[i]), _tail(view, j), shady))
                break
    often = min(len(found), 3)
    return [Evidence(a, b, "kw_inline_offtopic", s * (0.7 + 0.35 * often)) for a, b, s in found]


def _tail(view: View, i: int) -> int:
    """Where the keyword ends: the hit's end, or that of a commercial word right behind it."""
    hits = view.hits
    end = int(hits.end[i])
    if i + 1 < len(hits.start) and hits.start[i + 1] - end <= 1 and hits.weight[i + 1, SELLS].any():
        end = int(hits.end[i + 1])
    return end
