"""Recipes for lists: walls of keywords, tags, link farms, doorways."""

from itertools import pairwise
from typing import Final

from detector.read.segment import words
from detector.training.synth.draft import Block, Draft
from detector.training.synth.scene import PAUSE, SENTENCE_END, Scene, mark, place, rows

SEPARATORS: Final = (
    *[" "] * 6, *[","] * 4, *["，"] * 2, *["、"] * 3, *["|"] * 2, *[" | "] * 4, *["-"] * 3,
    *["_"] * 2, *["/"] * 2, *["  "] * 2, ";", "；", " - ", " · ", "\t", "", "\u3000", "➤", " , ",
    "★", "。",
)  # fmt: skip
PREFIXES: Final = (*[""] * 10, "·", "• ", "- ", "【", "#", "# ", "> ", "»", "◆", "N.")
WALL: Final = 60  # items of a wall at most; one in ten is up to eight times as long


def listed(scene: Scene, lead: str, items: list[str], *, vertical: float) -> list[str]:
    """Return the lines of a list, its lead before it or on a line of its own."""
    prefix = scene.pick(PREFIXES)
    if prefix == "N.":
        items = [f"{number}.{item}" for number, item in enumerate(items, 1)]
    elif prefix:
        close = "】" if prefix == "【" else ""
        items = [f"{prefix}{item}{close}" for item in items]
    lead = lead.removesuffix("\n") if lead.strip() else ""
    if scene.chance(vertical):
        return [lead, *items] if lead else items
    line = scene.pick(SEPARATORS).join(items)
    if scene.chance(0.1):
        line += " |"
    return [lead, line] if lead and scene.chance(0.25) else [lead + line]


def wall(scene: Scene, kind: str, symbol: str) -> list[str]:
    """Return many items of one kind, at times torn at a fixed length."""
    size = scene.count(8, WALL) * (scene.count(2, 8) if scene.chance(0.1) else 1)
    items = scene.entries(kind, symbol, size)
    return torn(scene, items) if scene.chance(0.15) else items


def torn(scene: Scene, items: list[str]) -> list[str]:
    """Return neighbours joined and cut at one length, as a table's column cuts them."""
    length = scene.pick(range(6, 15))
    return [(left + right)[:length] for left, right in pairwise(items)] or items


def put(draft: Draft, scene: Scene, new: list[str], kind: str, zones: str) -> None:
    """Put a list on the page, at times twice: for the desk and for the hand."""
    place(draft, scene, rows(new, mark(kind)), zones)
    if scene.chance(0.06):
        place(draft, scene, rows(new, mark(kind)), "top tail foot")


def topic_hashtags(draft: Draft, scene: Scene) -> None:
    """True hashtags with the stuffed block behind them, both of them twice at times."""
    honest = [scene.say("{hashtag}", TOPIC_WORD=word) for word in scene.keywords[:7]]
    lead = [scene.pick(("标签:", "标签：", "话题：", "Tags:"))] if scene.chance(0.7) else []
    stuffed = hashtags(scene)
    for _ in range(2 if scene.chance(0.35) else 1):
        top = rows([*lead, *(f"#{word}" for word in honest)], mark("topic_hashtags"))
        draft.zones["tail"].append([*top, *rows(stuffed, mark("seo_kw_tags"))])
        lead = []


def hashtags(scene: Scene) -> list[str]:
    """Return stuffed hashtags: torn, empty and one-letter ones among them."""
    items = torn(scene, scene.entries("seo_kw_tags", "seo_kw", scene.count(6, 24)))
    empty = ("", "", scene.say("{lower}"))
    tags = [f"#{scene.pick(empty) if scene.chance(0.15) else item.strip()}" for item in items]
    return tags if scene.chance(0.7) else [" ".join(tags)]


