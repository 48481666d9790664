"""The two tables of the noise room: what is measured, and what a measure means.

A signal measures and never thresholds; a rule thresholds and never measures. The rules stand in
``rules.tsv``, one row a kind. ``low`` and ``high`` are strengths on the measuring signal's own
scale: below ``low`` nothing is said, at ``low`` the probability is .5, at ``high`` it is .9. How
the bounds were chosen is told in ``docs/decisions.md``; ``detector evaluate noise`` shows what
moving one does.
"""

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from detector.noise import (
    ads,
    control,
    debris,
    doorway,
    formulas,
    furniture,
    geo,
    hashtags,
    headings,
    inline,
    links,
    lists,
    metaleak,
    offtopic,
    phrases,
    pinyin,
    repetition,
    scripts,
    summary,
    titles,
)
from detector.noise.view import Reading, View
from detector.page import Family, Lang, Severity

Measure = Callable[[View], Reading | None]


@dataclass(frozen=True, slots=True)
class SignalRow:
    """One measurement: its public name, the function, and what to tell a moderator."""

    name: str
    measure: Measure
    zh: str
    en: str

    def message(self, value: float, lang: Lang) -> str:
        """The message with the measured value in it."""
        return (self.zh if lang == "zh" else self.en).format(value)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a kind means: family, bounds, severity, reason."""

    kind: str
    family: Family
    low: float
    high: float
    severity: Severity
    zh: str
    en: str

    def probability(self, strength: float) -> float:
        """0 below ``low``, .5 at ``low``, .9 at ``high``, towards 1 beyond it."""
        if strength < self.low:
            return 0.0
        if strength < self.high:
            return 0.5 + 0.4 * (strength - self.low) / (self.high - self.low)
        return 1.0 - 0.1 * math.exp(-3.0 * (strength - self.high) / self.high)

    def reason(self, lang: Lang) -> str:
        """Why a stretch of this kind is marked, for a moderator."""
        return self.zh if lang == "zh" else self.en


SIGNALS: tuple[SignalRow, ...] = (
    SignalRow(
        "PINYIN_ANNOTATION",
        pinyin.measure,
        "汉字后夹注拼音 {:.0f} 处",
        "pinyin after {:.0f} characters",
    ),
    SignalRow(
        "CONTROL_CHARS",
        control.measure,
        "控制字符与零宽字符 {:.0f} 个",
        "{:.0f} control or zero-width characters",
    ),
    SignalRow(
        "SCRIPT_MIXING",
        scripts.measure,
        "繁简混排或形近字母 {:.2f}",
        "mixed scripts or look-alike letters {:.2f}",
    ),
    SignalRow(
        "FORMULAS",
        formulas.measure,
        "采集、版权、来源等套话 {:.0f} 处",
        "{:.0f} scraper or template formulas",
    ),
    SignalRow(
        "AD_SENTENCES", ads.measure, "插入的广告句 {:.0f} 处", "{:.0f} advertising sentences"
    ),
    SignalRow(
        "META_LEAK",
        metaleak.measure,
        "元数据或提示词残留 {:.0f} 处",
        "{:.0f} leaks of metadata or prompts",
    ),
    SignalRow(
        "EXTRACTION_DEBRIS",
        debris.measure,
        "抽取残渣与乱码 {:.0f} 处",
        "{:.0f} pieces of extraction debris",
    ),
    SignalRow(
        "SUMMARY_DUP",
        summary.measure,
        "摘要重复正文 {:.0f} 字",
        "{:.0f} characters of summary repeat the body",
    ),
    SignalRow(
        "FURNITURE",
        furniture.measure,
        "导航、署名等页面部件 {:.0f} 字",
        "{:.0f} characters of page furniture",
    ),
    SignalRow(
        "KEYWORD_LISTS", lists.measure, "关键词列表 {:.0f} 项", "{:.0f} items in keyword lists"
    ),
    SignalRow("HASHTAGS", hashtags.measure, "话题标签 {:.0f} 个", "{:.0f} hashtags"),
    SignalRow("REPETITION", repetition.measure, "重复堆砌 {:.0f} 项", "{:.0f} repeated items"),
    SignalRow(
        "PHRASES", phrases.measure, "同一短语反复出现 {:.0f} 处", "{:.0f} repeats of a phrase"
    ),
    SignalRow(
        "OFF_TOPIC",
        offtopic.measure,
        "与正文无关的列表项 {:.0f} 项",
        "{:.0f} list items foreign to the text",
    ),
    SignalRow(
        "CITY_SERVICE", geo.measure, "城市加服务词 {:.0f} 处", "{:.0f} city and service pairs"
    ),
    SignalRow(
        "TITLE_STUFFING",
        titles.measure,
        "标题堆砌关键词 {:.0f} 处",
        "{:.0f} stuffed titles or pasted queries",
    ),
    SignalRow(
        "QUERY_HEADINGS",
        headings.measure,
        "错别字搜索词小标题 {:.0f} 处",
        "{:.0f} headings that are misspelt queries",
    ),
    SignalRow(
        "DOORWAY",
        doorway.measure,
        "围绕同一查询词拼成的标题 {:.0f} 行",
        "{:.0f} title lines around one query",
    ),
    SignalRow(
        "INLINE_KEYWORDS",
        inline.measure,
        "文中插入的关键词或品牌 {:.0f} 处",
        "{:.0f} keywords or brands inside text",
    ),
    SignalRow(
        "LINK_DENSITY", links.measure, "链接字符占比 {:.2f}", "share of link characters {:.2f}"
    ),
)


@cache
def rules() -> dict[str, Rule]:
    """All rules by kind, in the order of ``rules.tsv``."""
    text = files(__package__).joinpath("rules.tsv").read_text("utf-8")
    rows = csv.DictReader((x for x in text.splitlines() if not x.startswith("#")), delimiter="\t")
    return {row["kind"]: _rule(row) for row in rows}


def _rule(row: dict[str, str]) -> Rule:
    return Rule(
        row["kind"],
        cast(Family, row["family"]),
        float(row["low"]),
        float(row["high"]),
        cast(Severity, row["severity"]),
        row["zh"],
        row["en"],
    )
