"""Lists whose words the page never speaks of: vendors' keywords under somebody else's text."""

from collections.abc import Container

from detector.noise.items import ItemBlock
from detector.noise.lexicon import columns
from detector.noise.view import Evidence, Reading, View

LEAST = 5  # items
ANCHOR = range(3, 13)  # mean characters of an anchor keyword
SOLD = ("commerce", "service", "fraud", "seo")
SELLS = columns(*SOLD)
WEAK = 0.15  # weight of the vaguest word that offers something (二手, 出售)
BODY = 60  # characters of prose below which nothing is foreign to it


def measure(view: View) -> Reading | None:
    """Share of a list's items that are for sale and foreign to the prose; value: foreign items."""
    found = [
        (block, strength)
        for block in view.lists
        if block.size >= LEAST and not block.lead and (strength := _strength(view, block))
    ]
    if not found:
        return None
    evidence = (Evidence(b.start, b.end, "vendor_anchor_kw", s) for b, s in found)
    return Reading(sum(b.size for b, _ in found), tuple(evidence))


def _strength(view: View, block: ItemBlock) -> float:
    if block.groups.isdisjoint((*SOLD, "city")):
        return 0.0
    if int(block.length) not in ANCHOR or block.local:
        return 0.0
    sold = float((block.weights[:, SELLS].max(axis=1) >= WEAK).mean()) + 0.5 * block.named
    return min(sold, 1.0) * foreign(view, block) if sold else 0.0


def foreign(view: View, block: ItemBlock) -> float:
    """Share of a list's items the prose never speaks of, 0 where the prose is short."""
    if len(view.prose) < BODY:
        return 0.0
    return sum(not known(item, view.spoken) for item in block.texts) / len(block.texts)


def known(item: str, spoken: Container[str]) -> bool:
    """Whether any two neighbouring characters of the item are spoken.

    >>> known("水箱厂家", {"租赁", "赁合"}), known("租赁价格", {"租赁", "赁合"})
    (False, True)
    """
    return any(item[i : i + 2] in spoken for i in range(len(item) - 1))
