"""The fold: what it undoes, what it leaves, and that its offsets never lie."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.read import chars
from detector.read.fold import EXPAND, ROUNDS, annotations, by_table, fold, fold_table

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "fold.jsonl").read_text("utf-8").splitlines()
]
ALPHABET = (
    "#｜|（(dāng)）當发發 \t\r\n\u0005\u200bωｗwＷ.。．①㈱❤★≯_-*"
    "767e;5ea6;【】微信号x9銀yín\ud800\0é\u0301"
)
PIECES = [
    "(dāng)",
    "當(dang)",
    "767e;5ea6;",
    "大_尺_度",
    "【微】",
    "wωw.",
    "w-w-w",
    "微❤信",
    "公△众",
]
DISGUISED = st.lists(st.sampled_from(list(ALPHABET) + PIECES), max_size=40).map("".join)
ANY_TEXT = DISGUISED | st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
REPLACING = {"lookalike", "entity", "dot"}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    assert fold(case["text"]).text == case["folded"]
    if "notes" in case:
        assert len(annotations(case["text"])) == case["notes"]


@given(ANY_TEXT)
@settings(max_examples=400)
def test_the_map_covers_the_original(text: str) -> None:
    folded = fold(text)
    assert len(folded.origin) == len(folded.ends) == len(folded.text)
    assert (np.diff(folded.origin) >= 0).all()
    assert (np.diff(folded.ends) >= 0).all()
    assert (folded.origin < folded.ends).all()
    taken = np.zeros(len(text), dtype=bool)
    for _, start, end in folded.undone:
        taken[start:end] = True
    for i, char in enumerate(folded.text):
        start, end = folded.span(i, i + 1)
        assert char in by_table(text[start:end]).text or taken[start:end].all()
        taken[start:end] = True
    for missed in np.flatnonzero(~taken):
        assert by_table(text[missed]).text == ""


@given(ANY_TEXT, st.data())
@settings(max_examples=300)
def test_a_match_in_table_folded_text_is_found_in_its_stretch(
    text: str, data: st.DataObject
) -> None:
    folded = by_table(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    low, high = folded.span(start, end)
    assert folded.text[start:end] in by_table(text[low:high]).text


@given(ANY_TEXT)
@settings(max_examples=400)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(ANY_TEXT)
@settings(max_examples=200)
def test_lines_correspond(text: str) -> None:
    folded = fold(text)
    breaks = [i for i, char in enumerate(text) if char == "\n"]
    assert [int(folded.origin[i]) for i, c in enumerate(folded.text) if c == "\n"] == breaks


def test_every_code_point_folds_to_its_own_fixed_point() -> None:
    table = fold_table()
    single = table[table < EXPAND]
    assert (table[single] == single).all()
    assert table[ord("\n")] == ord("\n")
    assert np.flatnonzero(table == ord("\n")).tolist() == [ord("\n")]


def test_what_one_character_expands_to_is_folded() -> None:
    for cp in np.flatnonzero(fold_table() == EXPAND):
        text = fold(chr(cp)).text
        assert by_table(text).text == text


def test_a_span_takes_in_what_was_deleted_inside_it() -> None:
    text = "看微\u200b❤信。"
    folded = fold(text)
    at = folded.text.index("微信")
    assert text[slice(*folded.span(at, at + 2))] == "微\u200b❤信"
    assert folded.span(0, 0) == (0, 0)
    assert folded.span(4, 4) == (len(text), len(text))


def test_an_entity_maps_to_all_its_digits() -> None:
    text = "看5c0f;8bf4;"
    folded = fold(text)
    assert text[slice(*folded.span(2, 3))] == "8bf4;"


def test_what_was_undone_is_named() -> None:
    assert [(u.kind, u.start, u.end) for u in fold("當(dāng)前微❤信").undone] == [
        ("pinyin", 1, 7),
        ("filler", 9, 10),
    ]


def test_annotations_point_into_the_original() -> None:
    text = "請\u200b(qǐng)看（kàn）"
    assert [text[a:b] for a, b in annotations(text)] == ["(qǐng)", "（kàn）"]
    assert annotations(text, fold(text)) == annotations(text)


def test_nested_disguises_end() -> None:
    text = "当" * 50 + "(dang)" * 50
    assert len(fold(text).text) == 50 + 6 * (50 - ROUNDS)


def test_empty() -> None:
    folded = fold("")
    assert (folded.text, len(folded.origin), folded.span(0, 0)) == ("", 0, (0, 0))


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("当前位置", "Hans"),
        ("當前位置", "Hant"),
        ("當前位置时间", "mixed"),
        ("中文", "none"),
        ("", "none"),
    ],
)
def test_script(text: str, script: str) -> None:
    assert chars.script(chars.census(chars.codepoints(text))) == script


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("这是一段中文", "zh"),
        ("用 print() 打印 hello world", "zh"),
        ("Plain English text that mentions 北京 once and then goes on for long", "en"),
        ("これは日本語の文章です", "ja"),
        ("한국어 문장입니다", "ko"),
        ("Русский текст", "und"),
        ("123 !!", "und"),
        ("", "und"),
    ],
)
def test_language(text: str, code: str) -> None:
    language = chars.language(chars.census(chars.codepoints(text)))
    assert (language.code, language.supported) == (code, code == "zh")


@pytest.mark.parametrize(
    ("sample", "name"),
    [
        ("中㐀𠀀〇", chars.HAN),
        ("aＺ", chars.LATIN),
        ("āü", chars.TONED),
        ("1５①❶", chars.DIGIT),
        ("ωЖ", chars.GREEK_CYRILLIC),
        ("あカ", chars.KANA),
        ("한", chars.HANGUL),
        ("。！…；", chars.TERMINAL),
        ("，、：", chars.COMMA),
        ("（【“", chars.OPEN),
        ("）】”", chars.CLOSE),
        ("|｜_-#·→", chars.SEPARATOR),
        ("%&", chars.OTHER_PUNCT),
        ("\0\x05\x7f\x9f", chars.CONTROL),
        ("\u200b\ufeff\ufe0f\xad", chars.ZERO_WIDTH),
        ("\ue000\U000f0000", chars.PRIVATE_USE),
        ("❤🌸☀", chars.EMOJI),
        ("★△≯◇§", chars.FILLER),
        ("\ufffd", chars.REPLACEMENT),
        ("\u0301\u20e3", chars.COMBINING),
        (" \t\u3000\x85", chars.SPACE),
        ("\r\n", chars.NEWLINE),
        ("\ud800", chars.OTHER),
    ],
)
def test_class(sample: str, name: int) -> None:
    assert set(chars.classes(chars.codepoints(sample)).tolist()) == {name}
