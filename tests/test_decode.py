"""Bytes to text: every encoding of Chinese pages, declared rightly, wrongly or not at all."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.read.decode import REPLACEMENT, declared, decode

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "decode.jsonl").read_text("utf-8").splitlines()
]
HANS = "雨停以后，山路上的泥土还很松软，我们扶着竹杖慢慢往上走，到亭子里歇了一会儿。"
HANT = "雨停以後，山路上的泥土還很鬆軟，我們扶著竹杖慢慢往上走，到亭子裡歇了一會兒。"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    data = bytes.fromhex(case.get("before", "")) + case["text"].encode(case["codec"])
    found = decode(data, case.get("content_type"))
    assert found.text == case["text"]
    assert (found.encoding, found.how) == (case["encoding"], case["how"])
    assert found.replaced == 0


@pytest.mark.parametrize("head", range(3))
@pytest.mark.parametrize("tail", range(3))
def test_utf8_cut_in_mid_character_stays_utf8(head: int, tail: int) -> None:
    data = HANS.encode()
    found = decode(data[head : len(data) - tail], "text/html; charset=gbk")
    assert (found.encoding, found.how) == ("utf-8", "utf-8")
    assert found.replaced == bool(head) + bool(tail)
    assert found.text.count(REPLACEMENT) == found.replaced
    assert found.text.strip(REPLACEMENT) in HANS


def test_gbk_cut_in_mid_character_loses_only_that() -> None:
    found = decode(HANS.encode("gbk")[:-1])
    assert found.text == HANS[:-1] + REPLACEMENT
    assert found.replaced == 1


def test_a_few_broken_bytes_in_utf8_are_replaced_and_counted() -> None:
    found = decode(HANS.encode() + b"\xff\xfe" + HANS.encode())
    assert found.text == HANS + REPLACEMENT * 2 + HANS
    assert (found.encoding, found.replaced) == ("utf-8", 2)


def test_replacement_characters_of_the_author_are_not_counted() -> None:
    found = decode((HANS + REPLACEMENT + HANS).encode() + b"\xff" + HANS.encode())
    assert found.text.count(REPLACEMENT) == 2
    assert found.replaced == 1


def test_two_encodings_in_one_page_keep_the_greater_part() -> None:
    found = decode((HANS * 5).encode() + HANS.encode("gbk"))
    assert found.text.startswith(HANS * 5)
    assert found.encoding == "utf-8"
    assert found.replaced > 0


def test_nothing_fits() -> None:
    found = decode(b"\xff\x80" * 40)
    assert found.how in {"fallback", "detected"}
    assert isinstance(found.text, str)


@pytest.mark.parametrize("length", [6, 10, 20, 38])
@pytest.mark.parametrize("start", range(0, 30, 5))
def test_gb18030_and_big5_are_told_apart_on_short_texts(start: int, length: int) -> None:
    simplified, traditional = HANS[start : start + length], HANT[start : start + length]
    assert decode(simplified.encode("gb18030")).text == simplified
    assert decode(traditional.encode("gb18030")).text == traditional
    assert decode(traditional.encode("big5")).text == traditional


def test_declarations_come_strongest_first_without_doubles() -> None:
    page = b"<?xml version='1.0' encoding='utf-8'?><meta charset='big5'><meta charset=x-x-big5>"
    assert declared(page, "text/html; charset=GB2312") == ("gb18030", "big5hkscs", "utf-8")
    assert declared(b"<p>charset=gbk</p>") == ()


def test_a_long_page_is_decoded_in_linear_time() -> None:
    start = time.perf_counter()
    found = decode((HANS * 50_000).encode("gbk"))  # 3.8 MB
    assert found.replaced == 0
    assert time.perf_counter() - start < 5


@given(st.binary(max_size=400), st.none() | st.text(max_size=40))
def test_never_raises(data: bytes, content_type: str | None) -> None:
    found = decode(data, content_type)
    assert found.text.encode("utf-8", "strict") is not None
    assert 0 <= found.replaced <= found.text.count(REPLACEMENT)


@given(
    st.text("中文網页的是 a，\n\u0005", min_size=1, max_size=40),
    st.sampled_from(["utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-32-be"]),
    st.binary(max_size=6),
    st.sampled_from([None, "text/html; charset=gbk", "text/html;charset=big5", "charset=utf-16"]),
)
def test_never_raises_on_nearly_right_bytes(
    text: str, codec: str, garbage: bytes, content_type: str | None
) -> None:
    data = text.encode(codec, "ignore")
    middle = len(data) // 2 | 1
    for damaged in (data + garbage, data[:middle] + garbage + data[middle:], data[1:]):
        assert isinstance(decode(damaged, content_type).text, str)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_valid_utf8_without_nul_comes_back_unchanged(text: str) -> None:
    data = text.encode()
    if not text.startswith("\ufeff") and "\0" not in text:
        assert decode(data).text == text
