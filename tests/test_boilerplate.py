"""The boilerplate signals: what each must mark, exactly, and what it must leave alone."""

import re

import pytest

from detector.noise import ads, control, debris, formulas, furniture, metaleak, pinyin, summary
from detector.noise.lexicon import GROUPS
from detector.noise.table import rules
from detector.noise.view import Evidence, View
from detector.page import Page

SIGNALS = (ads, control, debris, formulas, furniture, metaleak, pinyin, summary)
# A probability of .8, the balanced preset's bound, lies at this share of the way from low to high.
BALANCED = 0.75
# Kinds of formulas that a signal judges before a rule does.
PARTS = (
    "self_praise sales_call bare_domain ad_label feed_offer ad_offer ad_call comment "
    "speaker glued_query asked guide"
)
ESSAY = (
    "秋天的山里，栗子落了一地。我们沿着溪水往上走，走到第三道弯才看见那座石桥。桥上有两个孩子在数火车，"
    "数到第七列，天色就暗下来了。回去的路上没有人说话，只听见脚下的叶子响。"
)


def found(text: str) -> set[tuple[str, str]]:
    """Kind and original text of everything that is said firmly enough."""
    view = View(Page(text))
    readings = [signal.measure(view) for signal in SIGNALS]
    evidence = [e for reading in readings if reading for e in reading.evidence]
    return {(e.kind, text[slice(*place(view, e))].strip()) for e in evidence if firm(e)}


def firm(e: Evidence) -> bool:
    rule = rules()[e.kind]
    return e.strength >= rule.low + BALANCED * (rule.high - rule.low) - 1e-9


def place(view: View, e: Evidence) -> tuple[int, int]:
    return (e.start, e.end) if e.original else view.folded.span(e.start, e.end)


MARKED = [
    ("scraper_intro", "⟦青藤笔记收集整理的这篇文章主要介绍了石桥，小编觉得挺不错的。⟧\n"),
    ("scraper_intro", "⟦本篇文章给大家谈谈石桥，以及拱券对应的知识点，不要忘了收藏本站喔。⟧\n"),
    ("scraper_outro", "\n⟦以上是青藤笔记为你收集整理的石桥的全部内容，希望文章能够帮你解决问题。⟧"),
    ("scraper_outro", "\n⟦如果觉得青藤笔记网站内容还不错，欢迎将青藤笔记推荐给好友。⟧"),
    ("scraper_outro", "\n⟦石桥的介绍就聊到这里吧，别忘了在本站进行查找喔。⟧"),
    ("source_footer", "\n⟦网页标题：石桥为什么不会塌\n当前链接：http://example.com/qiao/1.html⟧"),
    ("source_footer", "\n⟦本文访问地址：https://example.com/qiao.html⟧"),
    ("category_footer", "\n⟦相关栏目：【石桥文章3071】⟧"),
    ("template_footer", "\n⟦© 2025 example.site | 本站内容仅供参考 | 网站地图⟧"),
    ("disclaimer", "\n⟦免责声明：本站内容来自互联网，若侵犯您的权利，请通知我们，会及时删除⟧"),
    ("editor_voice", "⟦接下来，石桥网就带你一探究竟！⟧"),
    ("injected_ad", "⟦请记住本书首发域名：example.com。⟧"),
    ("injected_ad", "⟦天才壹秒記住『青藤文学』，為您提供精彩小說閱讀。⟧"),
    ("injected_ad", "⟦打开微信添加微信公众号:qingteng88领取免费优惠券。⟧"),
    ("injected_ad", "⟦滨江云帆网络公司是工信部颁发资质的服务器商，为用户提供优质的托管服务。⟧"),
    ("injected_ad", "⟦滨江名表维修中心介绍，⟧"),
    ("site_greeting", "⟦欢迎访问 青藤笔记!⟧\n"),
    ("breadcrumb", "⟦当前位置：首页 > 桥梁 > 石桥⟧\n"),
    ("byline", "⟦发布时间：2024-05-06 来源：青藤日报⟧\n"),
    ("prevnext", "\n⟦上一篇：木桥的榫卯⟧"),
    ("copyright", "\n⟦版权所有 滨江市桥梁博物馆 Copyright © 2020 All rights reserved.⟧"),
    ("legit_tags", "\n⟦标签：石桥 拱券⟧"),
    ("ui_residue", "\n⟦展开全文 点赞 收藏 分享到微博⟧"),
    ("summary_dup", "⟦本文摘要：" + ESSAY[:60] + "⟧\n"),
    ("meta_leak", "⟦（SEO元描述：石桥为什么不会塌？本文从拱券说起。）⟧\n"),
    ("meta_leak", "⟦Meta Description: 石桥为什么不会塌，一文讲清。⟧\n"),
    ("meta_leak", "⟦作为一个AI语言模型，我无法亲自去看那座桥。⟧"),
    ("extraction_debris", "⟦桥边的店有['石桥茶馆', '溪边面铺', '山里人家']等，可以上门⟧\n"),
    ("extraction_debris", "⟦】：⟧"),
    ("control_chars", "他走了⟦\x08\x06\x07\x05\x06\x08⟧，"),
    ("encoding_garbage", "\n⟦锟斤拷锟斤拷锟斤拷锟斤拷⟧"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "marked"), MARKED)
