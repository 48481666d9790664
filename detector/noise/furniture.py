"""Page furniture: menus, bylines, paths, true tags; honest pages have it too."""

import re
from collections.abc import Iterator
from itertools import groupby

import numpy as np

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


def measure(view: View) -> Reading | None:
    """Furniture on the page; the value is how many characters it takes."""
    evidence = [*select(view.formulas, KINDS), *_menus(view), *_title_again(view)]
    evidence += echoes(view, select(evidence, ("breadcrumb",)))
    if not evidence:
        return None
    return Reading(float(sum(e.end - e.start for e in evidence)), tuple(evidence))


def _menus(view: View) -> Iterator[Evidence]:
    """Runs of short lines without punctuation at either end of the page."""
    lines = view.lines
    ink = np.flatnonzero(lines.end > lines.start)
    if len(ink) <= MENU_LINES:
        return
    pauses = lines.counts[:, chars.TERMINAL] + lines.counts[:, chars.COMMA]
    entry = ((lines.end - lines.start <= MENU_ENTRY) & (pauses == 0))[ink]
    if not entry.any():
        return
    edges = np.flatnonzero(np.diff(np.concatenate(([0], entry.view(np.int8), [0]))))
    for first, stop in edges.reshape(-1, 2):
        near_edge = min(int(first), len(ink) - int(stop)) <= EDGE
        if stop - first >= MENU_LINES and near_edge and stop - first < len(ink):
            start, end = int(lines.start[ink[first]]), int(lines.end[ink[stop - 1]])
            words = len(MENU_WORDS.findall(view.text[start:end]))
            yield Evidence(start, end, "site_nav", words / 2)


def _title_again(view: View) -> Iterator[Evidence]:
    """The first line once more at once; as strong as it is often said again."""
    lines = view.lines
    ink = np.flatnonzero(lines.end > lines.start)[:TITLE_LINES]
    spans = [(int(lines.start[i]), int(lines.end[i])) for i in ink]
    for title, group in groupby(spans, key=lambda span: view.text[slice(*span)]):
        copies = list(group)[1:]
        if len(title) >= TITLE:
            yield from (Evidence(*s, "duplicate_title", float(len(copies))) for s in copies)
