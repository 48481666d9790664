"""The noise room against its cases: kinds that must fire, families and kinds that must not."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from detector.judge import settle, thresholds
from detector.noise import lists
from detector.noise.heads import shared_head
from detector.noise.items import ItemBlock
from detector.noise.table import SIGNALS, Rule, rules
from detector.noise.tagger import tag
from detector.noise.view import View
from detector.page import Block, Page

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "noise.jsonl").read_text("utf-8").splitlines()
    if line
]


def _found(text: str) -> set[str]:
    spans = settle(tag(Page(text)).spans, thresholds("balanced", {}))
    spam = [s for s in spans if s.severity == "spam"]
    return {s.kind for s in spam} | {s.label for s in spam}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case: dict[str, Any], request: pytest.FixtureRequest) -> None:
    if case.get("known_failure"):
        reason = case["known_failure"]
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    found = _found(case["text"])
    assert not set(case.get("must_not", ())) & found
    assert set(case.get("must", ())) <= found


def test_every_rule_can_speak_and_explain() -> None:
    for rule in rules().values():
        assert 0 <= rule.low < rule.high, rule.kind
        assert rule.zh, rule.kind
        assert rule.en, rule.kind
        assert rule.family in ("tag_spam", "boilerplate")


def test_every_spam_kind_has_a_case() -> None:
    wanted = {kind for case in CASES for kind in case.get("must", ())}
    spam = {rule.kind for rule in rules().values() if rule.severity == "spam"}
    assert len(spam & wanted) >= 0.8 * len(spam), sorted(spam - wanted)


def test_probability_is_monotone_with_its_two_anchors() -> None:
    rule = Rule("x", "tag_spam", 0.4, 0.8, "spam", "", "")
    steps = [rule.probability(i / 100) for i in range(300)]
    assert steps == sorted(steps)
    assert rule.probability(0.39) == 0
    assert rule.probability(0.4) == 0.5
    assert rule.probability(0.8) == pytest.approx(0.9)
    assert rule.probability(1e9) <= 1


def test_signal_names_are_unique_and_messages_format() -> None:
    assert len({row.name for row in SIGNALS}) == len(SIGNALS)
    for row in SIGNALS:
        assert row.message(3, "zh") != row.message(3, "en")


def _lists(text: str) -> list[ItemBlock]:
    return View(Page(text)).lists


def test_a_row_keeps_its_lead_in_and_its_items() -> None:
    text = "正文一句话说完。\n热门关键词：铝合金门窗 断桥铝门窗 系统门窗 阳光房门窗 隔音门窗"
    (block,) = _lists(text)
    assert block.lead == "tags"
    assert text[block.start : block.start + 5] == "热门关键词"
    assert block.size == 5
    assert block.head.gram == "门窗"


def test_short_lines_run_and_a_lead_in_opens_a_new_run() -> None:
    text = "手套\n围巾\n帽子\n袜子\n相关文章：\n怎样挑选冬天的手套\n围巾怎么洗才不变形"
    first, second = _lists(text)
    assert (first.lead, first.size) == ("", 4)
    assert (second.lead, second.size) == ("related", 2)


def test_prose_is_no_list() -> None:
    assert _lists("早上他去了菜市场，买了鱼、豆腐、青菜和姜，回家做了一锅汤。") == []


def test_shared_head_prefers_the_longer_word() -> None:
    head = shared_head(["断桥铝门窗", "系统门窗", "门窗厂家", "断桥铝价格"])
    assert head.gram in {"门窗", "断桥铝"}
    assert shared_head([]).share == 0
    assert shared_head(["甲", "乙"]).gram == ""


def test_a_page_is_read_less_charitably_once_proven_scraped() -> None:
    path = "当前位置：首页 > 生活 > 正文"
    intro = (
        "小站 收集整理的这篇文章主要介绍了怎样腌萝卜，"
        "小编觉得挺不错的，现在分享给大家，也给大家做个参考。"
    )
    alone = {s.kind: s.severity for s in tag(Page(f"{path}\n腌萝卜要先把水控干。")).spans}
    proven = {s.kind: s.severity for s in tag(Page(f"{path}\n{intro}\n腌萝卜要先把水控干。")).spans}
    assert alone.get("breadcrumb") == "benign"
    assert proven["breadcrumb"] == "spam"


def test_spans_are_stripped_inside_and_free_of_overlap() -> None:
    text = (
        "\n  标签: #a #b # #贷款秒批 #办证 #  \n\n"
        "友情链接: 威尼斯人官网 永利国际 澳门银河app 皇冠现金网 \n"
    )
    spans = tag(Page(text)).spans
    assert spans
    for a, b in pairwise(spans):
        assert a.end <= b.start or a.label != b.label
    for span in spans:
        piece = text[span.start : span.end]
        assert piece == piece.strip()
        assert piece


def test_a_hidden_wall_weighs_more_and_a_hidden_menu_nothing() -> None:
    wall = "银河娱乐app\n手套批发\n冬季围巾\n百家乐技巧\n保暖帽子\n羊毛袜子\n真人娱乐\n厚棉拖鞋"
    menu = "首页\n新闻\n图片\n论坛\n招聘\n关于我们\n联系方式\n网站地图"

    def strength(text: str, *, hidden: bool) -> float:
        blocks = tuple(
            Block(m.start(), m.end(), hidden=hidden) for m in re.finditer(r"[^\n]+", text)
        )
        reading = lists.measure(View(Page(text, blocks)))
        return max((e.strength for e in reading.evidence), default=0.0) if reading else 0.0

    assert strength(wall, hidden=True) > strength(wall, hidden=False) > 0
    assert strength(menu, hidden=True) == 0
