"""The prose room: format-blind signs, windows, the two stages, abstentions, heat."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.config import Config, Models
from detector.core import Detector
from detector.judge import thresholds, written
from detector.page import ConfigError, ModelMismatch, UnreadableInput
from detector.prose import features
from detector.prose.body import abstention, body
from detector.prose.heat import heat
from detector.prose.model import FEATURES, LABELS, Prose, load, strengths
from detector.prose.plain import plain
from detector.prose.reading import NO_MODEL, NOTHING, Passage, Reading, read
from detector.read.chars import codepoints, to_text
from detector.read.fold import fold
from detector.training import publish
from detector.training.corpora.texts import read_texts
from detector.training.prose import fit, recipe
from detector.training.prose import publish as prose_publish
from detector.training.prose.calibrate import recalibrated
from detector.training.prose.examples import examples

ONE = "山水风云花草树木鸟兽虫鱼"
OTHER = "电机轴承齿轮螺栓油泵阀门"
COMMON = "的了是在有我他这不人来到时大地为子中你说"

ESSAY = prose_publish.texts()[0]


def toy(rng: random.Random, own: str, sentences: int = 12) -> str:
    """A text of a made-up author: a common stock of characters and some of their own."""
    return "".join(
        "".join(
            rng.choice(own if rng.random() < 0.4 else COMMON) for _ in range(rng.randint(5, 14))
        )
        + rng.choice("，。。")
        for _ in range(sentences)
    )


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe over a toy corpus: authors, not humans and machines, but told apart the same way."""
    folder = tmp_path_factory.mktemp("toy")
    rng = random.Random(3)
    with (folder / "toy.jsonl").open("wb") as file:
        for number in range(480):
            label = LABELS[(0, 1, 0, 2)[number % 4]]
            own = {"human": ONE, "ai": OTHER, "ai_refined": ONE[:6] + OTHER[:6]}[label]
            text = toy(rng, own, rng.randint(10, 40))
            row = {"id": f"t{number}", "text": text, "label": label, "source": "made"}
            row |= {"register": f"r{number // 4 % 3}", "group_id": f"g{number // 4}"}
            file.write(orjson.dumps(row) + b"\n")
    path = folder / "recipe.toml"
    path.write_text(
        "[[corpus]]\npath = 'toy.jsonl'\n[fit]\nfolds = 3\niterations = 15\nstrength = 1e4\n",
        "utf-8",
    )
    return path


@pytest.fixture(scope="module")
def teach(plan: Path) -> Callable[[Path | None], Prose]:
    def quiet(_line: str) -> None:
        pass

    return lambda work: fit.train(recipe.load(plan), "0.0.1", fit.Folds(work, quiet), quiet)


@pytest.fixture(scope="module")
def model(teach: Callable[[Path | None], Prose]) -> Prose:
    return teach(None)


@pytest.fixture(scope="module")
def directory(model: Prose, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "prose-0.0.1"
    publish.write(prose_publish.contents(model), path, publish.About("0.0.1", 0))
    return path


# ---- format ------------------------------------------------------------------------------------

TRADITIONAL = str.maketrans("随着节关注话题来时个这么说现", "隨著節關注話題來時個這麼說現")
FORMATS: dict[str, Callable[[str], str]] = {
    "spaces": " ".join,
    "lines": lambda text: text.replace("。", "。\n\n"),
    "no lines": lambda text: text.replace("\n", ""),
    "ASCII marks": lambda text: text.translate(str.maketrans("，。！？；：", ",.!?;:")),
    "full width": lambda text: text.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)}),
    "quotes": lambda text: text.translate(str.maketrans("“”", "「」")),
    "quoted": lambda text: f"“{text}”",
    "traditional": lambda text: text.translate(TRADITIONAL),
    "digits": lambda text: text.replace("20", "7").replace("3", "９"),
    "last mark": lambda text: text.rstrip("。"),
    "bullets": lambda text: "- " + text.replace("。", "。- "),
    "bold": lambda text: f"**{text[:8]}**{text[8:]}",
    "zero width": "\u200b".join,
}
DRAFT = ESSAY + "据2023年的调查，约有35%的人说：“这样做很好”，也有人说不好；你怎么看？"


@pytest.mark.parametrize("name", FORMATS)
def test_format_does_not_move_a_score(model: Prose, name: str) -> None:
    one, other = (read(fold(text), (), model) for text in (DRAFT, FORMATS[name](DRAFT)))
    assert other.score == pytest.approx(one.score, abs=0.01)
    assert other.abstained == one.abstained


def test_what_is_said_does_move_it(model: Prose) -> None:
    rng = random.Random(5)
    human, machine = (read(fold(toy(rng, own, 30)), (), model).score for own in (ONE, OTHER))
    assert human + 0.2 < machine


