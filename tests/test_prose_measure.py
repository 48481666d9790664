"""Measuring and comparing judges of prose, with fake judges on texts written here."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from detector.cli import main
from detector.page import UnreadableInput
from detector.training.corpora.leaks import TRIVIAL
from detector.training.corpora.texts import Text
from detector.training.prose import compare, metrics, tables
from detector.training.prose.columns import Columns, baselines, columns, length_of
from detector.training.prose.judged import Judged, model_judge, score_judge, write_scores
from detector.training.prose.measure import Plan, SetReport, measure
from detector.training.prose.metrics import Bootstrap, Ladder, Sample
from detector.training.stats import NAN, Rate, auroc

QUICK = Bootstrap(resamples=100)
PLAN = Plan({"strict": 0.9, "balanced": 0.6, "recall": 0.4}, bootstrap=QUICK)
HUMAN = "昨天雨下得急，我在桥头的面馆躲了半个钟头，老板娘端来一碗热汤，说鞋湿了别着凉。"
MACHINE = "首先，合理规划时间有助于提升效率；其次，保持沟通至关重要。综上所述，坚持是成功的关键。"
REGISTERS = ("随笔", "问答", "news & <b>")


class MarkerModel:
    """A model that counts two words: the more, the surer; it declines short texts."""

    def judge(self, text: str) -> Judged:
        ai = min(
            0.95, 0.05 + 0.3 * (text.count("首先") + text.count("至关重要")) / (1 + len(text) / 99)
        )
        return Judged(TEXT, 1 - ai, ai * 0.9, ai * 0.1, "too_short" if len(text) < 60 else None)


TEXT = Text("t0", HUMAN, "human", "随笔", "", "", "g0", "", "c.jsonl")


def texts(count: int = 240, seed: int = 1) -> list[Text]:
    """Texts of which a marker model gets some wrong; a human and a machine share a group."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        label = ("human", "ai", "human", "ai_refined")[number % 4]
        share = {"human": 0.1, "ai": 0.8, "ai_refined": 0.4}[label]
        parts = [MACHINE if rng.random() < share else HUMAN for _ in range(rng.integers(1, 25))]
        text = replace(TEXT, id=f"t{number}", text="".join(parts), label=label)
        maker = "" if label == "human" else f"机器 {number % 3}"
        register = REGISTERS[number % 3]
        found.append(replace(text, register=register, generator=maker, group=f"g{number // 2}"))
    return found


def judged(kept: Sequence[Text]) -> list[Judged]:
    return [*model_judge(MarkerModel())(kept)]


def full(items: Sequence[Judged]) -> Columns:
    return columns(items, baselines([each.text for each in items], {}))


@pytest.fixture(scope="module")
def items() -> list[Judged]:
    return judged(texts())


@pytest.fixture(scope="module")
def report(items: list[Judged]) -> SetReport:
    return measure("集合.jsonl", full(items), PLAN)


def sample(scores: ArrayLike, machine: ArrayLike) -> Sample:
    values = np.array(scores, np.float64)
    return Sample(values, np.array(machine, np.bool_), np.arange(len(values)))


# Metrics

SCORED = st.lists(
    st.tuples(st.integers(0, 9), st.booleans(), st.integers(0, 3)), min_size=2, max_size=40
).filter(lambda rows: len({machine for _, machine, _ in rows}) == 2)


@given(SCORED)
def test_a_weight_is_a_repetition(rows: list[tuple[int, bool, int]]) -> None:
    scores, machine, weights = (np.array(column) for column in zip(*rows, strict=True))
    ladder = Ladder(sample(scores / 10, machine))
    repeated = np.repeat(np.arange(len(rows)), weights)
    again = Ladder(sample(scores[repeated] / 10, machine[repeated]))
    expected = again.figures(np.ones(len(repeated)))
    np.testing.assert_allclose(ladder.figures(weights.astype(float)), expected)


