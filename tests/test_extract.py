"""HTML, Markdown and plain text to a page: what a visitor reads, and what he is not shown."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.page import Block, Page
from detector.read import read
from detector.read.extract import from_html, from_text
from detector.read.markdown import from_markdown

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "extract.jsonl").read_text("utf-8").splitlines()
]


def words(page: Page, *, hidden: bool) -> list[str]:
    return [page.text[b.start : b.end] for b in page.blocks if b.hidden == hidden]


def assert_sound(page: Page) -> None:
    last = 0
    for block in page.blocks:
        piece = page.text[block.start : block.end]
        assert last <= block.start < block.end <= len(page.text)
        assert piece == piece.strip()
        assert 0 <= block.link_chars <= len(piece)
        last = block.end


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    page = from_html(case["html"])
    assert page.text == case["text"]
    assert words(page, hidden=True) == case["hidden"]
    assert sum(block.link_chars for block in page.blocks) == case.get("links", 0)
    assert_sound(page)


def test_head_and_address() -> None:
    page = from_html(
        "<head><title> 山路\n 游记 </title><meta name=Keywords content='山, 路'>"
        "<meta name=description content='一篇'><meta name=description content='二篇'>"
        "<meta property=og:title content='题'><meta name=generator content=''></head><p>正文",
        url="https://example.org/a",
        encoding="gb18030",
    )
    assert page.title == "山路 游记"
    assert page.meta == {"keywords": "山, 路", "description": "一篇", "og:title": "题"}
    assert (page.url, page.encoding) == ("https://example.org/a", "gb18030")
    assert page.text == "正文"
    assert from_html("<title>甲</title>", title="乙").title == "乙"
    assert from_html("<svg><title>画</title></svg>").title is None


def test_blocks_say_which_element_made_them() -> None:
    page = from_html("<h1>题</h1><p>文<b>字</b><ul><li><a href=x>项</a></ul><pre>码</pre>尾")
    assert [block.tag for block in page.blocks] == ["h1", "p", "li", "pre", "body"]
    assert page.blocks[2] == Block(5, 6, link_chars=1, hidden=False, tag="li")


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "底",
        "<span>" * 100_000 + "底",
        "<b>" * 50_000 + "底",
        "<div style='color:red'>" * 30_000 + "底",
        "<table><td>" * 20_000 + "底",
        "<ul><li>" * 50_000 + "底",
        "<select>" + "<option>底" * 50_000,
        "".join(f"<b c={i}><p>底" for i in range(3_000)),
        f"<p style='{'a:b;' * 500_000}' title='{'x' * 1_000_000}'>底",
        "<" * 200_000 + "p>底",
        "<!--" * 100_000 + "-->底",
        "&" * 300_000 + "底",
        "<i hidden>x</i>底" * 20_000,
        "<svg><![CDATA[<p>" * 20_000 + "]]></svg>底",
        "<p <!--x>底" * 20_000,
        "".join(f"<p style='{'a' * 8000}{i}'>底" for i in range(100)),
    ],
    ids=lambda html: html[:16],
)
def test_hostile_pages_are_read_in_linear_time(html: str) -> None:
    start = time.perf_counter()
    page = from_html(html)
    assert time.perf_counter() - start < 10  # tens of milliseconds to one second on an idle core
    assert_sound(page)


def test_deep_nesting_keeps_its_text() -> None:
    assert from_html("<div>" * 100_000 + "底").text == "底"


def test_a_page_cut_anywhere_is_read() -> None:
    html = (
        '<!DOCTYPE html><html><head><title>题</title><style>p{}</style></head><body class="a b">'
        "<p style='color:#fff'>甲<a href='/x?a=1&amp;b=2'>乙</a><!-- 注 --><script>1<2</script></p>"
        "<table><tr><td>丙</td></tr></table><textarea>丁</textarea>&copy;</body></html>"
    )
    for end in range(len(html) + 1):
        assert_sound(from_html(html[:end]))


PIECES = st.sampled_from(
    "<p> <div> </div> <b> </b> <a href=x> </a> <br> <td> <table> </table> <ul><li> <pre> </pre> "
    "<!-- --> <script> </script> <svg> </svg> <style> <title> <xmp> </xmp> <select><option> "
    "<?a ?> <![CDATA[ ]]> <textarea> <template> <noscript> <plaintext> <frameset> <body> </p </ "
    "<p style='display:none'> <p style='color:rgb(1111111111,2,3)'> <i hidden> <x \"'=< &amp; &#0; "
    "&#xd800; 中文 \0 \x05 \u3000 \ud800 \r\n <math> <iframe> <marquee width=0>".split(" ")
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_never_raises_and_spans_are_sound(html: str) -> None:
    assert_sound(from_html(html))


@given(st.binary(max_size=300), st.sampled_from([None, "text/html", "text/markdown", "image/png"]))
def test_read_never_raises_on_bytes(data: bytes, content_type: str | None) -> None:
    assert_sound(read(data, content_type=content_type))


@given(st.text("#*-` \n\r\t[]()!<>中文a1.\u3000", max_size=120))
def test_markdown_is_kept_as_it_is(text: str) -> None:
    page = from_markdown(text)
    assert page.text == text
    assert_sound(page)


def test_plain_text_is_kept_as_it_is() -> None:
    text = " 甲\r\n\r\n乙\0\u0005 \n"
    assert from_text(text) == Page(text=text)
    assert read(text).text == text
    assert read(text.encode()).text == text


def test_markdown() -> None:
    text = (
        "# 题目\n\n一段 [链接](http://a.cn/b) 和 ![图](c.png)。\n- 项\n2. 项 <https://d.cn>\n"
        "```py\n# 不是题目 [x](y)\n\n```\n### 小题\n~~~~\n```\n~~~~\n尾\n"
    )
    page = from_markdown(text)
    assert page.text == text
    assert page.title == "题目"
    assert [(b.tag, b.link_chars) for b in page.blocks] == [
        ("h1", 0),
        ("p", len("[链接](http://a.cn/b)")),
        ("li", 0),
        ("li", len("<https://d.cn>")),
        *[("pre", 0)] * 3,
        ("h3", 0),
        *[("pre", 0)] * 3,
        ("p", 0),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<!DOCTYPE html><p>甲",
        "\ufeff \n<html>甲",
        "<?xml version='1.0'?>\n<!-- 注 -->\n<html><body>甲",
        "<div class=a>甲</div>",
        "<p>甲",
        "<!--" + "x" * 2000 + "--><p>甲",
    ],
)
def test_what_begins_like_html_is_html(html: str) -> None:
    assert read(html).text == "甲"
    assert read(html, content_type="application/octet-stream").text == "甲"
    assert read(html, content_type="text/plain; charset=utf-8").text == html


def test_a_row_of_comments_is_sniffed_in_linear_time() -> None:
    text = "<!---->" * 20_000 + "底"
    start = time.perf_counter()
    assert read(text).text == text
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("text", ["教程:<div> 是块级元素", "<占位>甲", "a < b > c", "<people>", ""])
def test_what_only_mentions_tags_is_plain(text: str) -> None:
    assert read(text).text == text
    assert read(text).blocks == ()


def test_kind_by_content_type_and_address() -> None:
    assert read("甲<br>乙", content_type="Text/HTML; charset=gbk").text == "甲\n乙"
    assert read("甲<br>乙", content_type="application/xhtml+xml").text == "甲\n乙"
    assert read("# 甲", content_type="text/markdown").blocks[0].tag == "h1"
    assert read("# 甲", url="https://a.cn/README.md?raw=1").blocks[0].tag == "h1"
    assert read("# 甲", url="https://a.cn/md").blocks == ()


def test_bytes_are_decoded_first() -> None:
    page = read(
        "<meta charset=gb2312><title>题</title><p>正文在此".encode("gbk"), url="u", title=None
    )
    assert (page.text, page.title, page.encoding, page.url) == ("正文在此", "题", "gb18030", "u")
    assert read("正文", title="题").title == "题"


def test_plain_text_pays_for_no_parser() -> None:
    code = (
        "import sys; from detector.read import read; read('正文'.encode());"
        "assert not [m for m in sys.modules if m.startswith('resiliparse')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "html",
    [
        "<body>" + "<span>" * 60_000 + "</i>" * 60_000 + "正文",
        "<p " + " ".join(f"a{i}=1" for i in range(60_000)) + ">正文</p>",
        "<p " + " ".join(f"a{i}" for i in range(60_000)) + ">正文</p>",
    ],
    ids=["stray end tags", "attributes with values", "bare attributes"],
)
def test_quadratic_markup_is_cheap(html: str) -> None:
    start = time.process_time()
    assert "正文" in from_html(html).text
    assert time.process_time() - start < 3  # 10 s and more where it is quadratic