def test_plain_signs_point_into_the_folded_text() -> None:
    text = "第 3 点：用 GPT-4 写，约1.5万字。\n“完”"
    found = plain(codepoints(text))
    assert to_text(found.cps) == "第0点,用a0写,约0万字.完"
    assert [text[at] for at in found.origin][:3] == ["第", "3", "点"]


@given(st.text(alphabet="天地人。，!.3aＡ “\n（)、\ud800\x00", max_size=60))
def test_any_text_has_plain_signs(text: str) -> None:
    found = plain(fold(text).cps)
    assert len(found.cps) == len(found.origin) <= len(text) * 4
    assert (np.diff(found.origin) > 0).all()
    marks = to_text(found.cps)
    assert ".." not in marks
    assert not marks.endswith((".", ","))


# ---- windows -----------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 400), max_size=30))
def test_windows_cover_the_text_in_whole_pieces(sizes: list[int]) -> None:
    cps = np.concatenate([np.full(0, 1), *(np.r_[np.full(n - 1, 0x4E00), 46] for n in sizes)])
    ends = features.pieces(cps.astype(np.uint32))
    found = features.windows(ends)
    edges = {0, *ends.tolist()}
    assert edges.issuperset(found.start.tolist())
    assert edges.issuperset(found.end.tolist())
    assert features.lengths(ends).max(initial=0) <= features.LONGEST
    if sizes:
        assert (found.start[0], found.end[-1]) == (0, sum(sizes))
        assert (found.start[1:] == found.end[:-1]).all()
        assert (found.end - found.start).max() <= 1.5 * features.WINDOW + features.LONGEST
    else:
        assert len(found.start) == 0


def test_an_ngram_counts_once_in_a_window(model: Prose) -> None:
    text = features.hashed(plain(codepoints(DRAFT * 5)).cps)
    found = features.windows(text.ends)
    assert len(set((found.end - found.start).tolist())) > 1
    table = model.weights.table
    said, distinct = strengths(text.rows, found.end, table, model.weights.scale)
    for start, end, each in zip(found.start, found.end, said, strict=True):
        own = [table[np.unique(rows[start:end])].sum(axis=0, dtype=int) for rows in text.rows]
        wanted = np.sum(own, axis=0) / np.sqrt(end - start) * model.weights.scale
        assert each == pytest.approx(wanted, rel=1e-4)
    signs = [len(set(text.cps[start:end].tolist())) for start, end in zip(*found, strict=True)]
    assert distinct.tolist() == signs


def test_a_text_of_very_many_sentences_is_told_part_by_part(
    model: Prose, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = features.hashed(plain(codepoints(DRAFT * 5)).cps)
    own = model.of_sentences(text)
    assert len(own) > 7
    monkeypatch.setattr("detector.prose.model.PARTS", 7)
    assert np.array_equal(model.of_sentences(text), own)


def test_half_a_page_by_a_machine_shows_in_its_passages(model: Prose) -> None:
    rng = random.Random(9)
    human, machine = toy(rng, ONE, 90), toy(rng, OTHER, 90)
    passages = read(fold(human + machine), (), model).passages
    assert passages
    assert all(p.end > len(human) and p.human < 0.5 for p in passages)


# ---- what is not judged ------------------------------------------------------------------------


def why(text: str) -> str | None:
    return abstention(body(fold(text), ()))


def test_reference_texts_are_judged_or_not() -> None:
    said = [why(text) for text in prose_publish.texts()]
    assert said == [None] * 4 + ["too_short", "list_like", "classical", "code", "not_zh"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "too_short"),
        ("天气很好。", "too_short"),
        ("\x00\ud800", "not_zh"),
        ("。。。！！" * 40, "not_zh"),
        ("これは日本語の文章です。" * 20, "not_zh"),
        ("他在会上说：“" + ESSAY + "”会后大家都散了。", "quotation"),
        ("春眠花渐少，夜坐雨初停，山色随云去，江声入梦听。" * 6, "classical"),
    ],
)
def test_abstentions(text: str, reason: str) -> None:
    assert why(text) == reason


def test_what_was_cut_is_no_body(model: Prose) -> None:
    text = "标签:#一#二\n" + ESSAY
    whole, cut = read(fold(text), (), model), read(fold(text), [(0, 8)], model)
    bare = read(fold(ESSAY), (), model)
    assert cut.score == pytest.approx(bare.score, abs=1e-6)
    assert cut.raw == pytest.approx(whole.score, abs=1e-6)
    assert cut.passages[0].start >= 8


def test_without_a_model_nothing_is_said() -> None:
    assert read(fold(ESSAY), (), None).abstained == NO_MODEL


# ---- verdicts ----------------------------------------------------------------------------------