@given(SCORED)
def test_figures_are_those_of_the_definition(rows: list[tuple[int, bool, int]]) -> None:
    scores = np.array([score / 10 for score, _, _ in rows])
    machine = np.array([made for _, made, _ in rows])
    found = Ladder(sample(scores, machine)).figures(np.ones(len(rows)))
    allowed = [t for t in [*scores, 2.0] if (scores[~machine] >= t).mean() <= 0.01]
    recall = max((scores[machine] >= t).mean() for t in allowed)
    assert found[0] == pytest.approx(auroc(scores, machine))
    assert found[1] == pytest.approx(recall)


def test_one_human_in_a_hundred_may_pass() -> None:
    scores = [*np.linspace(0, 0.5, 99), 0.9, 0.8, 0.2]
    found = metrics.ranking(sample(scores, [False] * 100 + [True] * 2), Bootstrap())
    one, tenth = found.recall_at
    assert (one.recall.value, one.enough) == (0.5, True)
    assert (tenth.recall.value, tenth.enough) == (0.0, False)


def test_texts_of_one_group_are_no_further_evidence() -> None:
    rng = np.random.default_rng(5)
    scores, machine = rng.normal(size=80), np.arange(80) % 2 == 0
    scores[machine] += 1
    alone = metrics.ranking(sample(scores, machine), Bootstrap()).auroc
    copied = Sample(np.tile(scores, 9), np.tile(machine, 9), np.tile(np.arange(80), 9))
    together = metrics.ranking(copied, Bootstrap()).auroc
    assert alone.value == pytest.approx(together.value)
    assert together.high - together.low == pytest.approx(alone.high - alone.low, rel=0.01)
    assert alone.low < alone.value < alone.high
    assert metrics.ranking(sample(scores, machine), Bootstrap()).auroc == alone


@pytest.mark.parametrize("rows", [0, 3])
def test_without_both_sides_nothing_is_ranked(rows: int) -> None:
    found = metrics.ranking(sample([0.5] * rows, [True] * rows), Bootstrap())
    assert np.isnan([found.auroc.value, found.auroc.low, found.recall_at[0].recall.value]).all()


def test_calibration() -> None:
    found = metrics.calibration(sample([0.25] * 30 + [0.75] * 30, [False, False, True] * 20))
    assert found.brier == pytest.approx((0.0625 * 30 + 0.5625 * 30 + 20 * 0.0) / 60)
    assert found.ece == pytest.approx((abs(0.25 - 1 / 3) + abs(0.75 - 1 / 3)) / 2, abs=0.07)
    assert [each.machine.total for each in found.bins] == [4] * 15
    assert not metrics.calibration(sample([-3.0, 1.0], [False, True])).bins


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30))
def test_macro_f1_is_that_of_the_classes_there(rows: list[tuple[int, int]]) -> None:
    f1_score = pytest.importorskip("sklearn.metrics").f1_score
    truth, guess = (np.array(column) for column in zip(*rows, strict=True))
    found = metrics.macro_f1(truth, guess)
    there = np.unique(truth)
    if len(there) < 2:
        assert np.isnan(found)
    else:
        expected = f1_score(truth, guess, labels=there, average="macro", zero_division=0)
        assert found == pytest.approx(expected)


# Opinions and score files


def test_scores_come_back(tmp_path: Path, items: list[Judged]) -> None:
    kept = [*items, Judged(replace(TEXT, id="无分"), NAN, NAN, NAN, "not_zh")]
    write_scores(tmp_path / "s.jsonl", kept)
    back = [*score_judge(tmp_path / "s.jsonl")([each.text for each in kept])]
    assert back[:-1] == kept[:-1]
    assert np.isnan(back[-1].score)
    assert back[-1].abstained == "not_zh"
    assert HUMAN[:6] not in (tmp_path / "s.jsonl").read_text("utf-8")


