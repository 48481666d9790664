"""Ordinary furniture of a page, and the lists of clean pages that look like spam."""

from typing import Final

from detector.training.synth.draft import Block, Draft
from detector.training.synth.lists import listed
from detector.training.synth.scene import Scene, mark, place, rows


def benign(draft: Draft, scene: Scene, kind: str, text: str, zones: str) -> None:
    """Put a piece of furniture on the page."""
    place(draft, scene, rows([text.strip()], mark(kind, "boilerplate", "benign")), zones)


def site_greeting(draft: Draft, scene: Scene) -> None:
    """A site's greeting."""
    benign(draft, scene, "site_greeting", scene.entry("site_greeting", "site_greeting"), "top")


def site_nav(draft: Draft, scene: Scene) -> None:
    """A menu."""
    lead = scene.say("{ad_free_lead}") + "\n" if scene.chance(0.15) else ""
    items = scene.entries("site_nav", "menu_item", scene.count(3, 30))
    if scene.chance(0.1):
        items = [scene.say("{product}") for _ in items]  # a shop's own shelves
    text = "\n".join(listed(scene, lead, list(dict.fromkeys(items)), vertical=0.6))
    benign(draft, scene, "site_nav", text, "top top top foot")


def breadcrumb(draft: Draft, scene: Scene) -> None:
    """The path to the page."""
    benign(draft, scene, "breadcrumb", scene.entry("breadcrumb", "breadcrumb"), "top")


def byline(draft: Draft, scene: Scene) -> None:
    """Date, source and author."""
    benign(draft, scene, "byline", scene.entry("byline", "byline"), "head head head tail")


def prevnext(draft: Draft, scene: Scene) -> None:
    """Previous and next."""
    text = scene.entry("prevnext", "prevnext")
    if scene.chance(0.4):
        text = f"上一篇：{scene.other().title or scene.say('{news_title}')}\n下一篇：没有了"
    benign(draft, scene, "prevnext", text, "tail")


def related_links(draft: Draft, scene: Scene) -> None:
    """Related articles of a real site."""
    count = scene.count(3, 12)
    titles = [scene.other().title or scene.say("{news_title}") for _ in range(count)]
    if scene.chance(0.5):
        titles = scene.entries("related_links", "news_title", count)
    lead = scene.say(scene.pick(("{related_lead}", "{farm_lead}", "")))
    lines = listed(scene, lead, titles, vertical=0.95)
    benign(draft, scene, "related_links", "\n".join(lines), "tail tail foot")


def copyright_line(draft: Draft, scene: Scene) -> None:
    """Owner, licence number, reprint notice."""
    benign(draft, scene, "copyright", scene.entry("copyright", "copyright"), "foot foot foot tail")


def contact_block(draft: Draft, scene: Scene) -> None:
    """A firm's or an office's own address."""
    benign(draft, scene, "contact_block", scene.entry("contact_block", "contact"), "foot foot tail")


def legit_tags(draft: Draft, scene: Scene) -> None:
    """A short true tag line."""
    words = scene.keywords[: scene.count(1, 6)]
    sign = scene.pick((" ", " ", ",", "，", "、", " #", "\n", ""))
    lead = "#" if sign == " #" else scene.say("{honest_tag_lead}")
    benign(draft, scene, "legit_tags", lead + sign.join(words), "tail tail tail head")


def ui_residue(draft: Draft, scene: Scene) -> None:
    """Texts of buttons and counters."""
    for _ in range(scene.count(1, 3)):
        benign(
            draft, scene, "ui_residue", scene.entry("ui_residue", "ui"), "head tail tail foot top"
        )


def honest_editor(draft: Draft, scene: Scene) -> None:
    """An editor of an edited site who signs as such."""
    text = scene.say("（{place}日报记者 {person}，本期小编 {person}）")
    benign(draft, scene, "byline", text, "tail")


def content(draft: Draft, scene: Scene, new: list[str], zones: str = "tail between tail") -> None:
    """Put unmarked lines on the page: content that only looks like noise."""
    place(draft, scene, rows(new), zones)


def spec_list(draft: Draft, scene: Scene) -> None:
    """A product's figures."""
    lines = [scene.say("{spec_title}"), scene.say("品名：{PRODUCT}"), scene.say("型号：{model}")]
    content(draft, scene, [*lines, *(scene.say("{spec}") for _ in range(scene.count(2, 9)))])


def price_table(draft: Draft, scene: Scene) -> None:
    """A market's prices of the day."""
    shape = scene.pick(scene.grammar.symbols["price_row"])
    content(draft, scene, [scene.say(shape) for _ in range(scene.count(4, 16))])


def paper_keywords(draft: Draft, scene: Scene) -> None:
    """The keyword line of a paper: part of the paper, and honest."""
    words = [*scene.keywords[:3], *(scene.say("{paper_word}") for _ in range(scene.count(2, 5)))]
    scene.rng.shuffle(words)
    line = scene.say("{paper_lead}") + scene.pick(("；", ";", "，", "; ", "　", " ")).join(words)
    content(draft, scene, [line], "head tail")


def source_code(draft: Draft, scene: Scene) -> None:
    """A few lines of code."""
    for _ in range(scene.count(1, 3)):
        content(draft, scene, [scene.say("{code}")])