def test_passages_become_spans() -> None:
    bounds = thresholds("balanced", {})
    passages = (
        Passage(0, 300, 0.1, 0.8, 0.1),
        Passage(150, 450, 0.05, 0.2, 0.75),
        Passage(500, 800, 0.6, 0.4, 0.0),
    )
    sure = Reading(0.1, 0.8, 0.1, 0.9, None, passages)
    (span,) = written(sure, bounds, "zh")
    assert (span.start, span.end, span.kind, span.score) == (0, 450, "ai_refined", 0.95)
    assert span.severity == "spam"
    (doubtful,) = written(Reading(0.6, 0.3, 0.1, 0.4, None, passages), bounds, "en")
    assert doubtful.severity == "suspected"
    assert doubtful.reason.isascii()
    assert written(NOTHING, bounds, "zh") == ()


def test_a_verdict_says_who_wrote_the_body(directory: Path) -> None:
    detector = Detector(Config(models=Models("none", str(directory))))
    text = toy(random.Random(1), OTHER, 60)
    verdict = detector.check(text)
    label = verdict.labels[-1]
    assert (label.name, label.scope) == ("ai_prose", "body")
    assert label.probabilities is not None
    assert sum(label.probabilities.values()) == pytest.approx(1, abs=1e-3)
    assert label.score == pytest.approx(1 - label.probabilities["human"], abs=1e-3)
    assert verdict.versions["prose"] == "prose-0.0.1"
    assert verdict.composition["body"] == 1
    assert verdict.clean_text == text


def test_heat_shows_sentences_and_words(model: Prose) -> None:
    found = heat(fold(ESSAY), (), model)
    shown = [ESSAY[each.start : each.end] for each in found.sentences]
    assert len(shown) == ESSAY.count("。")
    assert all(0 <= each.score <= 1 for each in found.sentences)
    assert shown[0].startswith("随着")
    assert all(weight > 0 for _, weight in found.speaking_for)
    assert heat(fold(""), (), model).sentences == ()


# ---- models ------------------------------------------------------------------------------------


def test_a_model_answers_as_it_was_published(directory: Path, model: Prose) -> None:
    opened = load(directory)
    assert opened.label == "prose-0.0.1"
    assert prose_publish.differences(opened, directory) == []
    weights = model.weights._replace(answer=-model.weights.answer)
    assert prose_publish.differences(Prose("x", weights), directory)


def test_the_same_recipe_gives_the_same_arrays_and_goes_on(
    model: Prose, teach: Callable[[Path | None], Prose], tmp_path: Path
) -> None:
    for _ in range(2):  # the second finds the folds of the first
        again = teach(tmp_path)
        for name, array in model.weights._asdict().items():
            assert np.array_equal(array, getattr(again.weights, name))


def test_changed_features_are_refused(directory: Path, tmp_path: Path) -> None:
    manifest = orjson.loads((directory / "manifest.json").read_bytes())
    for name in manifest["files"]:
        (tmp_path / name).write_bytes((directory / name).read_bytes())
    manifest["feature_schema"] += 1
    (tmp_path / "manifest.json").write_bytes(orjson.dumps(manifest))
    with pytest.raises(ModelMismatch, match="schema"):
        load(tmp_path)


def test_budgets_can_be_set_anew(model: Prose, plan: Path) -> None:
    texts = [text for text in read_texts([plan.parent / "toy.jsonl"]) if text.label == "human"]
    found = recalibrated(model, texts, "prose-0.0.2")
    judged = [read(fold(text.text), (), found).score for text in texts]
    assert np.mean(np.array(judged) >= thresholds("recall", {})["ai_prose"]) <= 0.11
    with pytest.raises(UnreadableInput, match="too few"):
        recalibrated(model, texts[:10], "x")


def test_second_stage_has_a_weight_for_every_feature(model: Prose) -> None:
    assert model.weights.answer.shape == (len(FEATURES) + 1, 2)


@pytest.mark.parametrize(
    ("toml", "wrong"),
    [
        ("seed = 1", "no \\[\\[corpus\\]\\]"),
        ("[[corpus]]\nweight = 2", "no path"),
        ("[[corpus]]\npath = 'a'\n[caps]\nregisters = 3", "registers"),
        ("[[corpus]]\npath = 'a'\n[fit]\nfolds = 'x'", "folds"),
        ("[[corpus]]\npath = 'a'\n[fits]\nfolds = 1", "fits"),
        ("[[corpus", "recipe"),
    ],
)
def test_a_wrong_recipe_is_named(tmp_path: Path, toml: str, wrong: str) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(toml, "utf-8")
    with pytest.raises(ConfigError, match=wrong):
        recipe.load(path)


def test_caps_keep_the_originals_of_refined_texts(plan: Path) -> None:
    path = plan.parent / "capped.toml"
    path.write_text(
        "[[corpus]]\npath = 'toy.jsonl'\n[caps]\nregister = 5\nmerge = ['r']\n", "utf-8"
    )
    kept = examples(recipe.load(path), lambda _line: None)
    count = {label: sum(LABELS[each.label] == label for each in kept) for label in LABELS}
    assert count["ai"] == count["ai_refined"] == 5
    assert count["human"] == 240  # every group has a refined text
    assert {each.register for each in kept} == {"r"}