def seo_kw_tags(draft: Draft, scene: Scene) -> None:
    """Tags that are off-topic, torn or commercial."""
    if scene.chance(0.3):
        put(draft, scene, hashtags(scene), "seo_kw_tags", "tail tail head foot")
        return
    symbol = scene.pick(("seo_kw", "any_kw", "any_kw", "foreign_kw"))
    items = scene.entries("seo_kw_tags", symbol, scene.count(4, 24))
    items = torn(scene, items) if scene.chance(0.3) else items
    if scene.chance(0.3):
        items[: len(items) // 3] = scene.keywords[: len(items) // 3]
    new = listed(scene, scene.say("{tags_lead}"), items, vertical=0.3)
    put(draft, scene, new, "seo_kw_tags", "tail tail tail head foot between")


def seo_kw_list(draft: Draft, scene: Scene) -> None:
    """A wall of keywords."""
    symbol = scene.pick(("any_kw", "any_kw", "media_kw", "media_kw", "seo_kw", "product_kw"))
    lead = scene.say("{kwlist_lead}")
    new = listed(scene, lead, wall(scene, "seo_kw_list", symbol), vertical=0.15)
    put(draft, scene, new, "seo_kw_list", "top tail foot foot between")


def adult_kw_list(draft: Draft, scene: Scene) -> None:
    """A wall of adult keywords."""
    lead = scene.say("{kwlist_lead}") if scene.chance(0.4) else ""
    new = listed(scene, lead, wall(scene, "adult_kw_list", "adult_key"), vertical=0.15)
    put(draft, scene, new, "adult_kw_list", "top top foot foot tail between")


def gambling_kw_list(draft: Draft, scene: Scene) -> None:
    """A list of gambling keywords, sold links among them."""
    lead = scene.say(scene.pick(("{kwlist_lead}", "{links_lead}", "{tags_lead}", "")))
    items = scene.entries("gambling_kw_list", "gambling_key", scene.count(3, 40))
    new = listed(scene, lead, items, vertical=0.3)
    put(draft, scene, new, "gambling_kw_list", "top tail foot foot between")


def geo_kw_list(draft: Draft, scene: Scene) -> None:
    """Places times services."""
    symbol = scene.pick(("geo_kw", "geo_fixed", "geo_fixed"))
    items = scene.entries("geo_kw_list", symbol, scene.count(5, 50))
    lead = scene.say(
        scene.pick(("{kwlist_lead}", "服务区域：", "{links_lead}", "城市分站：", "", ""))
    )
    new = listed(scene, lead, items, vertical=0.25)
    put(draft, scene, new, "geo_kw_list", "tail foot foot top between")


def b2b_tags(draft: Draft, scene: Scene) -> None:
    """A row of commercial variants of one product."""
    items = scene.entries("b2b_tags", "variant", scene.count(3, 10))
    new = listed(scene, scene.say("{b2b_lead}"), items, vertical=0.1)
    put(draft, scene, new, "b2b_tags", "tail tail tail head top foot")


def repeat_stuffing(draft: Draft, scene: Scene) -> None:
    """One name over and over, variants at the end."""
    name = scene.entry("repeat_stuffing", scene.pick(("vendor_kw", "product", "product_kw")))
    items = [name] * scene.count(5, 24)
    variants = scene.entries("repeat_stuffing", "variant", scene.count(0, 6))
    separator = scene.pick((" ", " ", ",", "，", "、", "/", "", "\n"))
    text = separator.join([*items, *variants])
    put(draft, scene, text.split("\n"), "repeat_stuffing", "tail top head foot between")


def title_stuffing(draft: Draft, scene: Scene) -> None:
    """A title of variants, or variants before and behind the title."""
    items = scene.entries("title_stuffing", "variant", scene.count(3, 9))
    end = scene.say("-{COMPANY}") if scene.chance(0.5) else ""
    stuffed = scene.pick(("_", "_", "/", ",", "|", "-", "、", "，")).join(items) + end
    for _ in range(scene.count(1, 3)):
        place(draft, scene, rows([stuffed], mark("title_stuffing")), "top top head tail")


def kw_breakdown(draft: Draft, scene: Scene) -> None:
    """A segmenter's output passed off as keywords, a brand before it."""
    brand = scene.entry("gambling_kw_inline", scene.pick(("gambling_inline", "vendor_kw")))
    pieces = [
        word for word in words(f"{scene.pick(('', '‘'))}{brand},{scene.title}") if word.strip()
    ]
    separator = scene.pick((",", ",", "，", " ", "、"))
    lead = scene.pick(("本文关键词：", "本文关键词:", "关键词：", "本文关键字：", "文章关键词："))
    head = [brand] if scene.chance(0.6) else []
    line = lead + separator.join([*head, *(word for word in pieces[:14] if word not in ",，")])
    put(draft, scene, [line], "kw_breakdown", "tail tail tail head")


def longtail_kw_list(draft: Draft, scene: Scene) -> None:
    """A list of queries."""
    items = scene.entries("longtail_kw_list", "longtail", scene.count(4, 24))
    new = listed(scene, scene.say("{longtail_lead}"), items, vertical=0.5)
    put(draft, scene, new, "longtail_kw_list", "tail tail tail head foot between")


def link_farm_titles(draft: Draft, scene: Scene) -> None:
    """Titles of a station group, a few borrowed ones among them."""
    items = scene.entries("link_farm_titles", "farm_title", scene.count(4, 40))
    items = [scene.other().title or item if scene.chance(0.12) else item for item in items]
    if scene.chance(0.1):
        sold = scene.say("_{vendor_kw}")
        new = [f"上一篇：{items[0]}{sold}", f"下一篇：{items[1]}{sold}", *items[2:4]]
        put(draft, scene, new, "link_farm_titles", "tail")
        return
    new = listed(scene, scene.say("{farm_lead}"), items, vertical=0.85)
    put(draft, scene, new, "link_farm_titles", "tail tail tail foot head")


def link_farm_sites(draft: Draft, scene: Scene) -> None:
    """Sold links: names of sites that have nothing to do with each other."""
    items = scene.entries("link_farm_sites", "link_site", scene.count(5, 40))
    new = listed(scene, scene.say("{links_lead}"), items, vertical=0.3)
    put(draft, scene, new, "link_farm_sites", "foot foot tail")


def doorway_snippet(draft: Draft, scene: Scene) -> None:
    """A body of search results: a query's titles, each with a cut snippet or without one."""
    lines: list[str] = []
    bare = scene.chance(0.4)
    for _ in range(scene.count(5, 18)):
        title = scene.entry("doorway_snippet", "longtail")
        source = scene.say(scene.pick(("_{site}", "-{site}", "", "", " - {site}")))
        lines.append(f"{title}{source}")
        if not bare:
            lines.append(snippet(scene))
    body: list[Block] = [rows(lines, mark("doorway_snippet"))]
    draft.zones["body"] = body if scene.chance(0.7) else [*draft.zones["body"][:2], *body]


def snippet(scene: Scene) -> str:
    """Return a stretch of some carrier, cut at both ends as a search engine cuts it."""
    text = scene.other().text
    start = scene.pick(range(max(1, len(text) - 60)))
    cut = text[start : start + scene.count(30, 90)].replace("\n", " ").strip()
    head = scene.pick((SENTENCE_END, PAUSE)).split(cut, 1)[-1] if scene.chance(0.3) else cut
    return f"{head}{scene.pick(('...', '……', '…', '... ', ' [...]'))}"
