"""Furniture by layout: pages of made-up sites, each with its own markup."""

import random

import numpy as np
import pytest

from detector.noise import layout
from detector.noise.blocks import blocks_of
from detector.noise.layout import Layout, Run, kind_of, runs
from detector.noise.series import around, neighbours
from detector.page import Page
from detector.read import read
from detector.training.noise import layout as training
from detector.training.noise.beside import beside

MENU = ("首页", "新闻", "体育", "财经", "汽车", "登录", "注册", "更多")
SUBJECTS = ("小镇的集市", "老桥的石狮", "山里的茶园", "河边的渡口", "城东的书店", "巷口的面馆")
DEEDS = ("清早就开了门", "在雨后格外安静", "已经有八十年的历史", "又来了几位新客人")
ENDS = ("，邻居们都说这样很好。", "，谁也不急着离开。", "；到了傍晚，灯才一盏盏亮起来。")


def article(site: int, rng: random.Random) -> tuple[str, list[str]]:
    """A page in a site's own markup, and its paragraphs."""
    tag, item = ("p", "li") if site % 2 else ("div", "span")
    texts = [
        "".join(rng.choice(SUBJECTS) + rng.choice(DEEDS) + rng.choice(ENDS) for _ in range(3))
        for _ in range(rng.randint(4, 9))
    ]
    menu = "".join(f'<{item}><a href="/{n}">{word}</a></{item}><br>' for n, word in enumerate(MENU))
    titles = (f"{rng.choice(SUBJECTS)}{rng.choice(DEEDS)}" for _ in range(8))
    related = "".join(f'<li><a href="/{n}.html">{title}</a></li>' for n, title in enumerate(titles))
    body = "".join(f"<{tag}>{text}</{tag}>" for text in texts)
    html = (
        f"<title>{texts[0][:9]}</title><body><div>{menu}</div><h1>{texts[0][:9]}</h1>"
        f"<div>{body}</div><div>相关阅读</div><ul>{related}</ul>"
        f"<div>分享到：微博 微信</div><div>网友评论</div><div>版权所有 第{site}网</div></body>"
    )
    return html, texts


def marked(site: int, rng: random.Random) -> dict[str, object]:
    html, texts = article(site, rng)
    text = read(html, content_type="text/html").text
    start, end = text.index(texts[0][:9]), text.index(texts[-1]) + len(texts[-1])
    spans = [(0, start), (end, len(text))]
    keys = ("start", "end", "label")
    marks = [dict(zip(keys, (*span, "boilerplate"), strict=True)) for span in spans]
    return {"html": html, "site": f"site{site}", "spans": marks}


@pytest.fixture(scope="module")
def taught() -> Layout:
    rng = random.Random(3)
    return training.fit([marked(site, rng) for site in range(8) for _ in range(6)], seed=1)


def test_furniture_of_an_unseen_site_is_cut_and_its_text_is_not(taught: Layout) -> None:
    html, texts = article(11, random.Random(8))
    page = read(html, content_type="text/html")
    found = taught.furniture(page)
    cut = "".join(page.text[run.start : run.end] for run in found)
    assert all(word in cut for word in ("首页", "相关阅读", "微博", "版权所有"))
    assert not any(text in cut for text in texts)
    assert {run.kind for run in found} <= {"site_nav", "related_links", "ui_residue"}
    assert found[0].kind == "site_nav"


def test_runs_are_in_order_apart_and_probable(taught: Layout) -> None:
    page = read(article(12, random.Random(9))[0], content_type="text/html")
    found = taught.furniture(page)
    edges = [edge for run in found for edge in (run.start, run.end)]
    assert edges == sorted(edges)
    assert all(layout.SAID <= run.probability <= 1 for run in found)


@pytest.mark.parametrize("text", ["", "正文。", "首页\n新闻\n体育\n" * 9])
def test_text_without_markup_has_no_layout(taught: Layout, text: str) -> None:
    assert taught.furniture(read(text, content_type="text/plain")) == []


@pytest.mark.parametrize("html", ["<p>一</p>", "<body></body>", "<li><a href=/>首页</a></li>" * 40])
def test_a_page_without_main_text_is_left_alone(taught: Layout, html: str) -> None:
    assert taught.furniture(read(html, content_type="text/html")) == []


