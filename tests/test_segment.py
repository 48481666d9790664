"""Sentences, items, segments, and words equal to jieba's."""

import pickle
import time
import warnings
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.page import Segment
from detector.read.segment import Segmenter, items, segments, sentences, words

REFERENCE = Segmenter()
WRITTEN = [
    "我们昨天在图书馆讨论了人工智能的未来。",
    "这家小店的C++教程和AT&T手册卖1.5元，打8.5折！",
    "他說臺北的天氣很好，\r\n\t明天去爬山　好嗎？",
    "结婚的和尚未结婚的都来了",
    "㐀㐁㐂𠀀𠀁𠀂中国北京",
    "\ud800ab中国\udfff\ud800",
    "www.example.com/a-b_c?d=e#f 100%+5",
    "ＡＢＣ①②③❤🌸\u200b\ufeff\0\x85\u2028",
    "",
    "   \n\n",
    "-",
    "K歌之王γ射线T恤B超",
]
ALPHABET = (
    "中国北京大学人工智能的了aZ09+#&._%-~·，。 \t\r\n\u3000\x1c\x85"
    "㐀𠀀龥鿖豈ａ①é\ufffd\u200bあ한々〇\0\ud800"
)
TEXT = st.text(st.sampled_from(ALPHABET), max_size=60) | st.text(
    st.characters(codec=None, exclude_categories=()), max_size=30
)


def cut(text: str, ranges: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in ranges]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好！再见。", ["你好！", "再见。"]),
        ("他说：“好的。”然后走了……  真的?!", ["他说：“好的。”", "然后走了……", "真的?!"]),
        ("第一行\n 第二行 \r\n\n第三行", ["第一行", "第二行", "第三行"]),
        ("版本3.5.1发布. 下一句.end", ["版本3.5.1发布.", "下一句.end"]),
        ("（真的。）对", ["（真的。）", "对"]),
        ("。。", ["。。"]),
        (" \n ", []),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert cut(text, sentences(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("标签: 网站优化 | 关键词 | 排名", ["网站优化", "关键词", "排名"]),
        ("#旅行 #摄影 # #春天的 花", ["旅行", "摄影", "春天的 花"]),
        ("首页 新闻 体育 财经", ["首页", "新闻", "体育", "财经"]),
        ("甲 乙|丙|丁 戊 己", ["甲 乙", "丙", "丁 戊 己"]),
        ("水果、蔬菜、肉类、粮油", ["水果", "蔬菜", "肉类", "粮油"]),
        ("苹果,香蕉,梨子,桃子,杏子", ["苹果", "香蕉", "梨子", "桃子", "杏子"]),
        ("上海装修_北京装修_广州装修", ["上海装修", "北京装修", "广州装修"]),
        ("红酒-白酒-啤酒-黄酒", ["红酒", "白酒", "啤酒", "黄酒"]),
        ("2020-01-02-新闻-体育", ["2020-01-02", "新闻", "体育"]),
        ("首页 > 新闻 > 国内", ["首页", "新闻", "国内"]),
        ("姓名:甲|年龄:7|城市:京", ["姓名:甲", "年龄:7", "城市:京"]),
        ("一\n二\n三", ["一", "二", "三"]),
        ("a\tb\tc", ["a", "b", "c"]),
    ],
)
def test_lists_are_cut(text: str, expected: list[str]) -> None:
    assert cut(text, items(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "我们去了北京、上海、广州、深圳，然后回家。第二天，大家都很累。",
        "近年来，这座城市的交通条件不断改善，居民的生活也越来越方便，游客逐年增多",
        "一_二",
        "2020-01-02",
        "",
        "| | | |",
        "只有一句话",
    ],
)
def test_prose_is_no_list(text: str) -> None:
    assert items(text) == []


def test_items_of_a_part() -> None:
    text = "说明如下。\n茶叶|咖啡|牛奶\n完"
    assert cut(text, items(text, 6, 14)) == ["茶叶", "咖啡", "牛奶"]


def test_segments() -> None:
    assert segments("标题一行\n你好。再见。\n茶|酒|水") == (
        Segment(0, 4, "line"),
        Segment(5, 8, "sentence"),
        Segment(8, 11, "sentence"),
        Segment(12, 13, "item"),
        Segment(14, 15, "item"),
        Segment(16, 17, "item"),
    )


@given(st.text(st.sampled_from("中文好a1 |#、,，_-/\t\n\r。！”).. \u3000"), max_size=60))
@settings(max_examples=300)
def test_ranges_are_ordered_and_bare(text: str) -> None:
    for found in (sentences(text), items(text), [(s.start, s.end) for s in segments(text)]):
        assert all(start < end for start, end in found)
        assert all(a[1] <= b[0] for a, b in pairwise(found))
        assert all(text[start:end] == text[start:end].strip() for start, end in found)


@given(st.text(st.sampled_from("中文好a1 。！”)\n.\t"), max_size=60))
@settings(max_examples=200)
def test_sentences_lose_only_white_space(text: str) -> None:
    assert "".join(cut(text, sentences(text))).replace(" ", "").replace("\t", "") == "".join(
        text.split()
    )


@pytest.mark.parametrize("cutter", [sentences, items, segments])
@pytest.mark.parametrize("unit", ["关键词|", "关键词 ", "字", "字。", "- ", "标签:", "\n", " "])
def test_a_line_of_200_000_characters(cutter: Callable[[str], Any], unit: str) -> None:
    text = unit * (200_000 // len(unit))
    start = time.perf_counter()
    cutter(text)
    assert time.perf_counter() - start < 2  # a quadratic cut would take minutes


@pytest.mark.parametrize("text", WRITTEN)
def test_words_equal_jieba(text: str) -> None:
    assert words(text) == REFERENCE.words(text)


@given(TEXT)
@settings(max_examples=400)
def test_words_equal_jieba_on_any_text(text: str) -> None:
    assert words(text) == REFERENCE.words(text)
    assert "".join(words(text)) == text


def test_user_words_stay_whole_and_travel() -> None:
    text = "他在搞蜘蛛池模板下载站"
    own = Segmenter(["蜘蛛池模板", ("下载站", 100_000)])
    assert own.words(text)[-2:] == ["蜘蛛池模板", "下载站"]
    assert "蜘蛛池模板" not in REFERENCE.words(text)
    copy = pickle.loads(pickle.dumps(own))
    assert copy.words(text) == own.words(text)


def test_jieba_is_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Segmenter(["某某词"]).words("某某词")
    assert capfd.readouterr() == ("", "")
