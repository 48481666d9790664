"""Link farms: related-title lists that sell, sold site links, and hidden or link-only blocks."""

import numpy as np

from detector.noise.items import ItemBlock
from detector.noise.lexicon import GROUPS, columns
from detector.noise.offtopic import foreign
from detector.noise.titles import doubled
from detector.noise.view import Evidence, Reading, View

SEO = GROUPS.index("seo")
SELLS = columns("seo", "fraud", "service", "commerce", "piracy", "gambling_brand", "gambling_word")
OFFER = 0.3  # weight of a word that offers something
TITLE = 7  # characters a title has at least, on average


def measure(view: View) -> Reading | None:
    """Share of a list's items that sell; value: the page's share of link characters."""
    density = sum(b.link_chars for b in view.page.blocks) / max(len(view.page.text), 1)
    unusual = _off_trade(view) if "seo" in view.hits.groups else 1.0
    evidence = [e for block in view.lists for e in _block(view, block, unusual)]
    return Reading(density, tuple(evidence)) if evidence or density else None


def _block(view: View, block: ItemBlock, unusual: float) -> list[Evidence]:
    if block.lead == "links":
        return [Evidence(block.start, block.end, "link_farm_sites", _selling(block))]
    if block.chars < TITLE or block.size < 3 or (block.row and block.lead != "related"):
        return []
    sold = block.shares["farm"] * unusual
    if block.lead == "related":
        sold = max(sold, _selling(block) * foreign(view, block))
    double = sum(map(doubled, block.texts)) / len(block.texts)
    strength = max(sold, double) * (1.0 if block.lead else 0.8)
    return [Evidence(block.start, block.end, "link_farm_titles", strength)]


def _selling(block: ItemBlock) -> float:
    """Share of items that sell anything at all, however honest each word may be alone."""
    if not block.hit:
        return 0.0
    return float((block.weights[:, SELLS].max(axis=1) >= OFFER).mean())


def _off_trade(view: View) -> float:
    """1 where the page's prose never speaks of the trade, down to .4 where that is its topic."""
    hits = view.hits
    spoken = hits.weight[:, SEO].copy()
    for listed in view.lists:
        spoken[listed.hits] = 0
    length = len(view.text) - sum(listed.end - listed.start for listed in view.lists)
    return float(np.clip(1.0 - 60.0 * float(spoken.sum()) / max(length, 1), 0.4, 1.0))