def lyrics(draft: Draft, scene: Scene) -> None:
    """A song: lines that come back are its nature."""
    verse = [scene.say("{song_line}") for _ in range(scene.count(3, 8))]
    chorus = [scene.say("{song_line}") for _ in range(2)] * 2
    content(draft, scene, [*verse, *chorus, *verse[:2], *chorus])


def lottery(draft: Draft, scene: Scene) -> None:
    """Published results of a lottery."""
    shape = scene.pick(scene.grammar.symbols["lottery"])
    content(draft, scene, [scene.say(shape) for _ in range(scene.count(3, 12))])


def about_spam(draft: Draft, scene: Scene) -> None:
    """Sentences about spam, gambling crime and sex education."""
    content(draft, scene, [scene.say("{about_seo}")], "between between tail")


def contents(draft: Draft, scene: Scene) -> None:
    """The contents of a book or a journal."""
    content(draft, scene, [scene.say("{toc}") for _ in range(scene.count(4, 14))])


def honest_list(draft: Draft, scene: Scene) -> None:
    """Names in a row: a class, a menu of dishes, places on a route."""
    symbol = scene.pick(("person", "fruit", "place", "paper_word", "n_event"))
    names = list(dict.fromkeys(scene.say(f"{{{symbol}}}") for _ in range(scene.count(5, 30))))
    content(draft, scene, listed(scene, "", names, vertical=0.3))


def record(draft: Draft, scene: Scene) -> None:
    """Rows of one shape: a cast, a recipe's ingredients, a timetable, a list of libraries."""
    shape = scene.pick(scene.grammar.symbols["record"])
    lead = scene.say(scene.pick(("{record_lead}", "{record_lead}", "")))
    content(
        draft,
        scene,
        [*([lead] if lead else []), *(scene.say(shape) for _ in range(scene.count(3, 15)))],
    )


def official_links(draft: Draft, scene: Scene) -> None:
    """Links of an office to offices."""
    items = list(dict.fromkeys(scene.say("{official}") for _ in range(scene.count(3, 10))))
    lead = scene.pick(("相关链接：", "友情链接：", "友情链接", "网站链接"))
    text = "\n".join(listed(scene, lead, items, vertical=0.4))
    benign(draft, scene, "site_nav", text, "foot")


def directory(draft: Draft, scene: Scene) -> None:
    """Offices and their addresses, as the foot of an office's site has them."""
    items = []
    for _ in range(scene.count(4, 24)):
        office, url = scene.say("{office}"), scene.say("{office_url}")
        items += scene.pick(([office], [url, office], [f"{office} {url}"]))
    sign = scene.pick(("\n", "\n", " ", "　", " | "))
    benign(draft, scene, "site_nav", sign.join(items), "foot")


def references(draft: Draft, scene: Scene) -> None:
    """Where a picture, a figure or a thought comes from: addresses that sell nothing."""
    for _ in range(scene.count(1, 4)):
        content(draft, scene, scene.say("{reference}").split("\n"), "between tail")


def notices(draft: Draft, scene: Scene) -> None:
    """What an office tells people: where to apply, whom to call, what is free."""
    for _ in range(scene.count(1, 3)):
        content(draft, scene, [scene.say("{notice}")], "between tail")


def shop_page(draft: Draft, scene: Scene) -> None:
    """A shop that names its one product in every honest sentence."""
    content(draft, scene, [scene.say("{shop_line}") for _ in range(scene.count(2, 6))])


def glosses(draft: Draft, scene: Scene) -> None:
    """Brackets behind words that are no annotation: a gloss, a unit, a line of pinyin."""
    word = scene.keywords[0]
    lines = (
        f"{word}(pane)的设置见下图，V(s)为电压，t(s)为时间。",
        "chūn mián bù jué xiǎo，chù chù wén tí niǎo。",
        f"{word}（{scene.say('{letters}')}）一词来自英文。",
    )
    content(draft, scene, [scene.pick(lines)])


#: Furniture by kind: how often it stands on a page that has furniture at all.
FURNITURE: Final = {
    "site_greeting": (site_greeting, 0.08),
    "site_nav": (site_nav, 0.4),
    "breadcrumb": (breadcrumb, 0.25),
    "byline": (byline, 0.45),
    "prevnext": (prevnext, 0.3),
    "related_links": (related_links, 0.25),
    "copyright": (copyright_line, 0.35),
    "contact_block": (contact_block, 0.15),
    "legit_tags": (legit_tags, 0.15),
    "ui_residue": (ui_residue, 0.25),
}
#: What a clean twin may carry besides, by the kind it is marked as ("": it is not); none is spam.
HONEST: Final = (
    *[("legit_tags", legit_tags)] * 3, ("site_nav", site_nav), ("site_nav", official_links),
    ("site_nav", directory),
    ("related_links", related_links), ("copyright", copyright_line),
    ("contact_block", contact_block), ("byline", honest_editor),
    *[("", make) for make in (
        spec_list, price_table, paper_keywords, paper_keywords, source_code, lyrics, lottery,
        about_spam, about_spam, contents, honest_list, glosses, record, record, shop_page,
        references, references, notices, notices,
    )],
)  # fmt: skip


def paragraphs(text: str) -> list[Block]:
    """Return a text's lines as blocks."""
    return [rows([line.strip()]) for line in text.split("\n") if line.strip()]
