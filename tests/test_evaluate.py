"""The measure itself: what counts as a hit, a miss, a false alarm and neither."""

import gzip
import json
import math
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.page import Label, Language, Span, UnreadableInput, Verdict
from detector.training import alarms, evaluate, render
from detector.training.gold import FAMILIES, GoldPage, GoldSpan, gold_page, judged
from detector.training.rows import Sampling, choose, read_rows
from detector.training.stats import Rate, precision_recall_f1, wilson

TEXT = "正文第一句。标签:手机 电脑\n便宜代办 联系我们。正文第二句。"


def gold(*spans: tuple[str, str, str, str], text: str = TEXT, name: str = "a") -> GoldPage:
    """A gold page; each span is (quote, label.kind, severity, conf)."""
    rows = []
    for quote, kind, severity, conf in spans:
        start = text.index(quote)
        label, short = kind.split(".")
        rows.append(GoldSpan(start, start + len(quote), label, short, severity, conf))
    return GoldPage(name, text, tuple(rows))


def verdict(
    *spans: tuple[str, str], text: str = TEXT, flags: str = "", severity: str = "spam"
) -> Verdict:
    """A verdict whose spans are (quote, label.kind) and which flags the named families."""
    found = []
    for quote, kind in spans:
        start = text.index(quote)
        label, name = kind.split(".")
        found.append(Span(start, start + len(quote), label, name, severity, 0.9, "示例"))  # type: ignore[arg-type]
    labels = tuple(
        Label(name, 0.9, 0.8, "high", "block" if name in flags else "pass") for name in FAMILIES
    )
    return Verdict(
        "pass",
        0.0,
        labels,
        tuple(found),
        {"body": 1.0},
        (),
        (),
        Language("zh", "Hans", supported=True),
        text,
        "0" * 16,
        len(text),
        {},
    )


def measure(page: GoldPage, said: Verdict) -> evaluate.NoiseReport:
    return evaluate.evaluate([judged(page, said)])


def counts(report: evaluate.NoiseReport, family: str) -> tuple[int, int, int]:
    row = next(row for row in report.characters if row.family == family)
    return row.true, row.false, row.missed


TAGS = ("标签:手机 电脑", "tag_spam.seo_kw_tags", "spam", "sure")


def test_white_space_counts_neither_way() -> None:
    report = measure(gold(TAGS), verdict(("标签:手机 电脑\n", "tag_spam.seo_kw_tags")))
    assert counts(report, "tag_spam") == (7, 0, 0)


def test_missed_and_false_characters() -> None:
    report = measure(gold(TAGS), verdict(("电脑\n便宜", "tag_spam.seo_kw_tags")))
    assert counts(report, "tag_spam") == (2, 2, 5)
    row = report.characters[0]
    assert row.precision.value == 0.5
    assert row.recall.value == pytest.approx(2 / 7)


@pytest.mark.parametrize(
    ("kind", "severity", "conf"),
    [
        ("boilerplate.legit_tags", "benign", "sure"),
        ("tag_spam.seo_kw_tags", "spam", "suspected"),
        ("ignore.spun_text", "spam", "likely"),
        ("boilerplate.stitched_text", "spam", "sure"),
        ("boilerplate.ad_message", "spam", "likely"),
    ],
)
def test_dont_care_stretches_count_neither_way(kind: str, severity: str, conf: str) -> None:
    page = gold(("标签:手机 电脑", kind, severity, conf))
    for family in FAMILIES:
        report = measure(page, verdict(("标签:手机 电脑", f"{family}.seo_kw_tags")))
        assert counts(report, family) == (0, 0, 0)
        assert counts(measure(page, verdict()), family) == (0, 0, 0)


def test_gold_spam_wins_over_a_dont_care_stretch_around_it() -> None:
    page = gold((TEXT[:20], "ignore.spun_text", "spam", "sure"), TAGS)
    assert counts(measure(page, verdict(("标签:", "tag_spam.seo_kw_tags"))), "tag_spam") == (
        3,
        0,
        4,
    )


def test_gold_ai_prose_is_not_dont_care_and_only_spam_predictions_count() -> None:
    page = gold(("正文第一句。", "ai_prose.ai_essay", "spam", "suspected"))
    assert counts(measure(page, verdict(("正文", "boilerplate.byline"))), "boilerplate") == (
        0,
        2,
        0,
    )
    assert counts(
        measure(page, verdict(("正文", "boilerplate.byline"), severity="benign")), "boilerplate"
    ) == (0, 0, 0)