def test_marks_exactly(kind: str, marked: str) -> None:
    text = marked + ESSAY if marked[0] != "\n" else ESSAY + marked
    wanted = text[text.index("⟦") + 1 : text.index("⟧")].strip()
    assert (kind, wanted) in found(re.sub("[⟦⟧]", "", text))


CLEAN = [
    ESSAY,
    "编辑部的小编今天值班，收到三封来信，都在问去年那篇写石桥的文章。",
    "以上就是这次测绘的全部内容，数据还不完整，欢迎指正。",
    "公司是一家做桥梁检测的企业，去年为全省三百座桥做了检查，今年准备再招二十个人。",
    "他把公众号关了，说写东西还是写给自己看。朋友都劝他再想想。",
    "本文首发于《桥梁》杂志第三期，转载请注明出处。",
    "新华社滨江五月六日电（记者 林溪）滨江石桥修缮工程六日完工，桥面恢复通行。",
    "骗子以“无抵押、无担保、当天放款”为诱饵，三个月里骗了四十多人。警方提醒，正规贷款不会先收费。",
    "罡(gāng)风吹过山口，他裹紧了棉衣。",
    "for name in ['石桥', '木桥', '铁桥', '浮桥']:\n    print(name)",
    "我们的面板(pane)分两栏，左栏放目录，右栏放正文。",
    "到得早真好🎉我们先去看桥😄晚上再吃饭😄",
    "危乎高哉，蚕丛鱼凫。嵯峨崔嵬，巉岩峥嵘。飞湍瀑流，砯崖喧豗。猿猱愁渡，青泥盘纡。",
    "产品手册\n桥面板 120 元\n护栏 80 元\n联系电话：000-1234567",
]


@pytest.mark.parametrize("text", CLEAN)
def test_leaves_alone(text: str) -> None:
    assert not {kind for kind, _ in found(text) if rules()[kind].severity == "spam"}


def test_pinyin_speaks_by_number_and_points_into_the_original() -> None:
    text = "當(dāng)前的橋(qiáo)面發(fā)現(xiàn)了裂縫(fèng)。"
    notes = {"(dāng)", "(qiáo)", "(fā)", "(xiàn)", "(fèng)"}
    assert {quote for kind, quote in found(text) if kind == "pinyin_annotation"} == notes


def test_rare_characters_before_marks_are_nonsense_only_in_prose() -> None:
    noisy = ESSAY.replace("一地。", "一地镢。").replace("上走，", "上走趵螽，")
    noisy = noisy.replace("石桥。", "石桥罅。").replace("下来了。", "下来了蕤。")
    noisy = noisy.replace("说话，", "说话鬻，")
    inserted = {quote for kind, quote in found(noisy) if kind == "nonsense_insertion"}
    assert inserted == {"镢", "趵螽", "罅", "蕤", "鬻"}


def test_a_firm_on_its_own_page_is_no_injected_ad() -> None:
    praise = "滨江云帆网络公司是工信部颁发资质的服务器商，为用户提供优质的托管服务。"
    own = "云帆网络的机房有三个，云帆网络的人值夜班。"
    assert any(kind == "injected_ad" for kind, _ in found(praise + ESSAY))
    assert not any(kind == "injected_ad" for kind, _ in found(praise + own))


def test_a_weak_formula_is_believed_beside_a_sure_one() -> None:
    weak = ESSAY + "\n本文链接：https://example.com/qiao.html"
    sure = "小编觉得挺不错的，现在分享给大家。\n"
    assert not found(weak)
    assert ("source_footer", "本文链接：https://example.com/qiao.html") in found(sure + weak)


def test_every_formula_compiles_and_names_a_known_kind() -> None:
    _, behind = formulas.table()
    parts = set(PARTS.split())
    for formula in {f for row in behind for f in row}:
        formulas.compiled(formula.pattern)
        assert formula.kind in parts | set(rules())
        assert formula.scope in ("match", "tail", "sentence", "line", "block")
    assert not parts & set(GROUPS)


def test_one_long_line_is_searched_in_windows() -> None:
    line = "请记住本站，更多内容请关注，小编觉得，首发，欢迎访问，" * 2000
    evidence = View(Page(line)).formulas
    assert max((e.end - e.start for e in evidence), default=0) <= 2 * formulas.REACH + 8
