"""The studies behind the learned tagger, on corpora too small to learn much from."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from detector.cli import main
from detector.noise import features
from detector.noise.model import Tagger
from detector.noise.view import View
from detector.page import UnreadableInput
from detector.training.stats import Rate
from detector.training.synth import Plan, synthesise

pytest.importorskip("scipy")
pytest.importorskip("sklearn")

from threadpoolctl import threadpool_limits

from detector.training.noise import designs, left_out
from detector.training.noise.examples import classes, evidence_of, examples, page_of

CARRIERS = str(Path(__file__).parents[1] / "corpora" / "synth-noise" / "carriers.jsonl")
NAMES = ["rules alone", "n-grams", "signals", "network", "+ sequence pass", "+ character pass"]
KIND = "seo_kw_tags"

Row = Mapping[str, Any]


def made(count: int, seed: int) -> list[dict[str, Any]]:
    return list(synthesise([CARRIERS], count, Plan(), seed))


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return made(90, 3)


@pytest.fixture(scope="module")
def test_rows() -> list[dict[str, Any]]:
    return made(60, 4)


@pytest.fixture(scope="module")
def clean(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if not any(s["severity"] == "spam" for s in row["spans"])]


def written(path: Path, rows: Iterable[Row]) -> str:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return str(path)


def quiet(_line: str) -> None:
    pass


@pytest.fixture(scope="module")
def report(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[Row],
    test_rows: list[Row],
    clean: list[Row],
) -> tuple[dict[str, Any], str]:
    folder = tmp_path_factory.mktemp("designs")
    gold = written(folder / "gold.jsonl", test_rows)
    quick = pytest.MonkeyPatch()
    quick.setitem(designs.TREES, "max_iter", 5)
    arguments = [written(folder / "corpus.jsonl", rows), "--gold", gold, "--format", "json"]
    for option in ("--clean", "--held"):
        arguments += [option, written(folder / f"{option}.jsonl", clean)]
    done = CliRunner().invoke(main, ["evaluate", "designs", *arguments])
    quick.undo()
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout), gold


def test_every_design_stands_beside_the_rules(report: tuple[dict[str, Any], str]) -> None:
    measured, gold = report
    assert [each["design"] for each in measured["designs"]] == NAMES
    for each in measured["designs"]:
        assert set(each["gold"][gold]["f1"]) == {"tag_spam", "boilerplate", "any"}
        assert each["gold"][gold]["found"]["total"] > 0
        assert len(each["held"]) == 1


def test_rules_alone_add_nothing_and_each_pass_adds_arrays(
    report: tuple[dict[str, Any], str],
) -> None:
    rules, *others = report[0]["designs"]
    assert (rules["micros"], rules["size"]) == (None, 0)
    assert all(each["micros"] > 0 for each in others)
    sizes = {each["design"]: each["size"] for each in others}
    assert sizes["n-grams"] < sizes["network"] == sizes["+ sequence pass"]
    assert sizes["+ sequence pass"] < sizes["+ character pass"]


def test_simple_designs_tell_clean_from_noise(
    rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(designs.TREES, "min_samples_leaf", 5)
    monkeypatch.setitem(designs.TREES, "max_iter", 10)
    pages = list(examples(rows, classes()))
    noisy = np.concatenate([page.target >= 2 for page in pages])
    with threadpool_limits(limits=1):
        found = dict(designs.designs(pages, 0, quiet))
        for name in ("n-grams", "signals"):
            noise = noise_of(found[name], rows)
            assert noise[noisy].mean() > noise[~noisy].mean() + 0.2


def noise_of(tagger: Tagger, rows: Iterable[Row]) -> NDArray[np.float32]:
    parts = []
    for row in rows:
        view = View(page_of(row))
        if view.han:
            cut, grams = features.cut(view), features.grams(view)
            said = tagger.scores(view, cut, grams, evidence_of(view))
            np.testing.assert_allclose(said.sum(axis=1), 1, atol=1e-5)
            parts.append(said[:, 2:].sum(axis=1))
    return np.concatenate(parts)


def test_corpora_without_noise_teach_no_design(clean: list[dict[str, Any]]) -> None:
    with pytest.raises(UnreadableInput, match="no tag_spam"):
        designs.lessons(list(examples(clean, classes())))


def test_a_page_left_out_takes_its_kind_along(rows: list[dict[str, Any]]) -> None:
    pages = list(examples(rows, classes()))
    answer = classes().index(KIND)
    held = left_out.holding(pages, answer)
    assert held
    rest = left_out.without(pages, held)
    assert len(rest) == len(pages) - len(held)
    assert not left_out.holding(rest, answer)


def test_the_control_leaves_out_other_noise(
    rows: list[dict[str, Any]], test_rows: list[dict[str, Any]]
) -> None:
    pages = list(examples(rows, classes()))
    study = left_out.Study(pages, left_out.exam(test_rows), 0, quiet)
    held = left_out.holding(pages, classes().index(KIND))
    others = study.others(held)
    assert len(others) == len(held)
    assert not others & held
    assert all((pages[at].marks >= 2).any() for at in others)
    assert others == study.others(held)


def test_what_the_rules_claim_is_known_by_segment() -> None:
    tags = "标签：月季批发 月季厂家直销 月季苗价格 便宜月季网购 月季市场电话"
    text = f"湖边的步道昨天重新开放。\n{tags}\n"
    seen = left_out.exam([{"id": "a", "text": text}])
    assert seen.claimed.tolist() == [False, True]
    assert seen.clean.tolist() == [True, True]


def test_recipes_are_left_out_one_by_one(
    tmp_path: Path, rows: list[Row], test_rows: list[Row]
) -> None:
    corpus = written(tmp_path / "corpus.jsonl", rows)
    test = written(tmp_path / "test.jsonl", test_rows)
    arguments = [corpus, "--test", test, "--format", "json", "--kind", KIND]
    done = CliRunner().invoke(main, ["evaluate", "recipes", *arguments])
    assert done.exit_code == 0, done.stderr
    (found,) = json.loads(done.stdout)["kinds"]
    assert found["kind"] == KIND
    assert found["left_out"] >= left_out.FEWEST
    totals = {found[name]["total"] for name in ("rules", "shown", "unshown", "random")}
    assert len(totals) == 1


def test_the_table_of_recipes_ends_with_their_sum() -> None:
    found = [
        left_out.Found(kind, 7, Rate(1, 4), Rate(hits, 4), Rate(0, 4), Rate(hits, 4))
        for kind, hits in ((KIND, 4), ("link_farm_titles", 2))
    ]
    last = left_out.text(left_out.Report(found, Rate(1, 400))).splitlines()[-1]
    assert last.split() == "all of them 8 0.250 0.750 0.000 0.750".split()


@pytest.mark.parametrize(
    ("kind", "message"), [("no_such_kind", "no_such_kind"), ("meta_leak", "enough")]
)
def test_a_kind_that_cannot_be_studied_is_told(
    test_rows: list[dict[str, Any]], kind: str, message: str
) -> None:
    pages = list(examples(test_rows[:5], classes()))
    with pytest.raises(UnreadableInput, match=message):
        left_out.Study(pages, left_out.exam(test_rows[:5]), 0, quiet).report([kind])