def test_a_foreign_detectors_scores(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text('{"id": "t0", "corpus": "other", "score": 9}\n{"id": "t0", "score": 0.25}\n')
    (found,) = score_judge(path)([TEXT])
    assert found.score == 0.25
    assert np.isnan(found.ai)
    with pytest.raises(UnreadableInput, match=r"no score of t9 in c\.jsonl"):
        next(score_judge(path)([replace(TEXT, id="t9")]))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ('{"id": "a", "score": 1}\n{"id": "a", "score": 1}\n', "row a is there twice"),
        ('{"id": "a"}\n', "row a: no score"),
        ('{"id": "a", "probabilities": {"human": 1}}\n', "row a: no score"),
        ('{"id": "a", "score": "high"}\n', "row a: no score"),
        ("[]\n", "not a JSON object"),
    ],
)
def test_a_file_of_scores_that_is_none(tmp_path: Path, rows: str, message: str) -> None:
    (tmp_path / "s.jsonl").write_text(rows)
    with pytest.raises(UnreadableInput, match=message):
        score_judge(tmp_path / "s.jsonl")


# Measuring


@pytest.mark.parametrize(
    ("size", "name"), [(0, "<50"), (49, "<50"), (50, "50–100"), (999, "500–1000"), (1000, "≥1000")]
)
def test_length_bins(size: int, name: str) -> None:
    assert length_of(" 字" * size) == name


def test_an_abstention_is_not_flagged_and_counts_once(
    items: list[Judged], report: SetReport
) -> None:
    short = [each for each in items if each.abstained]
    flagged = [each for each in items if not each.abstained and each.score >= 0.6]
    humans = [each for each in items if each.text.label == "human"]
    main_ = report.main
    assert report.abstained == {"too_short": len(short)}
    assert report.coverage == Rate(len(items) - len(short), len(items))
    assert main_.all.fpr.total == len(humans)
    assert main_.judged.fpr.total == len(humans) - sum(each in short for each in humans)
    assert main_.all.recall.hits == main_.judged.recall.hits
    assert main_.all.recall.hits + main_.all.fpr.hits == len(flagged)
    assert report.judged.ranking.humans + report.judged.ranking.machines == report.coverage.hits
    assert [each.preset for each in report.shipped] == ["strict", "balanced", "recall"]


def test_breakdowns_add_up(report: SetReport) -> None:
    total = report.main.all
    for slices in (report.by_register, report.by_length):
        parts = [each.shipped.all for each in slices]
        assert sum(part.fpr.hits for part in parts) == total.fpr.hits
        assert sum(part.recall.total for part in parts) == total.recall.total
    for slices in (report.by_label, report.by_generator):
        assert all(each.shipped.all.fpr == total.fpr for each in slices)
        assert sum(each.shipped.all.recall.total for each in slices) == total.recall.total
        assert sum(each.coverage.total for each in slices) == total.recall.total
    assert sum(cell.all.total for cell in report.human_fpr) == total.fpr.total
    names = [each.name for each in report.by_length]
    assert names == [name for name in ("<50", "50–100", "100–150") if name in names] + names[-4:]


def test_trivial_baselines_stand_beside_every_figure(report: SetReport) -> None:
    for figures in (report.judged, report.all):
        assert [each.name for each in figures.baselines] == [*TRIVIAL]
        assert all(each.ranking.auroc.value >= 0.5 for each in figures.baselines)
        assert figures.ranking.humans == figures.baselines[0].ranking.humans
    best = max(each.ranking.auroc.value for each in report.judged.baselines)
    assert report.judged.best_baseline.ranking.auroc.value == best


def test_a_given_baseline_is_not_turned(items: list[Judged]) -> None:
    def against(kept: Sequence[Text]) -> Iterator[Judged]:
        return (Judged(text, float(text.label != "human"), 0.0, 0.0) for text in kept)

    found = columns(items, baselines([each.text for each in items], {"wrong": against}))
    wrong = measure("s", found, PLAN).all.baselines[-1]
    assert (wrong.name, wrong.turned, wrong.ranking.auroc.value) == ("wrong", False, 0.0)


