"""City × service: names of places multiplied with services or goods, as lists and inside text."""

import numpy as np

from detector.noise.items import ItemBlock
from detector.noise.lexicon import GROUPS, columns
from detector.noise.view import Evidence, Reading, View

CITY = GROUPS.index("city")
SOLD = ("service", "fraud", "seo", "commerce")
SELLS = columns(*SOLD)
SHADY = GROUPS.index("fraud")
GAP = 4  # characters between the city and what is sold there (佛山|专业|私家侦探)


def measure(view: View) -> Reading | None:
    """Share of items that pair a city with something sold; value: pairs on the page."""
    groups = view.hits.groups
    if "city" not in groups or groups.isdisjoint(SOLD):
        return None
    lists = [e for block in view.lists for e in _block(block)]
    pairs = _pairs(view)
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
    return [Evidence(a, b, "kw_inline_offtopic", s * (0.7 + 0.3 * often)) for a, b, s in found]


def _tail(view: View, i: int) -> int:
    """Where the keyword ends: the hit's end, or that of a commercial word right behind it."""
    hits = view.hits
    end = int(hits.end[i])
    if i + 1 < len(hits.start) and hits.start[i + 1] - end <= 1 and hits.weight[i + 1, SELLS].any():
        end = int(hits.end[i + 1])
    return end
