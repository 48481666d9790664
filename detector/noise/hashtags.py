"""Blocks of hashtags and how much of them is junk: torn, empty, commercial, foreign to the page."""

import numpy as np
from numpy.typing import NDArray

from detector.noise.items import ItemBlock
from detector.noise.lexicon import GROUPS
from detector.noise.view import Evidence, Reading, View

MARK = "#"
LEAST = 4  # tags; fewer are an honest tag line
TRADE = [GROUPS.index(g) for g in ("seo", "fraud", "adult", "gambling_brand", "gambling_word", "service")]
# How much each defect says that the block was stuffed: an empty or one-letter tag is a torn list,
# a trade word is what stuffing sells, a repeat or a word the body never uses may be honest.
TORN, SOLD, REPEATED, FOREIGN = 1.0, 1.0, 0.3, 0.25


def measure(view: View) -> Reading | None:
    """Mean defect of a block's tags; value: tags in blocks."""
    if view.text.count(MARK) < LEAST:
        return None
    found = [block for block in view.lists if _is_tagged(view, block)]
    if not found:
        return None
    evidence = [e for block in found for e in _block(view, block)]
    return Reading(sum(block.size for block in found), tuple(evidence))


def _is_tagged(view: View, block: ItemBlock) -> bool:
    marked = sum(view.text[a] == MARK for a in block.items[:, 0].tolist())
    if block.row:
        marked = view.text.count(MARK, block.start, block.end)
    return block.size >= LEAST and marked >= 0.8 * block.size


def _block(view: View, block: ItemBlock) -> list[Evidence]:
    defect = _defects(view, block)
    junk = float(defect.mean())
    first = int(np.argmax(defect >= TORN)) if (defect >= TORN).any() else block.size
    if first == 0 or first == block.size:
        return [Evidence(block.start, block.end, "seo_kw_tags", junk)]
    cut = int(block.items[first, 0])
    own = int(block.items[first - 1, 1])
    return [
        Evidence(block.start, own, "topic_hashtags", 2 * junk),
        Evidence(cut, block.end, "seo_kw_tags", junk),
    ]


def _defects(view: View, block: ItemBlock) -> NDArray[np.float64]:
    body = view.text[: block.start]
    sold = block.weights[:, TRADE].max(axis=1)
    seen: set[str] = set()
    found = np.zeros(block.size)
    for i, (start, end) in enumerate(block.items.tolist()):
        tag = view.text[start:end].strip("# ")
        if len(tag) < 2:
            found[i] = TORN
        elif sold[i] >= 0.5:
            found[i] = SOLD
        else:
            found[i] = FOREIGN * (not _in_body(tag, body)) + REPEATED * (tag in seen)
        seen.add(tag)
    return found


def _in_body(tag: str, body: str) -> bool:
    """Whether any two neighbouring characters of the tag stand in the body."""
    return any(tag[i : i + 2] in body for i in range(len(tag) - 1))
