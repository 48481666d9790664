"""The studies behind the prose model, on a toy corpus of made-up authors."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.judge import PRESETS
from detector.page import UnreadableInput
from detector.prose.model import FEATURES, LABELS, load

pytest.importorskip("scipy")
pytest.importorskip("sklearn")

from detector.training import publish
from detector.training.corpora.texts import read_texts
from detector.training.prose import (
    evidence,
    fit,
    left_out,
    plain_baseline,
    recipe,
    stages,
    variants,
)
from detector.training.prose import publish as prose_publish
from detector.training.prose.examples import Example, crops, examples

ONE = "山水风云花草树木鸟兽虫鱼"
OTHER = "电机轴承齿轮螺栓油泵阀门"
COMMON = "的了是在有我他这不人来到时大地为子中你说"
OWN = {"human": ONE, "ai": OTHER, "ai_refined": ONE[:6] + OTHER[:6]}
REGISTERS = ("letters", "diaries", "notices")


def toy(rng: random.Random, own: str) -> str:
    """A text of a made-up author: a common stock of characters and some of their own."""
    return "".join(
        "".join(
            rng.choice(own if rng.random() < 0.4 else COMMON) for _ in range(rng.randint(5, 14))
        )
        + rng.choice("，。。")
        for _ in range(rng.randint(12, 30))
    )


def corpus(path: Path, texts: int, seed: int) -> Path:
    """Half human, a quarter AI, a quarter refined; groups of four."""
    rng = random.Random(seed)
    with path.open("wb") as file:
        for number in range(texts):
            label = LABELS[(0, 1, 0, 2)[number % 4]]
            group = number // 4
            row = {"id": f"{seed}-{number}", "text": toy(rng, OWN[label]), "label": label}
            row |= {"register": REGISTERS[group % 3], "group_id": f"{seed}-{group}"}
            row |= {"source": f"made/{'abc'[group % 3]}:part{number % 2}"}
            if label != "human":
                row["generator"] = ("first", "second")[group % 2]
            file.write(orjson.dumps(row) + b"\n")
    return path


def quiet(_line: str) -> None:
    pass


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("toy")
    corpus(folder / "toy.jsonl", 480, 3)
    corpus(folder / "more.jsonl", 40, 4)
    path = folder / "recipe.toml"
    path.write_text(
        "[[corpus]]\npath = 'toy.jsonl'\n[[corpus]]\npath = 'more.jsonl'\n"
        "[fit]\nfolds = 3\niterations = 10\nstrength = 1e4\n",
        "utf-8",
    )
    return path


@pytest.fixture(scope="module")
def directory(plan: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "prose-0.0.1"
    model = fit.train(recipe.load(plan), "0.0.1", fit.Folds(None, quiet), quiet)
    publish.write(prose_publish.contents(model), path, publish.About("0.0.1", 0))
    return path


@pytest.fixture(scope="module")
def exam_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = corpus(tmp_path_factory.mktemp("sets") / "unseen.jsonl", 80, 5)
    with path.open("ab") as file:
        for name, text in (("short", "天气很好。"), ("empty", "")):
            file.write(orjson.dumps({"id": name, "text": text, "label": "human"}) + b"\n")
    return path


def done(*arguments: object) -> str:
    result = CliRunner().invoke(main, ["evaluate", *map(str, arguments)])
    assert result.exit_code == 0, result.stderr
    return result.stdout


# ---- left out ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def by(plan: Path, directory: Path) -> Callable[[str], list[dict[str, Any]]]:
    def measured(key: str) -> list[dict[str, Any]]:
        options = ("--by", key, "--model", directory, "--least", 60, "--format", "json")
        found: list[dict[str, Any]] = json.loads(done("left-out", plan, *options))["left_out"]
        return found

    return measured


def test_generators_are_found_beside_humans_held_back(
    by: Callable[[str], list[dict[str, Any]]],
) -> None:
    found = by("generator")
    assert {each["name"] for each in found} == {"first", "second"}
    for each in found:
        assert set(each["flagged"]) == set(LABELS)
        assert 0 < each["flagged"]["human"]["recall"]["total"] < 60
        assert each["flagged"]["ai"]["recall"]["share"] > 0.9
        assert min(each["auroc"][label] for label in LABELS[1:]) > 0.95
        assert each["auroc"]["human"] is None


@pytest.mark.parametrize(
    ("key", "names"), [("register", {*REGISTERS}), ("source", {"made/a", "made/b", "made/c"})]
)
def test_humans_of_what_was_left_out_are_counted(
    by: Callable[[str], list[dict[str, Any]]], key: str, names: set[str]
) -> None:
    found = by(key)
    assert {each["name"] for each in found} == names
    for each in found:
        assert list(each["flagged"]["human"]) == list(PRESETS)
        total = sum(rates["strict"]["total"] for rates in each["flagged"].values())
        assert total == each["texts"]


def test_a_name_is_left_out_with_its_groups(
    plan: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = recipe.load(plan)
    taught: list[list[Example]] = []

    def watched(found: list[Example], augment: recipe.Augment, seed: int) -> list[Example]:
        taught.append(found)
        return crops(found, augment, seed)

    monkeypatch.setattr(left_out, "crops", watched)
    study = left_out.Study(examples(loaded, quiet), loaded, load(directory), quiet)
    (found,) = study.report("generator", 60, ["first"])
    gone = {each.text.group for each in study.found if each.text.generator == "first"}
    gone |= {each.text.group for each in np.array(study.found)[left_out.held_back(study.found)]}
    assert {each.text.group for each in taught[0]}.isdisjoint(gone)
    assert len(taught[0]) == sum(each.text.group not in gone for each in study.found)
    assert found.name == "first"


def test_what_is_left_out_stands_in_tables(plan: Path, directory: Path) -> None:
    options = ("--by", "register", "--model", directory, "--least", 60, "--only", "letters")
    shown = done("left-out", plan, *options)
    assert [title in shown for title in left_out.TITLES.values()] == [True] * 3
    assert shown.count("letters") == 3


@pytest.mark.parametrize(
    ("least", "only", "wrong"), [(10_000, (), "no register has"), (60, ("poems",), "poems")]
)
def test_a_name_that_cannot_be_left_out_is_told(
    plan: Path, directory: Path, least: int, only: tuple[str, ...], wrong: str
) -> None:
    loaded = recipe.load(plan)
    study = left_out.Study(examples(loaded, quiet), loaded, load(directory), quiet)
    with pytest.raises(UnreadableInput, match=wrong):
        next(study.report("register", least, only))


# ---- variants ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def every(plan: Path, exam_set: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    quick = pytest.MonkeyPatch()
    quick.setitem(stages.TREES, "max_iter", 20)
    scores = tmp_path_factory.mktemp("scores")
    said = done("variants", plan, exam_set, "--folds", 2, "--format", "json", "--scores", scores)
    quick.undo()
    return {each["variant"]: each["sets"] for each in json.loads(said)["variants"]}, scores


def test_every_variant_ranks_every_set(
    every: tuple[dict[str, Any], Path], plan: Path, exam_set: Path
) -> None:
    found, _ = every
    assert list(found) == list(variants.variants(recipe.load(plan)))
    assert {"no 3-grams", "no variety", "no more.jsonl", "first corpus only"} <= set(found)
    for sets in found.values():
        (figures,) = sets.values()
        assert (figures["humans"], figures["machines"]) == (40, 40)
    blind = found["features only"][str(exam_set)]["auroc"]
    for name in ("shipped", "plain", "naive bayes", "boosted", "no 1-grams", "no style"):
        assert found[name][str(exam_set)]["auroc"] > max(0.95, blind + 0.1)


def test_scores_of_the_plain_baseline_stand_beside_a_model(
    every: tuple[dict[str, Any], Path], directory: Path, exam_set: Path
) -> None:
    found, scores = every
    files = {path.stem for path in scores.iterdir()}
    assert files == {name.replace(" ", "-") for name in found}
    baseline = f"plain={scores / 'plain.jsonl'}"
    options = ("--model", directory, "--resamples", 0, "--format", "json", "--baseline", baseline)
    (shown,) = json.loads(done("prose", exam_set, *options))["sets"]
    (plain,) = (each for each in shown["judged"]["baselines"] if each["name"] == "plain")
    assert plain["ranking"]["auroc"]["value"] == pytest.approx(
        found["plain"][str(exam_set)]["auroc"]
    )
    rows = {
        row["id"]: row
        for row in map(orjson.loads, (scores / "plain.jsonl").read_bytes().splitlines())
    }
    assert (rows["empty"]["score"], rows["short"]["abstained"]) == (None, "too_short")


def test_the_table_names_sets_and_variants(plan: Path, exam_set: Path) -> None:
    lines = done("variants", plan, exam_set, "--only", "naive bayes").splitlines()
    assert lines[1].split() == ["variant", "unseen"]
    assert lines[2].split()[:2] == ["naive", "bayes"]


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("variants", "SET", "--only", "better"), "no variant is called better"),
        (("left-out", "--by", "register", "--model", "none"), "there is no prose model"),
    ],
)
def test_what_cannot_be_studied_is_told(
    plan: Path, exam_set: Path, arguments: tuple[str, ...], wrong: str
) -> None:
    verb, *rest = (str(exam_set) if each == "SET" else each for each in arguments)
    result = CliRunner().invoke(main, ["evaluate", verb, str(plan), *rest])
    assert result.exit_code != 0
    assert wrong in result.stderr


def test_a_size_that_is_left_out_takes_no_row(plan: Path) -> None:
    loaded = recipe.load(plan)
    pieces = crops(examples(loaded, quiet), loaded.augment, 0)
    usual = evidence.grams(pieces, loaded.fit.rare)
    less = evidence.grams(pieces, loaded.fit.rare, (0, 2))
    assert set(less.columns.tolist()) < set(usual.columns.tolist())
    assert less.counts.sum() < 0.6 * usual.counts.sum()


def test_hidden_features_say_nothing(plan: Path) -> None:
    found = examples(recipe.load(plan), quiet)
    ones = np.ones((3, len(FEATURES)), np.float32)
    seen = stages.Seen(found, ones, ones).without(["refined", "variety"])
    shown = [name for name, value in zip(FEATURES, seen.held[0], strict=True) if value]
    assert shown == [name for name in FEATURES if name not in {"refined", "variety"}]
    assert ones.all()


def test_texts_of_a_set_are_not_taught(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = recipe.load(plan)
    on = variants.exam({"own": [*read_texts([plan.parent / "more.jsonl"])]})
    taught: list[Example] = []

    def watched(found: list[Example], *_: object) -> stages.Scores:
        taught.extend(found)
        return np.zeros(len(on.texts))

    monkeypatch.setitem(variants.ONE_STAGE, "plain", watched)
    chosen = {"plain": variants.Variant(loaded, design="plain")}
    [*_] = variants.compared(chosen, on, quiet)
    assert {each.text.corpus for each in taught} == {"toy.jsonl"}


def test_the_baseline_needs_humans_for_its_budgets(plan: Path) -> None:
    loaded = recipe.load(plan)
    found = [
        replace(each, text=replace(each.text, group="one"))  # of a part that teaches
        for each in examples(loaded, quiet)
    ]
    with pytest.raises(UnreadableInput, match="budgets"):
        plain_baseline.plain(found, loaded.fit, [])