@pytest.mark.parametrize("count", [0, 1])
def test_a_set_of_humans_or_of_nobody_has_rates_only(count: int) -> None:
    kept = [replace(text, label="human", register="") for text in texts(40)][: 40 * count]
    found = measure("humans", full(judged(kept)), PLAN)
    assert np.isnan([found.all.ranking.auroc.value, found.all.f1_two_way]).all()
    assert found.main.all.fpr.total == len(kept)
    assert "humans" in tables.text([found])


def test_lone_scores_have_no_three_way_figure(items: list[Judged]) -> None:
    lone = [replace(each, ai=NAN, refined=NAN) for each in items]
    found = measure("lone", full(lone), PLAN)
    assert np.isnan(found.judged.f1_three_way)
    assert found.judged.f1_two_way > 0.5


def test_tables_mark_what_too_few_humans_carry(report: SetReport) -> None:
    shown = tables.text([report])
    assert re.search(r"judge +\d+ +\d+ +0\.\d{3} \[0\.\d{3}–[01]\.\d{3}\]", shown)
    assert "]*" in shown
    assert all(name in shown for name in (*REGISTERS, "机器 0", "ai_refined", "<50"))


# Comparing


def moved(items: Sequence[Judged], by: float) -> list[Judged]:
    """The items with better scores: machines up, humans down."""
    return [
        replace(each, human=each.human + (by if each.text.label == "human" else -by))
        for each in items
    ]


def test_a_judge_equals_itself(items: list[Judged]) -> None:
    side = compare.Side(items, 0.6)
    found = compare.compare("s", side, side, Bootstrap())
    assert [(each.difference.value, each.p) for each in found.differences] == [(0, 1)] * 5
    assert [(each.only_a, each.only_b, each.p) for each in found.decisions] == [(0, 0, 1)] * 3
    assert found.changed == ()


def test_a_better_judge_is_significantly_so(items: list[Judged]) -> None:
    a, b = compare.Side(items, 0.6), compare.Side(moved(items, 0.2), 0.6)
    found = compare.compare("s", a, b, Bootstrap())
    by_name = {each.name: each for each in found.differences}
    assert by_name["AUROC"].difference.low > 0
    assert by_name["AUROC"].p < 0.01
    assert by_name["FPR"].difference.value <= 0
    every = found.decisions[0]
    assert (every.only_a, every.p < 0.01) == (0, True)
    assert len(found.changed) == every.only_b
    assert {each.flagged_by for each in found.changed if each.label != "human"} == {"b"}
    back = compare.compare("s", b, a, Bootstrap())
    assert back.differences[0].difference.value == -by_name["AUROC"].difference.value


def test_abstentions_of_one_side_change_sides_too(items: list[Judged]) -> None:
    silent = [replace(each, human=NAN, abstained="too_short") for each in items]
    found = compare.compare("s", compare.Side(items, 0.6), compare.Side(silent, 0.6), Bootstrap())
    assert np.isnan(found.differences[0].p)
    assert {each.flagged_by for each in found.changed} == {"a"}


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_exact(only_a: int, only_b: int) -> None:
    binomtest = pytest.importorskip("scipy.stats").binomtest
    total = only_a + only_b
    expected = binomtest(only_a, total).pvalue if total else 1
    assert compare.exact(only_a, only_b) == pytest.approx(expected)


# Commands


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("prose")
    for name, seed in (("c.jsonl", 1), ("d.jsonl", 2)):
        kept = [replace(text, corpus=name) for text in texts(120, seed)]
        rows = (
            {"id": t.id, "text": t.text, "label": t.label, "register": t.register}
            | {"generator": {"model": t.generator}, "group_id": t.group, "source": "me"}
            for t in kept
        )
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (path / name).write_text("".join(lines), "utf-8")
        write_scores(path / f"scores-{name}", judged(kept))
        write_scores(path / f"better-{name}", moved(judged(kept), 0.3))
    both = [(path / f"scores-{name}").read_bytes() for name in ("c.jsonl", "d.jsonl")]
    (path / "scores.jsonl").write_bytes(b"".join(both))
    return path


