"""Walls of keywords: what share of a list's items carries words of the lexicon.

The measure is a mean over items, so one hit in a long honest menu is nearly nothing and a wall in
which every second item hits is unmistakable, however long it is.
"""

import re
from math import log2

from detector.noise.items import SHARED, ItemBlock
from detector.noise.lexicon import GROUPS
from detector.noise.view import Evidence, Reading, View

WALLS = {"adult_kw_list": "adult", "gambling_kw_list": "gambling", "seo_kw_list": "wares"}
SOLD = frozenset(group for name in (*WALLS.values(), "goods") for group in SHARED[name])
SOLD |= {"gambling_tail"}
CATALOGUE, DOUBT = 16, 0.6  # a long row of things for sale, some of which honest shops have
FULL = 8  # items; a shorter list proves proportionally less,
WALL = 0.25  # a longer one more: this much a doubling
TITLED, WORD = ("adult_kw_list", "gambling_kw_list"), 6  # kinds that list titles; characters a word
UNSEEN = 1.5  # hiding a list that sells says for whom it is; menus are hidden too, but sell nothing
# An unknown brand gives itself away by its trade and its way in: 乐盈|电竞|官网, 亚泰|彩票|平台.
TRADE = re.compile("体育|彩票|娱乐|棋牌|电竞|视讯|真人")
TAIL, WAY_IN, LIKELY = GROUPS.index("gambling_tail"), 0.8, 0.9
RUN = 0.7  # lines without a lead-in may be a menu that a few brands were put into


def measure(view: View) -> Reading | None:
    """Share of items with lexicon words, a list and kind; value: items in lists that have any."""
    found = [
        (block, e)
        for block in view.lists
        if not (SOLD.isdisjoint(block.groups) or block.tagged or block.local)
        for e in _walls(view, block)
    ]
    if not found:
        return None
    return Reading(sum(block.size for block, _ in found), tuple(e for _, e in found))


def _walls(view: View, block: ItemBlock) -> list[Evidence]:
    room = block.keyword
    if not (block.row or block.lead):
        room *= RUN
    if view.hidden(block.start, block.end):
        room *= UNSEEN
    # A list about the phenomenon (crime news, moderation terms) is no wall of it.
    told = 1.0 - min(1.0, 2.0 * block.shares["context"])
    shares = {kind: block.shares[name] for kind, name in WALLS.items()}
    shares["gambling_kw_list"] = max(shares["gambling_kw_list"], _entries(block))
    if block.row and block.size >= CATALOGUE:
        shares["seo_kw_list"] = max(shares["seo_kw_list"], DOUBT * block.shares["goods"])
    return [
        Evidence(block.start, block.end, kind, share * room * _length(block, kind) * told)
        for kind, share in shares.items()
        if share
    ]


def _length(block: ItemBlock, kind: str) -> float:
    """How much a list proves by its length; the titles of films and bets count for several words.

    Four of them in one row at the foot of a page are what a burglar left there.
    """
    size = float(block.size)
    if block.row and kind in TITLED:
        size = max(size, min(FULL, size * block.chars / WORD))
    return size / FULL if size < FULL else 1 + WALL * log2(size / FULL)


def _entries(block: ItemBlock) -> float:
    """Share of items that name a gambling trade together with a way into it."""
    if "gambling_tail" not in block.groups:
        return 0.0
    led = (block.weights[:, TAIL] >= WAY_IN).nonzero()[0].tolist()
    named = sum(TRADE.search(block.item(i)) is not None for i in led)
    return LIKELY * named / block.size
