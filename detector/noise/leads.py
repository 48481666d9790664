"""The words that lead a list in, such as 标签, 相关文章, 友情链接."""

import re

# Lead-ins by what they lead in; of two that begin alike the longer stands first.
LEADS = {
    "breakdown": "本文关键词 本文关键字",
    "tags": (
        "热门关键词 相关关键词 产品关键词 本页关键词 搜索关键词 关键词 关键字 "
        "相关标签 热门标签 产品标签 文章标签 本文标签 标签 热词 热门tag tags tag keywords keyword"
    ),
    "search": (
        "相关搜索 热门搜索 大家还在搜 搜索热词 热搜词 热搜 猜你感兴趣 您可能感兴趣 "
        "长尾词 相关词 相关热词 "
        "为您推荐 搜索更多 最近搜索 热门问题 大家都在问"
    ),
    "links": "友情链接 合作伙伴 合作网站 友链 站点链接 主站蜘蛛池模板 蜘蛛池模板 蜘蛛池",
    "related": (
        "相关文章 相关推荐 推荐阅读 相关阅读 相关新闻 相关资讯 热门文章 最新文章 "
        "猜你喜欢 大家都在看 延伸阅读 相关产品 热门推荐 更多文章 相关内容 看了又看 "
        "随机文章 推荐文章 热门资讯 "
        "本站推荐 本类最新 网友还看 栏目推荐 精彩推荐"
    ),
}
BOXES = "【[<>#*· "
OPENERS = frozenset(BOXES) | {word[0] for words in LEADS.values() for word in words.split()}
LEAD = re.compile(
    r"[【\[<>#*·\s]{0,4}(?:"
    + "|".join(f"(?P<{name}>{words.replace(' ', '|')})" for name, words in LEADS.items())
    + r")[】\]>]?\s{0,2}(?::|(?=\s)|$)"
)
BLANKS = re.compile(r"\s+")


def lead_in(text: str, start: int, end: int, within: int = 0) -> tuple[str, int, int]:
    """Name of the lead-in, where it opens and where the list goes on; "" without one.

    ``within`` characters may stand before it, ended by white space (分类 家居 标签 …).
    """
    openings = [start]
    if within:
        openings += [m.end() for m in BLANKS.finditer(text, start, min(start + within, end))]
    for opening in openings:
        found = LEAD.match(text, opening, end) if text[opening : opening + 1] in OPENERS else None
        if found:
            return found.lastgroup or "", opening, found.end()
    return "", start, start
