"""Recipes for what a scraper's, a station group's or an advertiser's template leaves."""

from typing import Final

from detector.page import Severity
from detector.training.synth.draft import Block, Draft, Piece
from detector.training.synth.inline import put_in
from detector.training.synth.scene import SENTENCE_END, Scene, mark, place, rows

CUT: Final = 150  # characters of a summary


def template(kind: str, scene: Scene, symbol: str = "", severity: Severity = "spam") -> Block:
    """Return a block that says a template of a kind."""
    text = scene.entry(kind, symbol or kind).strip()
    return rows([text], mark(kind, "boilerplate", severity))


def scraper_intro(draft: Draft, scene: Scene) -> None:
    """A scraper presents its catch."""
    for _ in range(scene.count(1, 2)):
        place(draft, scene, template("scraper_intro", scene), "head")


def scraper_outro(draft: Draft, scene: Scene) -> None:
    """A scraper takes its leave."""
    for _ in range(scene.count(1, 3)):
        place(draft, scene, template("scraper_outro", scene), "tail")


def source_footer(draft: Draft, scene: Scene) -> None:
    """Title, path and link of where the page stands."""
    for _ in range(scene.count(1, 2)):
        place(draft, scene, template("source_footer", scene), "tail tail tail foot head")


def category_footer(draft: Draft, scene: Scene) -> None:
    """A numbered column."""
    place(draft, scene, template("category_footer", scene), "tail tail foot")


def template_header(draft: Draft, scene: Scene) -> None:
    """The head of a station group's template."""
    place(draft, scene, template("template_header", scene), "top")


def template_footer(draft: Draft, scene: Scene) -> None:
    """The foot of a station group's template."""
    for _ in range(scene.count(1, 2)):
        place(draft, scene, template("template_footer", scene), "foot")


def disclaimer(draft: Draft, scene: Scene) -> None:
    """The excuse of a site that copies."""
    place(draft, scene, template("disclaimer", scene), "tail foot foot head")


def editor_voice(draft: Draft, scene: Scene) -> None:
    """The editor of nobody's, between sentences or on a line of its own."""
    for _ in range(scene.count(1, 4)):
        if scene.chance(0.35):
            place(draft, scene, template("editor_voice", scene), "between tail head")
            continue
        said = scene.entry("editor_voice", "editor_voice")
        put_in(scene.spot(draft, SENTENCE_END), Piece(said, (mark("editor_voice", "boilerplate"),)))


def injected_ad(draft: Draft, scene: Scene) -> None:
    """An advertisement that interrupts the text."""
    for _ in range(scene.count(1, 4)):
        if scene.chance(0.55):
            place(draft, scene, template("injected_ad", scene), "between between between tail head")
            continue
        said = scene.entry("injected_ad", "injected_ad")
        put_in(scene.spot(draft, SENTENCE_END), Piece(said, (mark("injected_ad", "boilerplate"),)))


def ad_message(draft: Draft, scene: Scene) -> None:
    """A whole message of marketing, in place of the body or behind it."""
    lines = [scene.say("{ad_opening}"), *scene.entries("ad_message", "ad_body", scene.count(3, 7))]
    text = scene.pick(("\n", "\n", "")).join([*lines, scene.say("{ad_closing}")])
    new = rows([text], mark("ad_message", "boilerplate"))
    if scene.chance(0.3):
        draft.zones["body"] = [new]
    else:
        place(draft, scene, new, "tail between tail")


def templated_comments(draft: Draft, scene: Scene) -> None:
    """Comments that one template made."""
    lead = [scene.pick(("网友评论", "最新评论：", "全部评论"))] if scene.chance(0.4) else []
    shape = scene.pick(scene.grammar.symbols["comment"])
    said = [scene.say(shape) for _ in range(scene.count(3, 10))]
    place(
        draft, scene, rows([*lead, *said], mark("templated_comments", "boilerplate")), "tail foot"
    )


def summary_dup(draft: Draft, scene: Scene) -> None:
    """An abstract that is the first paragraph again."""
    body = draft.zones["body"]
    text = "".join(piece.text for piece in body[0][0] if not piece.marks) if body else ""
    if len(text) < 20:
        return
    cut = text if len(text) < CUT and scene.chance(0.6) else text[: scene.count(30, CUT)] + "..."
    leads = (
        "本文摘要：",
        "文章摘要：",
        "摘要：",
        "简要描述：",
        "导读：",
        "内容简介：",
        "核心提示：",
        "【摘要】",
    )
    lines = [scene.pick(leads) + cut]
    if scene.chance(0.2):
        lines.append(scene.pick(leads) + cut)
    place(draft, scene, rows(lines, mark("summary_dup", "boilerplate")), "head")


def stitched_text(draft: Draft, scene: Scene) -> None:
    """Sentences of unrelated articles between the paragraphs."""
    for _ in range(scene.count(1, 3)):
        said: list[str] = []
        for _ in range(scene.count(1, 4)):
            sentences = SENTENCE_END.split(scene.other().text[:1500])
            said.append(scene.pick(sentences).replace("\n", " ").strip())
        text = "。".join(sentence for sentence in said if len(sentence) > 8)
        if text:
            place(
                draft, scene, rows([text + "。"], mark("stitched_text", "boilerplate")), "between"
            )


def random_id(draft: Draft, scene: Scene) -> None:
    """A random number behind a line or on one of its own."""
    for _ in range(scene.count(1, 4)):
        piece = Piece(scene.entry("random_id", "random_id"), (mark("random_id", "boilerplate"),))
        lines = [line for line in draft.lines("title", "body") if not line[-1].marks]
        if lines and scene.chance(0.6):
            scene.pick(lines).extend((Piece(scene.pick(("", " ", " "))), piece))
        else:
            place(draft, scene, [[piece]], "head tail foot between")


def extraction_debris(draft: Draft, scene: Scene) -> None:
    """What a template or an extractor left lying."""
    for _ in range(scene.count(1, 5)):
        severity: Severity = "benign" if scene.chance(0.4) else "spam"
        symbol = "debris_benign" if severity == "benign" else "debris"
        word = scene.entry("extraction_debris", symbol)
        marks = (mark("extraction_debris", "boilerplate", severity),)
        if scene.chance(0.5):
            place(draft, scene, rows([word], *marks), "between head tail top")
        else:
            put_in(scene.spot(draft, SENTENCE_END), *rows([word.replace("\n", " ")], *marks)[0])


def duplicate_title(draft: Draft, scene: Scene) -> None:
    """The title again, right under itself."""
    title = draft.zones["title"]
    if not title:
        title.append(rows([scene.title]))
    for _ in range(scene.count(1, 3)):
        title.append(rows([scene.title], mark("duplicate_title", "boilerplate")))


def meta_leak(draft: Draft, scene: Scene) -> None:
    """A prompt's or an editor's field for search engines."""
    text = scene.entry("meta_leak", "meta_leak")
    place(draft, scene, rows([text], mark("meta_leak")), "head head head tail between")
