"""Lists that say one thing over and over.

Identical items, variants of one product or query word, a segmenter's pieces.
"""

import re
from collections import Counter
from itertools import pairwise

from detector.noise.items import ItemBlock
from detector.noise.lexicon import columns
from detector.noise.view import Evidence, Reading, View

COMMERCE = columns("commerce", "service", "city", "fraud", "seo")
ENOUGH = 5  # repeats of one item that nobody needs
LONG = 20  # items of a list in which honest repeats are few
TWICE = 1.3  # a list pasted twice repeats half of itself; that must be enough
TITLE_WITHIN, PIECES = 200, 4  # characters at the top; neighbours in a title that are no chance
FUNCTION = frozenset(
    "我们 你们 他们 都有 什么 怎么 如何 哪些 又是 就是 "
    "这个 那个 一个 可以 没有 因为 所以 以及".split()
)
VARIED = ("tags", "search")  # lead-ins of lists that name variants; others name sites or titles
ASKING = re.compile("怎么|什么|哪|吗|多少|如何|是不是|好不好|能不能")


def measure(view: View) -> Reading | None:
    """Share of items that repeat or vary one word, a list; value: such items on the page."""
    evidence = [e for block in view.lists for e in _block(view, block)]
    if not evidence:
        return None
    return Reading(len(evidence), tuple(evidence))


def _block(view: View, block: ItemBlock) -> list[Evidence]:
    texts = block.texts
    found = []
    repeated = _repeated(texts, row=block.row)
    if repeated:
        found.append(Evidence(block.start, block.end, "repeat_stuffing", repeated))
    if block.lead == "breakdown":
        # A brand among the keywords tells whose page it is.
        brand = 0.3 * (block.shares["brands"] > 0)
        broken = max(_broken(texts), _title_in_pieces(view, texts))
        found.append(Evidence(block.start, block.end, "kw_breakdown", broken + brand))
    elif (block.row or block.lead in VARIED) and not (block.local or block.tagged):
        found += _variants(block, texts)
    return found


def _repeated(texts: list[str], *, row: bool) -> float:
    """Share of the list that holds its most frequent item, or that stands twice in a long row."""
    if len(set(texts)) == len(texts):
        return 0.0
    counts = Counter(t for t in texts if len(t) >= 2 and not t.isascii())
    (item, count), *_ = counts.most_common(1) or [("", 0)]
    if count >= ENOUGH and not item.isnumeric():
        return sum(item in t for t in texts) / len(texts)
    if len(texts) < LONG or not row:
        return 0.0
    return TWICE * (counts.total() - len(counts)) / len(texts)


def _broken(texts: list[str]) -> float:
    """Twice the share of items that are one character, a function word or a piece of others."""
    pieces = sum(
        len(t) < 2 or t in FUNCTION or any(t != other and t in other for other in texts)
        for t in texts
    )
    return 2 * pieces / len(texts)


def _title_in_pieces(view: View, texts: list[str]) -> float:
    """Share of items that the page's head says right after the item before: its title, cut up."""
    head = view.text[:TITLE_WITHIN]
    follows = sum(one + other in head for one, other in pairwise(texts))
    return follows / len(texts) if follows >= PIECES else 0.0


def _variants(block: ItemBlock, texts: list[str]) -> list[Evidence]:
    """Variants of one word: how many share it, helped by commerce, questions and a lead-in."""
    head = block.head
    if len(texts) < 3 or (head.share < 0.5 and block.lead != "search"):
        return []
    sold = float(block.weights[:, COMMERCE].max(axis=1).mean()) if block.hit else 0.0
    asked = sum(ASKING.search(t) is not None for t in texts) / len(texts)
    if block.lead == "search":
        queries = max(asked, sold) * 1.2
        return [Evidence(block.start, block.end, "longtail_kw_list", max(queries, head.share))]
    length = min(1.0, (len(head.gram) - 2) / 2)  # 2 characters tell nothing, 4 and more all
    strength = head.share * (0.4 + 0.35 * length + 0.5 * max(sold, asked)) + 0.2 * bool(block.lead)
    kind = "b2b_tags" if block.lead == "tags" or asked < 0.2 else "longtail_kw_list"
    return [
        Evidence(
            block.start,
            block.end,
            kind,
            strength * min(1.0, len(texts) / (3 if block.lead else 5)) * block.keyword,
        )
    ]