def test_the_other_family_is_a_false_alarm_that_is_shown_as_such() -> None:
    report = measure(gold(TAGS), verdict(("标签:手机", "boilerplate.site_nav")))
    assert counts(report, "boilerplate") == (0, 5, 0)
    assert counts(report, "any") == (5, 0, 2)
    [kind] = report.predicted
    assert (kind.false_spans, kind.false_chars, kind.other_family_chars) == (1, 5, 5)


def test_a_kind_is_found_by_half_of_its_characters_and_agrees_by_the_dominating_kind() -> None:
    page = gold(TAGS, ("便宜代办 联系我们", "tag_spam.gambling_kw_list", "spam", "sure"))
    said = verdict(
        ("标签:", "tag_spam.seo_kw_tags"),
        ("便宜代", "tag_spam.gambling_kw_list"),
        ("办 联系我们", "tag_spam.seo_kw_list"),
    )
    wrong, missed = sorted(measure(page, said).kinds, key=lambda score: score.kind)
    assert (wrong.kind, wrong.found, wrong.agreed, wrong.covered) == ("gambling_kw_list", 1, 0, 8)
    assert (missed.kind, missed.found, missed.covered, missed.chars) == ("seo_kw_tags", 0, 3, 7)


def test_apart_kinds_have_rows_of_their_own() -> None:
    report = measure(
        gold(("标签:手机", "boilerplate.stitched_text", "spam", "sure")),
        verdict(("标签:", "boilerplate.site_nav")),
    )
    assert report.kinds == ()
    assert [(score.kind, score.found) for score in report.apart] == [("stitched_text", 1)]
    assert report.pages[1].hits.total == 0
    assert report.pages[1].apart_hits.total == 1


def test_pages_are_hits_false_alarms_or_neither() -> None:
    suspected = gold(("标签:", "tag_spam.seo_kw_tags", "spam", "suspected"))
    report = evaluate.evaluate(
        [
            judged(gold(TAGS), verdict(flags="tag_spam")),
            judged(gold(TAGS), verdict()),
            judged(gold(), verdict(flags="tag_spam boilerplate")),
            judged(suspected, verdict(flags="tag_spam")),
        ]
    )
    tags, boilerplate, both = report.pages
    assert (tags.hits.hits, tags.hits.total) == (1, 2)
    assert (tags.absent_flagged.hits, tags.absent_flagged.total) == (1, 1)
    assert (boilerplate.absent_flagged.hits, boilerplate.absent_flagged.total) == (1, 4)
    assert (both.clean_flagged.hits, both.clean_flagged.total) == (1, 1)


def test_errors_are_quoted_in_reading_order_over_white_space() -> None:
    said = verdict(("便宜代办 联系我们", "tag_spam.gambling_kw_list"))
    [worst] = alarms.worst_pages([judged(gold(TAGS), said)], 5)
    assert [(s.what, s.chars, TEXT[s.start : s.end]) for s in worst.stretches] == [
        ("missed", 7, "标签:手机 电脑"),
        ("false", 8, "便宜代办 联系我们"),
    ]
    assert "「便宜代办 联系我们」" in render.errors_text([worst])
    assert (
        alarms.worst_pages(
            [judged(gold(TAGS), verdict(("标签:手机 电脑", "tag_spam.seo_kw_tags")))], 5
        )
        == []
    )


def test_clean_sets_count_flagged_pages_not_spans() -> None:
    said = {
        "x": verdict(("标签:", "tag_spam.seo_kw_tags"), flags="tag_spam"),
        "y": verdict(("标签:", "boilerplate.site_nav")),
    }
    found = alarms.clean_set("set", ((alarms.Read(name, TEXT), one) for name, one in said.items()))
    assert (found.flagged["any"].hits, found.flagged["boilerplate"].hits, found.pages) == (1, 0, 2)
    assert "「标签:」" in render.alarms_text(found)
    assert render.alarms_text(alarms.first(found, 0)) == ""
    assert "1/2 50.00%" in render.clean_text([found])


def test_a_long_quote_is_cut_and_control_characters_are_spelt() -> None:
    assert alarms.quote("字" * 500, 0, 500) == "字" * 30 + " … " + "字" * 30
    assert alarms.quote("好\x05。", 0, 3) == "好\\x05。"


