"""What the HTML of a made page would say of its lines: links, hidden places, tags."""

from typing import Final

from detector.training.synth.draft import ZONES, Draft, Line, Mark
from detector.training.synth.scene import Scene

#: How often the words of a kind are links. 1: always, absent: never.
LINKED: Final = {
    "site_nav": 1.0, "related_links": 1.0, "prevnext": 0.9, "breadcrumb": 0.8, "legit_tags": 0.7,
    "link_farm_titles": 0.95, "link_farm_sites": 1.0, "longtail_kw_list": 0.8, "b2b_tags": 0.7,
    "seo_kw_tags": 0.7, "topic_hashtags": 0.7, "gambling_kw_list": 0.7, "adult_kw_list": 0.5,
    "seo_kw_list": 0.5, "geo_kw_list": 0.6, "doorway_snippet": 0.4, "vendor_anchor_kw": 0.8,
    "kw_inline_offtopic": 0.6, "gambling_kw_inline": 0.3, "category_footer": 0.5,
    "injected_ad": 0.15,
}  # fmt: skip
#: How often a block of a kind is hidden from readers.
HIDDEN: Final = {
    "gambling_kw_list": 0.3, "adult_kw_list": 0.3, "link_farm_sites": 0.2, "seo_kw_list": 0.2,
    "geo_kw_list": 0.1, "link_farm_titles": 0.08, "ui_residue": 0.1, "site_nav": 0.04,
}  # fmt: skip
TAGS: Final = {"title": "h1", "body": "p"}
ITEM_TAGS: Final = ("li", "li", "a", "div", "td", "p")

BlockRow = tuple[int, int, int, bool, str]  # start, end, link_chars, hidden, tag


def blocks(draft: Draft, scene: Scene) -> list[BlockRow]:
    """Return a row a line, the fields of :class:`detector.page.Block` in their order."""
    rows: list[BlockRow] = []
    look = _Look(scene)
    at = -len(draft.space)
    for zone in ZONES:
        for block in draft.zones[zone]:
            at += len(draft.space)
            for number, line in enumerate(block):
                at += len(draft.gap) if number else 0
                end = at + sum(len(piece.text) for piece in line)
                marks = line[0].marks if line else ()
                tag = look.tag(marks[0]) if marks else TAGS.get(zone, "div")
                if end > at:
                    rows.append((at, end, look.link_chars(line), look.hidden(line), tag))
                at = end
    return rows


class _Look:
    """How each mark of a page looks: drawn once, so that a list is of one piece."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.links: dict[Mark, bool] = {}
        self.unseen: dict[Mark, bool] = {}
        self.tags: dict[Mark, str] = {}

    def link_chars(self, line: Line) -> int:
        """Return how many characters of a line are links' text."""
        return sum(
            len(text)
            for text, marks in line
            if any(self._draw(self.links, mark, LINKED) for mark in marks)
        )

    def hidden(self, line: Line) -> bool:
        """Whether all of a line is hidden."""
        return all(
            any(self._draw(self.unseen, mark, HIDDEN) for mark in marks) for _, marks in line
        )

    def tag(self, mark: Mark) -> str:
        """Return the element a mark's lines stand in."""
        if mark.kind == "longtail_heading":
            return "h2"
        if mark not in self.tags:
            self.tags[mark] = self.scene.pick(ITEM_TAGS if mark.kind in LINKED else ("p", "div"))
        return self.tags[mark]

    def _draw(self, drawn: dict[Mark, bool], mark: Mark, shares: dict[str, float]) -> bool:
        if mark not in drawn:
            drawn[mark] = self.scene.chance(shares.get(mark.kind, 0.0))
        return drawn[mark]