def detector(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--resamples", "50"])


def test_evaluate_as_json(folder: Path) -> None:
    files = [folder / "c.jsonl", folder / "d.jsonl", "--from-scores", folder / "scores.jsonl"]
    extra = ["--threshold", "strict=0.8", "--pooled", "--format", "json"]
    done = detector("evaluate", "prose", *files, *extra, "--baseline", f"same={files[-1]}")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["presets"]["strict"] == 0.8
    assert [each["name"] for each in found["sets"]] == [*map(str, files[:2]), "all files"]
    whole = found["sets"][-1]
    assert whole["labels"] == {"human": 120, "ai": 60, "ai_refined": 60}
    assert whole["all"]["ranking"] == whole["all"]["baselines"][-1]["ranking"]
    assert whole["shipped"][0]["judged"]["fpr"]["interval"]


def test_evaluate_writes_the_scores_it_read(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    scores = folder / "scores-c.jsonl"
    done = detector(
        "evaluate", "prose", folder / "c.jsonl", "--from-scores", scores, "--scores", out
    )
    assert done.exit_code == 0, done.output
    assert out.read_bytes() == scores.read_bytes()
    assert "best baseline" in done.stdout


def test_evaluate_a_part(folder: Path) -> None:
    files = [folder / "c.jsonl", "--from-scores", folder / "scores-c.jsonl", "--format", "json"]
    done = detector("evaluate", "prose", *files, "--where", "label=ai", "--sample", "7")
    assert json.loads(done.stdout)["sets"][0]["labels"] == {"human": 0, "ai": 7, "ai_refined": 0}


def test_the_page_is_whole_and_repeats(folder: Path) -> None:
    pytest.importorskip("matplotlib")
    files = [folder / "c.jsonl", "--from-scores", folder / "scores-c.jsonl", "--format", "html"]
    done = detector("evaluate", "prose", *files)
    assert done.exit_code == 0, done.output
    page = done.stdout
    assert page == detector("evaluate", "prose", *files).stdout
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) == 6
    assert all(ET.fromstring(each).tag.endswith("svg") for each in drawings)  # noqa: S314 - ours
    assert not re.search(r'(?:src|href)="(?!#)|@import|url\((?!#)', page)
    assert "news &amp; &lt;b&gt;" in page
    assert "<b>\n" not in page
    assert page.count("随笔") >= 3  # two tables and a plot
    assert not re.search(r"name\d{3}x*", page)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--threshold", "lax=1"], "not one of"),
        (["--threshold", "strict=high"], "not a number"),
        (["--model", "default"], "not both"),
        (["--baseline", "x=nowhere.jsonl"], "nowhere.jsonl"),
    ],
)
def test_evaluate_says_what_is_wrong(folder: Path, arguments: list[str], message: str) -> None:
    scores = ["--from-scores", folder / "scores-c.jsonl"]
    done = detector("evaluate", "prose", folder / "c.jsonl", *scores, *arguments)
    assert done.exit_code == 2
    assert message in done.output


def test_compare_as_json(folder: Path) -> None:
    sides = [folder / "scores-c.jsonl", folder / "better-c.jsonl"]
    done = detector("compare", *sides, folder / "c.jsonl", "--format", "json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    (only,) = found["sets"]
    assert found["b"]["source"] == str(sides[1])
    assert only["differences"][0]["p"] < 0.05
    assert HUMAN[:6] not in done.stdout


def test_compare_quotes_when_asked(folder: Path) -> None:
    sides = [folder / "scores-c.jsonl", folder / "better-c.jsonl"]
    bounds = ["--threshold-a", "0.6", "--threshold-b", "0.6", "--changed", "3"]
    done = detector("compare", *sides, folder / "c.jsonl", *bounds, "--quote", "8")
    assert done.exit_code == 0, done.output
    assert done.stdout.count(HUMAN[:8]) + done.stdout.count(MACHINE[:8]) == 3
    assert HUMAN[:9] not in done.stdout
    plain = detector("compare", *sides, folder / "c.jsonl", *bounds).stdout
    assert HUMAN[:4] not in plain
