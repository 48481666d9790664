"""Recipes that put a foreign word into a page's own text."""

import re
from collections.abc import Callable
from typing import Final

from detector.training.synth.draft import Draft, Line, Piece, insert
from detector.training.synth.scene import (
    PAUSE,
    SENTENCE_END,
    Scene,
    Spot,
    mark,
    place,
    rows,
)

#: A name a brand may stand in for: a few characters and what such names end in.
ORGANISATION: Final = re.compile(
    r"[\u4e00-\u9fff]{2,5}?(?:公司|集团|大学|学院|中学|小学|医院|银行|法院|研究院|研究所|协会|委员会|俱乐部|部门"
    r"|中心|电视台|出版社|杂志|图书馆|博物馆|公园|酒店|学校|政府|局|队)"
)
NUMBERED: Final = re.compile(r"(?=第[一二三四五六七八九十\d]+[条章节点])")
ANYWHERE: Final = re.compile(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])")
#: Slips of the finger: two neighbours change places, one is lost, one is doubled.
SLIPS: Final[tuple[Callable[[str, int], str], ...]] = (
    lambda word, at: word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
    lambda word, at: word[:at] + word[at + 1 :],
    lambda word, at: word[: at + 1] + word[at:],
)


def put_in(spot: Spot | None, *new: Piece) -> None:
    """Put pieces into a spot, if there is one."""
    if spot:
        insert(spot.line, spot.piece, spot.at, new)


def gambling_kw_inline(draft: Draft, scene: Scene) -> None:
    """A gambling brand before labels, in titles, in place of names, at times in quotes."""
    for _ in range(scene.count(1, 7)):
        brand = scene.entry("gambling_kw_inline", "gambling_inline")
        brand = scene.say(scene.pick(scene.grammar.symbols["gambling_put"]), item=brand)
        scene.pick(
            (
                instead_of_a_name,
                instead_of_a_name,
                before_a_line,
                in_the_title,
                in_a_sentence,
                in_links,
            )
        )(draft, scene, Piece(brand, (mark("gambling_kw_inline"),)))


def instead_of_a_name(draft: Draft, scene: Scene, word: Piece) -> None:
    """Replace an organisation's name, or its first part, by the word; else put it in a sentence."""
    spot = scene.spot(draft, ORGANISATION)
    if spot is None:
        in_a_sentence(draft, scene, word)
        return
    text = spot.line[spot.piece].text
    name = next(m for m in ORGANISATION.finditer(text) if m.end() == spot.at)
    tail = name[0][-2:] if scene.chance(0.4) else ""
    halves = (Piece(text[: name.start()]), word, Piece(tail + text[name.end() :]))
    spot.line[spot.piece : spot.piece + 1] = [half for half in halves if half.text]


def before_a_line(draft: Draft, scene: Scene, word: Piece) -> None:
    """Put the word at the head of a line, as a label's owner or bare."""
    lines = [line for line in draft.lines("title", "head", "body", "tail") if len(line[0].text) > 3]
    if not lines:
        return
    line = scene.pick(lines)
    joint = scene.pick(("", "", "：", "-", "_", "|", "讯 ", "消息，", " ", "："))
    if not line[0].marks:
        line[:0] = [word, *([Piece(joint)] if joint else [])]


def in_the_title(draft: Draft, scene: Scene, word: Piece) -> None:
    """Put the word before or behind the title, at times on a line of its own."""
    lines = list(draft.lines("title"))
    if not lines or scene.chance(0.2):
        place(draft, scene, [[word]], "top head between tail")
        return
    line, joint = scene.pick(lines), Piece(scene.pick(("", "-", "_", "|", " ", "：", "【")))
    if joint.text == "【":
        line.extend((joint, word, Piece("】")))
    else:
        line[:] = [*line, joint, word] if scene.chance(0.5) else [word, joint, *line]


def in_a_sentence(draft: Draft, scene: Scene, word: Piece) -> None:
    """Put the word between two sentences, behind a pause, or in the middle of a clause."""
    put_in(scene.spot(draft, scene.pick((SENTENCE_END, PAUSE, PAUSE, ANYWHERE))), word)


def in_links(draft: Draft, scene: Scene, word: Piece) -> None:
    """Put the word into the titles of previous and next."""
    benign = mark("prevnext", "boilerplate", "benign")
    lines: list[Line] = [
        [
            Piece(lead, (benign,)),
            Piece(scene.say("{query}")[:4]),
            word,
            Piece(scene.say("{q_tail}")),
        ]
        for lead in ("上一篇：", "下一篇：")[: scene.count(1, 2)]
    ]
    # Two labels are two marks: the titles between them are no furniture of this page's own.
    for line in lines[1:]:
        line[0] = Piece(line[0].text, (mark("prevnext", "boilerplate", "benign"),))
    place(draft, scene, lines, "tail")


def kw_inline_offtopic(draft: Draft, scene: Scene) -> None:
    """A commercial keyword foreign to its sentence, a link's text once."""
    for _ in range(scene.count(1, 6)):
        word = Piece(scene.entry("kw_inline_offtopic", "foreign_kw"), (mark("kw_inline_offtopic"),))
        how = scene.rng.random()
        if how < 0.25:
            place(draft, scene, [[word]], "between between tail")
        elif how < 0.35:
            put_in(scene.spot(draft, NUMBERED), word)
        else:
            in_a_sentence(draft, scene, word)


def vendor_anchor_kw(draft: Draft, scene: Scene) -> None:
    """A vendor's keyword as the text of a link, in brackets, behind a lead or bare."""
    shapes = (
        "{}",
        "{}",
        "（{}）",
        "【{}】",
        "[{}]",
        "<{}>",
        "推荐：{}",
        "点击查看{}",
        "更多{}",
        "--{}",
        "选{}",
    )
    for _ in range(scene.count(1, 5)):
        word = scene.pick(shapes).format(scene.entry("vendor_anchor_kw", "vendor_kw"))
        piece = Piece(word, (mark("vendor_anchor_kw"),))
        if scene.chance(0.3):
            place(draft, scene, [[piece]], "tail between")
        else:
            in_a_sentence(draft, scene, piece)


def query_repeat(draft: Draft, scene: Scene) -> None:
    """One query pasted between sentences, again and again."""
    query = scene.entry("query_repeat", scene.pick(("query", "longtail", "geo_kw", "vendor_kw")))
    if scene.chance(0.35):
        query = scene.title  # the title is the query it was made for
    elif scene.chance(0.5):
        draft.zones["title"].append([[Piece(query)]])
    end = scene.pick(("", "", "？", "。", "，", "!"))
    for _ in range(scene.count(3, 12)):
        put_in(scene.spot(draft, SENTENCE_END), Piece(query + end, (mark("query_repeat"),)))


def longtail_heading(draft: Draft, scene: Scene) -> None:
    """Queries, bare or misspelt, as headings between paragraphs."""
    for _ in range(scene.count(1, 6)):
        query = scene.entry("longtail_heading", "typo_query")
        if scene.chance(0.6):
            query = scene.pick(SLIPS)(query, scene.pick(range(max(1, min(len(query) - 1, 7)))))
        place(draft, scene, rows([query], mark("longtail_heading")), "between between between head")
