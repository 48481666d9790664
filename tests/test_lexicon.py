"""The word lists: their format, and that they agree with each other and with the folding."""

from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from detector.noise import lexicon
from detector.noise.lexicon import GROUPS, load, read_list
from detector.read.fold import fold
from detector.training.lexicon_counts import Counts, count, main, suggest

LISTS = Path(str(files(lexicon)))
SPAM = ("adult", "gambling_brand", "gambling_word", "piracy", "fraud", "seo", "contact")


def entry_lines(group: str) -> list[str]:
    lines = (LISTS / f"{group}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def weight_of(text: str, group: str) -> float:
    return float(load().find(fold(text).text).of(group).sum())


def test_every_file_is_a_group() -> None:
    assert {path.stem for path in LISTS.glob("*.txt")} == set(GROUPS)


@pytest.mark.parametrize("group", GROUPS)
class TestFormat:
    def test_starts_with_what_it_is(self, group: str) -> None:
        text = (LISTS / f"{group}.txt").read_text("utf-8")
        assert text.startswith("# ")
        assert text.endswith("\n")

    def test_line_is_an_entry_and_perhaps_a_weight(self, group: str) -> None:
        for line in entry_lines(group):
            entry, tab, weight = line.partition("\t")
            assert entry == entry.strip()
            assert 2 <= len(entry) <= 12
            assert bool(tab) == bool(weight)

    def test_no_entry_twice(self, group: str) -> None:
        entries = [line.partition("\t")[0] for line in entry_lines(group)]
        assert len(entries) == len(set(entries))

    def test_weights_are_weights(self, group: str) -> None:
        assert all(0 < weight <= 1 for weight in read_list(group).values())

    def test_entries_are_folded(self, group: str) -> None:
        assert [entry for entry in read_list(group) if fold(entry).text != entry] == []


@pytest.mark.parametrize("group", SPAM)
def test_no_word_is_evidence_for_and_against(group: str) -> None:
    assert not set(read_list(group)) & set(read_list("context"))


def test_no_brand_is_a_label() -> None:
    assert not set(read_list("gambling_brand")) & set(read_list("gambling_tail"))


@pytest.mark.parametrize(
    ("group", "text"),
    [
        ("adult", "亚洲精品一区-久久综合网-无码中文字幕-人妻在线观看"),
        ("gambling_brand", "華體會體育"),
        ("gambling_word", "真人百家乐现金网"),
        ("gambling_tail", "官网登录入口"),
        ("piracy", "某某传全集迅雷下载"),
        ("fraud", "私家侦探婚外情取证"),
        ("seo", "ＳＥＯ优化关键词排名"),
        ("commerce", "不锈钢水箱厂家报价哪家好"),
        ("service", "搬家公司 疏通下水道"),
        ("city", "石家庄"),
        ("contact", "加薇信咨询"),
        ("context", "警方抓获犯罪嫌疑人"),
    ],
)
def test_spam_is_heavy(group: str, text: str) -> None:
    assert weight_of(text, group) >= 1


@pytest.mark.parametrize(
    ("group", "text"),
    [
        ("adult", "这部电影的中文字幕做得很好,可以在线观看。"),
        ("adult", "成人高考与成人教育的精品课程今年又有大发展。"),
        ("gambling_brand", "银河系里星空灿烂,国际米兰昨夜取胜。"),
        ("fraud", "静脉注射替考拉宁,每日一次。"),
        ("piracy", "这种植物的种子在春天发芽。"),
        ("seo", "权重由专家打分确定,各指标的排名见表二。"),
        ("contact", "如有疑问请拨打客服电话。"),
        ("city", "大理石桌面不怕日照。"),
    ],
)
def test_prose_is_light(group: str, text: str) -> None:
    assert weight_of(text, group) < 0.8


class TestCounts:
    def test_counts_rows_once_and_overlapping(self) -> None:
        counts = count(["官网", "官网登录"], ["官網登录 官网", "别的"])
        assert counts.rows == {"官网": 1, "官网登录": 1}
        assert counts.characters == 9

    def test_suggests_more_the_rarer_clean_text_has_it(self) -> None:
        spam, clean = count(["甲乙"], ["甲乙"] * 50), count(["甲乙"], ["丙丁戊己"] * 5000)
        assert suggest("甲乙", spam, clean) > 0.9
        assert suggest("甲乙", clean, spam) == 0
        assert Counts(clean.rows, 0).density("甲乙") == 1e6

    def test_prints_a_row_an_entry(self, tmp_path: Path) -> None:
        rows = tmp_path / "rows.jsonl"
        rows.write_text('{"text": "私家侦探", "label": "x"}\n', "utf-8")
        sides = ["--spam", str(rows), "--clean", str(rows), "--clean-where", "label=x"]
        result = CliRunner().invoke(main, ["--group", "fraud", *sides])
        assert result.exit_code == 0, result.output
        assert len(result.output.splitlines()) == len(read_list("fraud"))
        assert "fraud\t私家侦探\t" in result.output

    def test_names_a_bad_row(self, tmp_path: Path) -> None:
        rows = tmp_path / "rows.jsonl"
        rows.write_text("{\n", "utf-8")
        result = CliRunner().invoke(main, ["--spam", str(rows), "--clean", str(rows)])
        assert result.exit_code == 1
        assert "rows.jsonl" in result.output