@pytest.mark.parametrize(
    "row",
    [
        {"id": "a", "text": "短"},
        {"id": "a", "text": "短", "spans": [{"start": 0}]},
        {
            "id": "a",
            "text": "短",
            "spans": [{"start": 0, "end": 2, "label": "tag_spam", "kind": "k", "severity": "spam"}],
        },
    ],
)
def test_a_bad_gold_row_is_named(row: dict[str, object]) -> None:
    with pytest.raises(UnreadableInput, match="a"):
        gold_page(row)


def test_wilson_matches_published_values() -> None:
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe 1998, table I
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=1e-4)
    assert all(math.isnan(end) for end in wilson(0, 0))


def test_the_bootstrap_is_seeded_and_brackets_the_estimate() -> None:
    pages = np.array([[10, 0, 0], [0, 5, 5], [8, 2, 0], [6, 0, 4]] * 5, np.int64)
    first, again, other = (precision_recall_f1(pages, seed) for seed in (1, 1, 2))
    assert first == again != other
    f1 = first[2]
    assert f1.low < f1.value < f1.high
    assert f1.value == pytest.approx(48 / 64)
    assert all(
        math.isnan(estimate.value)
        for estimate in precision_recall_f1(np.zeros((0, 3), np.int64), 0)
    )


def test_sampling_is_even_over_domains_and_repeatable() -> None:
    rows = [
        {"id": n, "domain": "news" if n < 90 else "poem", "label": "human" if n % 2 else "ai"}
        for n in range(100)
    ]
    taken = choose(rows, Sampling(where=(("label", "human"),), sample=20, seed=3))
    assert [row["domain"] for row in taken].count("poem") == 5
    assert len(taken) == 20
    assert taken == choose(rows, Sampling(where=(("label", "human"),), sample=20, seed=3))
    assert len(choose(rows, Sampling(per_domain=7))) == 14
    assert choose(rows, Sampling(limit=3)) == rows[:3]


def test_rows_are_read_compressed_and_damage_is_named(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl.gz"
    path.write_bytes(gzip.compress('{"id":1,"text":"好"}\n\n{"id":2,"html":"<p>好"}\n'.encode()))
    assert [row["id"] for row in read_rows(path)] == [1, 2]
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(UnreadableInput, match=r"set\.jsonl\.gz"):
        list(read_rows(path))


def test_reports_are_plain_json() -> None:
    report = measure(gold(TAGS), verdict(("标签:", "tag_spam.seo_kw_tags")))
    data = json.loads(json.dumps(render.plain(report), allow_nan=False))
    assert data["pages"][0]["hits"] == {
        "hits": 0,
        "total": 1,
        "share": 0.0,
        "interval": [0.0, pytest.approx(0.793, abs=1e-3)],
    }
    assert data["characters"][1]["f1"]["value"] is None
    assert "tag_spam.seo_kw_tags" in render.noise_text("gold", report)
    assert Rate(1, 4).share == 0.25


def run(*arguments: str) -> str:
    done = CliRunner().invoke(main, ["evaluate", "noise", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_scores_gold_and_clean_sets(tmp_path: Path) -> None:
    keywords = "空调维修电话-冰箱维修电话-洗衣机维修电话-热水器维修电话-油烟机维修电话"
    text = f"河边新开了一家书店。\n{keywords}"
    span = {
        "start": 11,
        "end": len(text),
        "label": "tag_spam",
        "kind": "seo_kw_list",
        "severity": "spam",
    }
    marked, clean, spans = (
        tmp_path / name for name in ("gold.jsonl", "clean.jsonl", "spans.jsonl")
    )
    marked.write_text(json.dumps({"id": "a", "text": text, "spans": [span]}), encoding="utf-8")
    clean.write_text(
        '{"id":"b","text":"河边新开了一家书店。"}\n{"id":"c","html":"<p>明天有雨。"}\n',
        encoding="utf-8",
    )
    arguments = (str(marked), "--clean", str(clean), "--errors", "1", "--list", "1")
    assert "clean.jsonl" in run(*arguments)
    data = json.loads(run(*arguments, "--format", "json", "--spans-out", str(spans), "--with-text"))
    assert data["gold"][str(marked)]["characters"][0]["family"] == "tag_spam"
    assert data["clean"][0]["flagged"]["any"]["total"] == 2
    written = [json.loads(line) for line in spans.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in written] == ["a", "b", "c"]
    assert all(text[s["start"] : s["end"]] == s["quote"] for s in written[0]["spans"])


def test_the_command_asks_for_something_to_measure() -> None:
    assert CliRunner().invoke(main, ["evaluate", "noise"]).exit_code == 2