def test_a_long_block_without_links_is_text_wherever_it_stands(taught: Layout) -> None:
    html, _ = article(13, random.Random(5))
    long = "".join(SUBJECTS) * 12
    page = read(html.replace("网友评论", long), content_type="text/html")
    assert len(long) > layout.WHOLE
    assert not any(long in page.text[run.start : run.end] for run in taught.furniture(page))


def test_a_seed_gives_the_same_bytes() -> None:
    rows = [marked(site, random.Random(site)) for site in range(4)]
    one, two = (layout.arrays(training.fit(rows, seed=2)) for _ in range(2))
    assert {name: each.tobytes() for name, each in one.items()} == {
        name: each.tobytes() for name, each in two.items()
    }


def test_a_model_comes_back_from_its_arrays(taught: Layout) -> None:
    page = read(article(14, random.Random(6))[0], content_type="text/html")
    again = layout.load(layout.arrays(taught).__getitem__)
    assert again.furniture(page) == taught.furniture(page)
    assert all(each.dtype == np.float32 for each in layout.arrays(taught).values())


def page_of(*items: tuple[str, bool]) -> Page:
    links = (
        f'<li><a href="/">{text}</a></li>' if link else f"<p>{text}</p>" for text, link in items
    )
    return read("".join(links), content_type="text/html")


@pytest.mark.parametrize(
    ("items", "kind"),
    [
        ([("首页", True), ("新闻", True)], "site_nav"),
        ([("老桥的石狮已经有八十年的历史", True), ("相关阅读", False)], "related_links"),
        ([("点赞", False), ("分享", True), ("责任编辑", False)], "ui_residue"),
    ],
)
def test_kinds(items: list[tuple[str, bool]], kind: str) -> None:
    blocks = blocks_of(page_of(*items))
    assert kind_of(blocks, 0, len(blocks)) == kind


def test_neighbouring_furniture_is_one_run() -> None:
    page = page_of(("首页", True), ("新闻", True), ("正文" * 40, False), ("登录", True))
    found = list(runs(blocks_of(page), np.array([0.9, 0.8, 0.1, 0.7], np.float32)))
    assert [(run.start, run.end, run.kind) for run in found] == [
        (0, 5, "site_nav"),
        (87, 89, "site_nav"),
    ]
    assert isinstance(found[0], Run)
    assert found[0].probability == pytest.approx(0.85)


def test_every_block_is_numbers_however_odd_the_page() -> None:
    odd = "<table><tr><td>甲<td>乙</table><pre>一\n二</pre><p>\ud800</p><nav hidden>菜单</nav>"
    blocks = blocks_of(read(odd, content_type="text/html"))
    assert len(blocks) == len(blocks.own) == len(blocks.place)
    assert np.isfinite(blocks.own).all()
    assert np.isfinite(blocks.place).all()
    assert np.isfinite(blocks.page).all()


def test_neighbours_and_means() -> None:
    values = np.array([[1], [2], [6]], np.float32)
    assert neighbours(values, 4).shape == (3, 9)
    (mean,) = around(values, np.array([1, 1, 3], np.float32), [1])
    assert mean.ravel().tolist() == pytest.approx([1.5, 4.2, 5.0])


def test_what_lies_beside_the_main_text() -> None:
    main = "老桥的石狮已经有八十年的历史。\n完\n河边的渡口在雨后格外安静。"
    page = read(
        "<title>老桥与渡口 - 小镇网</title><li><a href=/>首页</a></li><li>完</li>"
        "<h1>老桥与渡口</h1><p>老桥的石狮已经有八十年的历史。</p><p>完</p><p>河边的渡口在雨后格外安静。</p>"
        "<p>责任编辑</p><p>完</p>",
        content_type="text/html",
    )
    cut = [page.text[span["start"] : span["end"]] for span in beside(page, main)]
    assert cut == ["首页", "完", "责任编辑", "完"]


def test_main_text_that_is_not_on_the_page_leaves_nothing() -> None:
    page = page_of(("首页", True), ("正文在这里。", False))
    assert len(beside(page, "别处的文章，一个字也不在这里。")) == 2


def test_rows_may_bring_their_main_text() -> None:
    html, texts = article(2, random.Random(4))
    rows = [{"html": html, "gold_main": "\n".join(texts), "spans": []}, {"html": "", "spans": []}]
    (found,) = training.examples(rows)
    assert 0 < found.target.sum() < len(found.blocks)
