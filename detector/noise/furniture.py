"""Page furniture: menus, bylines, paths, true tags; honest pages have it too."""

import re
from collections.abc import Iterator
from itertools import groupby

from detector.noise.formulas import echoes, select
from detector.noise.view import Evidence, Reading, View
from detector.read import chars

KINDS = frozenset(
    "prevnext breadcrumb byline copyright related_links legit_tags ui_residue".split()
)
# A menu is a run of at least so many lines, each no longer than a menu entry and without a pause,
MENU_LINES, MENU_ENTRY = 5, 12
# at most so far from an end of the page, and with entries that only menus have: lyrics have none.
EDGE = 2
# Copies of a title are looked for in so many lines; a shorter line is no title.
TITLE_LINES, TITLE = 5, 8
MENU_WORDS = re.compile(
    r"^(?:网站|返回)?首页$|^(?:关于|联系)我们$|^登录|^注册|^搜索$|^产品(?:中心|展示)$|^新闻(?:中心|动态|资讯)$"
    r"|^公司(?:简介|新闻)$|^投稿$|^会员中心$|^收藏本站$|^个人中心$|^更多$|^下载$|^在线(?:留言|咨询)$|^退出$",
    re.MULTILINE,
)

Ranges = list[tuple[int, int]]


def measure(view: View) -> Reading | None:
    """Furniture on the page; the value is how many characters it takes."""
    inked = [(start, end) for start, end in view.lines.bounds if start < end]
    evidence = [*select(view.formulas, KINDS), *_menus(view, inked), *_title_again(view, inked)]
    evidence += echoes(view, select(evidence, ("breadcrumb",)))
    if not evidence:
        return None
    return Reading(float(sum(e.end - e.start for e in evidence)), tuple(evidence))


def _menus(view: View, inked: Ranges) -> Iterator[Evidence]:
    """Runs of short lines without punctuation at either end of the page."""
    if sum(end - start <= MENU_ENTRY for start, end in inked) < MENU_LINES:
        return
    shape, first = view.folded.shape, 0
    for is_menu, group in groupby(inked, key=lambda span: _is_entry(shape[slice(*span)])):
        run = list(group)
        near_edge = min(first, len(inked) - first - len(run)) <= EDGE
        if is_menu and near_edge and MENU_LINES <= len(run) < len(inked):
            start, end = run[0][0], run[-1][1]
            words = len(MENU_WORDS.findall(view.text[start:end]))
            yield Evidence(start, end, "site_nav", words / 2)
        first += len(run)


def _is_entry(shape: bytes) -> bool:
    return len(shape) <= MENU_ENTRY and chars.TERMINAL not in shape and chars.COMMA not in shape


def _title_again(view: View, inked: Ranges) -> Iterator[Evidence]:
    """The first line once more at once; as strong as it is often said again."""
    head = inked[:TITLE_LINES]
    titles = [view.text[start:end] for start, end in head]
    if len(set(titles)) == len(titles):
        return
    for title, group in groupby(head, key=lambda span: view.text[slice(*span)]):
        copies = list(group)[1:]
        if len(title) >= TITLE:
            yield from (Evidence(*s, "duplicate_title", float(len(copies))) for s in copies)
