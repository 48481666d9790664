"""The learned tagger: its features, its passes, and a model small enough to train in a test."""

from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from click.testing import CliRunner

from detector.cli.model import model as cli_model
from detector.config import Config, Models
from detector.core import RULES, Detector
from detector.noise import features, inserted, model
from detector.noise.view import Evidence, View
from detector.page import ModelMismatch
from detector.read import read

pytest.importorskip("scipy")

from detector.training import publish
from detector.training.noise import fit, network, spots
from detector.training.noise import publish as noise_publish
from detector.training.noise.examples import classes, examples
from detector.training.noise.reference import claim_rows, differences

PROSE = "湖边的步道昨天重新开放，市民可以从东门进入。工作人员提醒，雨后路面湿滑，请慢行。" * 2
ADVERT = "扫码加微信huahua{}领取全套资料，名额有限，先到先得！"
TAGS = "标签：月季批发{} 月季厂家直销 月季苗价格 便宜月季网购 月季市场电话"


def seen(text: str) -> View:
    return View(read(text, content_type="text/plain"))


def row(number: int) -> dict[str, Any]:
    parts = [
        (f"第{number}段。{PROSE}", None),
        (ADVERT.format(number), ("boilerplate", "injected_ad")),
        (PROSE, None),
        (TAGS.format(number), ("tag_spam", "seo_kw_tags")),
    ]
    text, spans = "", []
    for part, mark in parts:
        if mark:
            label, kind = mark
            span = {"start": len(text), "end": len(text) + len(part), "severity": "spam"}
            spans.append(span | {"label": label, "kind": kind, "conf": "sure"})
        text += part + "\n"
    return {"id": str(number), "text": text, "spans": spans}


ROWS = [row(number) for number in range(40)]
CLEAN = [{"id": str(n), "text": f"第{n}天。{PROSE}\n{PROSE}"} for n in range(40)]


@pytest.fixture(scope="module")
def tagger() -> model.Tagger:
    recipe = fit.Recipe(epochs=12, inline_epochs=1)
    return fit.train(ROWS + [c | {"spans": []} for c in CLEAN], [CLEAN], recipe, lambda _: None)


