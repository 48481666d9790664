"""The corridor as its caller sees it."""

import json

import pytest

from detector.clean import clean
from detector.config import Config, Models
from detector.core import Detector, verdict_json
from detector.judge import composition, labels, settle, thresholds
from detector.page import LimitExceeded, Page, Span
from detector.prose.reading import NOTHING

WALL = (
    "友情链接：威尼斯人官网 永利国际app 澳门银河网址 皇冠现金网登录 "
    "新葡京官网 太阳城娱乐 百家乐平台 真人娱乐"
)
PROSE = "今年的雨下得比往年晚，村口的老井到了五月还是干的，大家只好排队去河边挑水。"


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


def test_clean_prose_passes_whole(detector: Detector) -> None:
    verdict = detector.check(PROSE)
    assert verdict.action == "pass"
    assert verdict.spans == ()
    assert verdict.clean_text == PROSE
    assert verdict.composition == {"body": 1.0, "tag_spam": 0.0, "boilerplate": 0.0}


def test_a_wall_is_blocked_and_cut(detector: Detector) -> None:
    verdict = detector.check(f"{PROSE}\n{WALL}")
    assert verdict.action == "block"
    assert verdict.clean_text == PROSE
    assert sum(verdict.composition.values()) == pytest.approx(1)
    (span,) = verdict.spans
    assert span.label == "tag_spam"


def test_presets_order_their_thresholds(detector: Detector) -> None:
    strict, balanced, recall = (
        thresholds(p, {})["tag_spam"] for p in ("strict", "balanced", "recall")
    )
    assert strict > balanced > recall
    verdict = detector.check(WALL, thresholds={"tag_spam": 1.0})
    assert verdict.action == "pass"
    assert {s.severity for s in verdict.spans if s.label == "tag_spam"} == {"suspected"}
    assert WALL in verdict.clean_text


def test_ai_prose_abstains_without_a_model(detector: Detector) -> None:
    alone = Detector(Config(models=Models(prose="none")))
    for each, reason in ((alone, "no_model"), (detector, "too_short")):
        assert {a.name: a.reason for a in each.check(PROSE).abstained} == {"ai_prose": reason}


def test_noise_abstains_where_there_is_no_chinese(detector: Detector) -> None:
    reasons = {a.name: a.reason for a in detector.check("An English page about rain.").abstained}
    assert reasons["tag_spam"] == "not_zh"
    assert {a.reason for a in detector.check("").abstained} == {"too_short"}


def test_reasons_come_in_both_languages(detector: Detector) -> None:
    zh, en = (detector.check(WALL, lang=lang).spans[0].reason for lang in ("zh", "en"))
    assert zh != en
    assert en.isascii()


def test_length_limit_is_an_error(detector: Detector) -> None:
    limit = Config().limits.max_chars
    with pytest.raises(LimitExceeded) as error:
        detector.check("字" * (limit + 1))
    assert (error.value.value, error.value.limit) == (limit + 1, limit)


def test_verdict_json_is_json_and_includes_what_is_asked(detector: Detector) -> None:
    verdict = detector.check(WALL)
    full = json.loads(json.dumps(verdict_json(verdict)))
    assert full["labels"][0]["name"] == "tag_spam"
    assert full["spans"][0]["start"] == 0
    bare = verdict_json(verdict, ())
    assert not {"spans", "signals", "clean_text"} & bare.keys()


def _span(start: int, end: int, label: str = "boilerplate", severity: str = "spam") -> Span:
    return Span(start, end, label, "kind", severity, 0.9, "")  # type: ignore[arg-type]


def test_clean_keeps_the_suspected_and_survives_overlaps() -> None:
    text = "甲乙丙丁戊"
    assert clean(text, [_span(1, 2, severity="suspected")]) == text
    assert clean(text, [_span(0, 3), _span(2, 4, "tag_spam")]) == "戊"
    assert clean("好\u200b的\u0006。", []) == "好的。"


def test_composition_gives_overlaps_to_tag_spam() -> None:
    shares = composition(4, [_span(0, 2), _span(1, 3, "tag_spam")])
    assert shares == {"body": 0.25, "tag_spam": 0.5, "boilerplate": 0.25}
    assert composition(0, [])["body"] == 1


def test_labels_take_the_surest_span() -> None:
    bounds = thresholds("balanced", {})
    spans = settle([_span(0, 1), _span(2, 3, "tag_spam", "benign")], bounds)
    tag_spam, boilerplate = labels(spans, NOTHING, bounds)
    assert (tag_spam.score, tag_spam.action) == (0.0, "pass")
    assert (boilerplate.score, boilerplate.action) == (0.9, "review")


def test_a_page_is_taken_as_read(detector: Detector) -> None:
    page = Page(WALL, url="http://example.test/", title="x")
    assert detector.check(page).spans == detector.check(WALL).spans
