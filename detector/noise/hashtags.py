"""Blocks of hashtags and how much of them is junk: torn, empty, commercial, foreign to the page."""

import numpy as np
from numpy.typing import NDArray

from detector.noise.items import ItemBlock
from detector.noise.lexicon import columns
from detector.noise.offtopic import known
from detector.noise.view import Evidence, Reading, View

MARK = "#"
LEAST = 4  # tags; fewer are an honest tag line
TRADE = columns("seo", "fraud", "adult", "gambling_brand", "gambling_word", "service")
# How much each defect says that the block was stuffed: an empty or one-letter tag is a torn list,
# a trade word is what stuffing sells, a repeat or a word the body never uses may be honest.
TORN, SOLD, REPEATED, FOREIGN = 1.0, 1.0, 0.3, 0.25


def measure(view: View) -> Reading | None:
    """Mean defect of a block's tags; value: tags in blocks."""
    if view.text.count(MARK) < LEAST:
        return None
    found = [block for block in view.lists if block.tagged and block.size >= LEAST]
    if not found:
        return None
    evidence = [e for block in found for e in _block(view, block)]
    return Reading(sum(block.size for block in found), tuple(evidence))


def _block(view: View, block: ItemBlock) -> list[Evidence]:
    defect = _defects(view, block)
    junk = float(defect.mean())
    first = int(np.argmax(defect >= TORN)) if (defect >= TORN).any() else block.size
    if first in (0, block.size):
        return [Evidence(block.start, block.end, "seo_kw_tags", junk)]
    cut, own = block.items[first][0], block.items[first - 1][1]
    return [
        Evidence(block.start, own, "topic_hashtags", 2 * junk),
        Evidence(cut, block.end, "seo_kw_tags", junk),
    ]


def _defects(view: View, block: ItemBlock) -> NDArray[np.float64]:
    sold = block.weights[:, TRADE].max(axis=1)
    seen: set[str] = set()
    found = np.zeros(block.size)
    for i, (start, end) in enumerate(block.items):
        tag = view.text[start:end].strip("# ")
        if len(tag) < 2:
            found[i] = TORN
        elif sold[i] >= 0.5:
            found[i] = SOLD
        else:
            found[i] = FOREIGN * (not known(tag, view.spoken)) + REPEATED * (tag in seen)
        seen.add(tag)
    return found