@pytest.fixture(scope="module")
def directory(tagger: model.Tagger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "noise-0.0.1"
    publish.write(noise_publish.contents(tagger), path, publish.About("0.0.1", 0))
    return path


@pytest.mark.parametrize("text", ["", " \n\n ", "字", "\n字\n", "。。。！", "#\n" * 5, "a" * 300])
def test_segments_cover_all_ink_in_order(text: str) -> None:
    view = seen(text)
    found = features.cut(view)
    assert (found.start < found.end).all()
    assert (found.start[1:] >= found.end[:-1]).all()
    inside = np.zeros(len(view.text), bool)
    for start, end in zip(found.start, found.end, strict=True):
        inside[start:end] = True
    assert all(here or char.isspace() for here, char in zip(inside, view.text, strict=True))


def test_a_long_line_is_cut_into_sentences_and_a_short_one_is_not() -> None:
    assert len(features.cut(seen("好。很好。"))) == 1
    assert len(features.cut(seen(PROSE))) == 4


def test_columns_and_their_names_agree() -> None:
    view = seen(ROWS[0]["text"])
    found, rows = features.cut(view), features.grams(view)
    dense = features.dense(view, found, rows, [], ["seo_kw_tags"])
    assert dense.shape == (len(found), len(features.names(["seo_kw_tags"])))
    assert np.isfinite(dense).all()
    assert rows.shape == (3, len(view.text))
    assert 0 <= rows.min() <= rows.max() < 1 << features.BITS


def test_serving_and_training_compute_the_same() -> None:
    answers = classes()
    pages = list(examples(ROWS[:3], answers))
    params = network.initial(pages[0].dense.shape[1], len(answers), 0)
    together, _ = network.forward(params, network.batch(pages))
    weights = model.Weights(**params, gate=np.zeros(1), moves=np.zeros((1, 1)))  # type: ignore[arg-type]
    apart = [model.forward(weights, p.segments, p.rows.astype(np.int64), p.dense) for p in pages]
    np.testing.assert_allclose(np.concatenate(apart), together, atol=1e-5)


def test_gradients_are_those_of_the_loss() -> None:
    answers = classes()
    pages = list(examples(ROWS[:2], answers))
    params = network.initial(pages[0].dense.shape[1], len(answers), 0)
    params = {name: value.astype(np.float64) for name, value in params.items()}
    found = network.batch(pages)

    def loss() -> float:
        output, _ = network.forward(params, found)
        right = output[np.arange(len(output)), found.target]
        return float(np.average(-np.log(right), weights=found.weight))

    gradients = network.backward(params, found, *network.forward(params, found))
    used = int(found.bag.indices[0])
    for name, at in [("table", (used, 3)), ("hidden", (5, 7)), ("answer", (3, 2))]:
        before, step = params[name][at], 1e-5
        params[name][at] = before + step
        higher = loss()
        params[name][at] = before - step
        slope = (higher - loss()) / (2 * step)
        params[name][at] = before
        assert gradients[name][at] == pytest.approx(slope, rel=0.02, abs=1e-7)


def test_a_taught_tagger_finds_what_it_was_taught(tagger: model.Tagger) -> None:
    said = claim_rows(tagger, row(99)["text"])
    assert {claim["kind"] for claim in said} >= {"injected_ad"}
    assert all(claim["probability"] < 0.7 for claim in claim_rows(tagger, CLEAN[0]["text"]))


def test_a_page_without_text_has_no_claims(tagger: model.Tagger) -> None:
    assert tagger.claims(seen(""), []) == []
    assert tagger.claims(seen("\n \n"), []) == []


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        found = fit.train(ROWS[:10], [CLEAN[:10]], fit.Recipe(1, 1, seed=3), lambda _: None)
        publish.write(noise_publish.contents(found), tmp_path / name, publish.About("0.0.1", 3))
        made.append({f.name: f.read_bytes() for f in (tmp_path / name).iterdir()})
    assert made[0] == made[1]


def test_a_written_model_answers_as_before(tagger: model.Tagger, directory: Path) -> None:
    loaded = model.load(directory)
    assert loaded.label == "noise-0.0.1"
    assert differences(loaded, directory) == []
    text = row(7)["text"]
    assert claim_rows(loaded, text) == claim_rows(tagger, text)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"family": "prose"}, "not for noise"),
        ({"feature_schema": features.SCHEMA + 1}, "feature schema"),
    ],
)
def test_a_model_for_something_else_is_refused(
    directory: Path, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    for file in directory.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    manifest = orjson.loads((directory / "manifest.json").read_bytes()) | change
    (tmp_path / "manifest.json").write_bytes(orjson.dumps(manifest))
    with pytest.raises(ModelMismatch, match=message):
        model.load(tmp_path)


def test_the_best_path_smooths_a_lonely_doubt() -> None:
    moves = np.array([[1.0, -3.0], [-3.0, 1.0]], np.float32)
    scores = np.array([[0.9, 0.1], [0.45, 0.55], [0.9, 0.1]], np.float32)
    assert model.viterbi(scores, moves).tolist() == [0, 0, 0]


def test_an_insertion_is_found_whole_and_a_spike_is_not() -> None:
    sure = np.array([0.2, 0.9, 0.95, 0.4, 0.9, 0.1, 0.6, 0.1], np.float32)
    assert inserted.inside(sure, (2.0, 2.0)) == [(1, 5)]
    assert inserted.inside(np.zeros(0, np.float32), (2.0, 2.0)) == []


def test_the_character_gradient_is_that_of_its_windows() -> None:
    rng = np.random.default_rng(0)
    values, into = rng.standard_normal((2, 30, 1))
    for first, last in inserted.WINDOWS:
        forward = float((inserted.windows(values, [(first, last)])[0] * into).sum())
        back = float((values * inserted.windows(into, [(1 - last, 1 - first)])[0]).sum())
        assert forward == pytest.approx(back, rel=1e-4, abs=1e-5)


def test_two_words_prove_less_than_a_line_and_a_line_less_than_two() -> None:
    words, line, other = (
        model.Stretch(start, end, "injected_ad", 0.9)
        for start, end in ((0, 4), (10, 200), (300, 500))
    )
    weights = [model.weighed(found)[0].evidence for found in ([words], [line], [line, other])]
    assert weights == sorted(weights)
    assert weights[2] == pytest.approx(2 * weights[1])


def test_a_family_is_weighed_by_its_own_stretches() -> None:
    advert, tags = (
        model.Stretch(0, 100, "injected_ad", 0.9),
        model.Stretch(200, 300, "b2b_tags", 0.6),
    )
    apart = [model.weighed([each])[0] for each in (advert, tags)]
    assert model.weighed([advert, tags]) == apart


def test_the_rules_word_goes_first() -> None:
    found = [
        model.Stretch(0, 100, "injected_ad", 0.9),
        model.Stretch(100, 200, "b2b_tags", 0.9),
        model.Stretch(290, 300, "query_repeat", 0.9),
    ]

    def kept(*said: Evidence) -> list[model.Stretch]:
        return [*model.uncontradicted(found, said, 300)]

    assert kept() == found
    assert kept(Evidence(0, 50, "seo_kw_list", 99.0)) == found  # no more than half
    assert kept(Evidence(0, 51, "seo_kw_list", 99.0)) == found[1:]
    assert kept(Evidence(0, 51, "seo_kw_list", 0.0)) == found  # no rule says so
    assert kept(Evidence(0, 300, "b2b_tags", 99.0)) == found[1:2]  # its own kind, an insertion
    assert kept(Evidence(299, 300, "query_repeat", 99.0)) == found[:2]


def test_a_small_set_of_clean_pages_does_not_set_the_bound_with_its_worst_page() -> None:
    least = (0.1, 0.2, 0.3)
    found = fit.knots([np.append(np.zeros(99), 50.0)], fit.BUDGET["tag_spam"], least)
    assert found.evidence[2] < 1
    many = np.append(np.zeros(999), [50.0] * 3)
    assert fit.knots([many], (0.01, 0.002, 0.001), least).evidence[2] > 1


def test_furniture_is_learnt_from_pages_with_markup() -> None:
    rows = [html_row(number) for number in range(10)]
    recipe = fit.Recipe(epochs=1)
    tagger = fit.train([*ROWS, *rows], [CLEAN], recipe, lambda _: None)
    assert tagger.layout is not None
    page = html_row(11)
    found = Detector(model=tagger).check(page["html"], content_type="text/html")
    assert PROSE[:20] in found.clean_text
    assert "栏目三" not in found.clean_text


def html_row(number: int) -> dict[str, Any]:
    menu = "".join(f"<li><a href=/{n}>栏目{n}</a></li>" for n in "一二三四五六七八")
    html = f"<ul>{menu}</ul><h1>第{number}天</h1><p>{PROSE}</p><p>{PROSE}</p><ul>{menu}</ul>"
    text = read(html, content_type="text/html").text
    middle = text.index("第"), text.rindex("。") + 1
    spans = [
        {"start": start, "end": end, "label": "boilerplate", "kind": "site_nav"}
        | {"severity": "benign", "conf": "sure"}
        for start, end in ((0, middle[0] - 1), (middle[1] + 1, len(text)))
    ]
    return {"id": f"h{number}", "site": f"s{number}", "html": html, "text": text, "spans": spans}


def test_only_kinds_the_rules_explain_are_answered() -> None:
    assert classes()[:2] == ["body", "benign"]
    assert set(spots.KINDS) <= set(classes())


def test_rules_alone_open_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detector.core.load_tagger", lambda path: pytest.fail(f"opened {path}"))
    assert Detector(Config(models=Models("none"))).check(ROWS[0]["text"]).versions["noise"] == RULES


def test_a_configured_model_adds_to_the_rules(directory: Path) -> None:
    text = ROWS[0]["text"]
    alone = Detector(Config(models=Models("none"))).check(text)
    both = Detector(Config(models=Models(str(directory)))).check(text)
    assert both.versions["noise"] == f"{RULES}+noise-0.0.1"
    assert alone.spans != both.spans
    assert all(span.reason for span in both.spans)


def test_the_verbs_show_and_verify_a_model(directory: Path) -> None:
    shown = CliRunner().invoke(cli_model, ["info", str(directory)])
    assert shown.exit_code == 0
    assert shown.output.startswith("noise-0.0.1: family noise")
    assert "ok" in CliRunner().invoke(cli_model, ["verify", str(directory)]).output
