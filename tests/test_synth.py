"""Synthetic pages: exact spans, the same bytes for a seed, every kind, and twins that are clean."""

import json
import random
import re
from collections import Counter
from functools import cache
from hashlib import sha256
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.noise.table import rules
from detector.page import UnreadableInput
from detector.training.synth import Plan, grammar, synthesise
from detector.training.synth.carriers import carriers, evenly
from detector.training.synth.characters import (
    control_chars,
    noise_insertion,
    nonsense_insertion,
    pinyin_annotation,
    toned,
)
from detector.training.synth.draft import Draft, Mark, Piece, join
from detector.training.synth.furniture import paragraphs
from detector.training.synth.inline import kw_inline_offtopic, query_repeat, vendor_anchor_kw
from detector.training.synth.recipes import PROFILES, RECIPES, Make
from detector.training.synth.scene import Carrier, Scene
from detector.training.synth.wordlists import read_lists

CORPUS = Path(__file__).parents[1] / "corpora" / "synth-noise"
CARRIERS = str(CORPUS / "carriers.jsonl")
#: Constants a page has without a symbol of the grammar.
GIVEN = {"TITLE", "TOPIC", "TOPIC_WORD", "SENTENCE", "META_WORDS", "item"}
ROWS = 600


def made(plan: Plan | None = None, count: int = 150, seed: int = 5) -> list[dict[str, Any]]:
    return list(synthesise([CARRIERS], count, plan or Plan(), seed))


@cache
def pages() -> list[dict[str, Any]]:
    return made(count=ROWS)


def kinds(rows: list[dict[str, Any]], severity: str = "spam") -> set[str]:
    spans = (span for row in rows for span in row["spans"])
    return {span["kind"] for span in spans if span["severity"] == severity}


def scene(seed: int) -> Scene:
    carrier = next(islice(carriers([CARRIERS]), seed % 20, None))
    return Scene(random.Random(seed), grammar.load(), carrier, {}, [])


def test_spans_lie_in_the_text_without_white_space_at_their_ends() -> None:
    for row in pages():
        for span in row["spans"]:
            quote = row["text"][span["start"] : span["end"]]
            assert quote
            assert quote == quote.strip()


def test_spans_of_one_family_do_not_overlap() -> None:
    for row in pages():
        for family in ("tag_spam", "boilerplate"):
            spans = [span for span in row["spans"] if span["label"] == family]
            assert all(a["end"] <= b["start"] for a, b in pairwise(spans))


def test_families_are_those_of_the_rules() -> None:
    known = {kind: rule.family for kind, rule in rules().items()}
    for row in pages():
        for span in row["spans"]:
            assert known[span["kind"]] == span["label"]


def test_there_is_a_recipe_for_every_kind_of_the_rules() -> None:
    assert set(RECIPES) == set(rules())
    assert set().union(*PROFILES) <= set(RECIPES)


def test_every_kind_is_made() -> None:
    noisy = {kind for kind, recipe in RECIPES.items() if recipe.weight}
    assert kinds(pages()) == noisy
    assert kinds(pages(), "benign") >= set(RECIPES) - noisy


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    assert made(count=60) == made(count=60)
    assert made(count=60) != made(count=60, seed=6)


def test_twins_are_clean_and_share_the_group_of_a_noisy_page() -> None:
    twins = [row for row in pages() if not row["recipes"]]
    assert 0.22 < len(twins) / ROWS < 0.38
    assert all(row["category"] == "clean" for row in twins)
    assert {row["group_id"] for row in twins} <= {r["group_id"] for r in pages() if r["recipes"]}
    assert not kinds(twins)


def test_rows_have_the_fields_of_a_corpus() -> None:
    row = pages()[0]
    assert {"id", "text", "spans", "source", "group_id", "generator", "license"} <= set(row)
    assert row["generator"]["model"] == "synth"
    assert len({row["id"] for row in pages()}) == ROWS


def test_blocks_cover_the_text_and_nothing_twice() -> None:
    marked_up = [row for row in pages() if "blocks" in row]
    assert marked_up
    for row in marked_up:
        last = 0
        for start, end, link_chars, _hidden, _tag in row["blocks"]:
            assert not row["text"][last:start].strip()
            assert start < end <= len(row["text"])
            assert 0 <= link_chars <= end - start
            last = end
        assert not row["text"][last:].strip()


@pytest.mark.parametrize("kind", [kind for kind, recipe in RECIPES.items() if recipe.weight])
def test_a_kind_alone_and_a_kind_left_out(kind: str) -> None:
    alone = made(Plan({"*": 0, kind: 1}, twins=0), count=12)
    assert kinds(alone) <= {kind, *RECIPES[kind].brings}
    assert kind in kinds(alone)
    assert kind not in kinds(made(Plan(left_out=frozenset({kind})), count=60))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    "make",
    [
        pinyin_annotation,
        control_chars,
        nonsense_insertion,
        noise_insertion,
        kw_inline_offtopic,
        vendor_anchor_kw,
        query_repeat,
    ],
)
def test_without_its_insertions_a_text_is_the_carrier_again(make: Make, seed: int) -> None:
    stage = scene(seed)
    draft = Draft()
    draft.zones["body"] = paragraphs(stage.carrier.text)
    make(draft, stage)
    draft.zones["title"].clear()  # where a query is put in as the title, unmarked
    text, spans = join(draft)
    for span in reversed(spans):
        text = text[: span["start"]] + text[span["end"] :]
    assert re.sub(r"\n+", "\n", text).strip() == stage.carrier.text


def test_pieces_under_one_mark_are_one_span_and_neighbours_of_a_kind_too() -> None:
    tags, ad = Mark("tag_spam", "b2b_tags"), Mark("boilerplate", "injected_ad")
    draft = Draft()
    draft.zones["body"] = [
        [[Piece(" 标签：", (tags,)), Piece("水泵 ", (tags, ad))], [Piece("阀门", (tags,))]]
    ]
    draft.zones["tail"] = [[[Piece("。")]], [[Piece("甲", (Mark("boilerplate", "disclaimer"),))]]]
    draft.zones["foot"] = [[[Piece("乙", (Mark("boilerplate", "disclaimer"),))]]]
    text, spans = join(draft)
    found = [(span["kind"], text[span["start"] : span["end"]]) for span in spans]
    assert found == [
        ("b2b_tags", "标签：水泵 \n阀门"),
        ("injected_ad", "水泵"),
        ("disclaimer", "甲\n乙"),
    ]


def test_every_reference_of_the_grammar_is_known() -> None:
    symbols = grammar.load().symbols
    texts = (text for name in symbols if not name.startswith("lex_") for text in symbols[name])
    used = {reference for text in texts for reference in grammar.references(text)}
    assert {name for name in used - GIVEN if name.lower() not in symbols} == set()


def test_capitals_are_drawn_once_a_page() -> None:
    said = scene(1).say("{SITE}|{SITE}|{SITE}").split("|")
    assert len(set(said)) == 1


@pytest.mark.parametrize(
    ("syllable", "tone", "expected"),
    [
        ("shuang", 1, "shuāng"),
        ("dou", 1, "dōu"),
        ("nv", 3, "nǚ"),
        ("gui", 4, "guì"),
        ("er", 2, "ér"),
    ],
)
def test_tones_stand_on_the_right_vowel(syllable: str, tone: int, expected: str) -> None:
    assert toned(syllable, tone) == expected


def test_own_lists_are_used(tmp_path: Path) -> None:
    (tmp_path / "tags.txt").write_text("甲乙丙丁商城\n", "utf-8")
    row = json.dumps({"text": "请认准{甲}牌水壶"}, ensure_ascii=False)
    (tmp_path / "ads.jsonl").write_text(row + "\n", "utf-8")
    pairs = [
        ("b2b_tags", str(tmp_path / "tags.txt")),
        ("injected_ad", str(tmp_path / "ads.jsonl")),
    ]
    weights = {"*": 0.0, "b2b_tags": 1.0, "injected_ad": 1.0}
    rows = made(Plan(weights, read_lists(pairs), twins=0), count=40)
    text = "".join(row["text"] for row in rows)
    assert "甲乙丙丁商城" in text
    assert "{甲}牌水壶" in text


def test_an_empty_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("\n", "utf-8")
    with pytest.raises(UnreadableInput, match="no entry"):
        read_lists([("b2b_tags", str(tmp_path / "empty.txt"))])


@pytest.mark.parametrize("plan", [{"weights": {"nothing": 1.0}}, {"left_out": frozenset({"x"})}])
def test_an_unknown_kind_is_refused(plan: dict[str, Any]) -> None:
    with pytest.raises(UnreadableInput, match="no recipe is called"):
        Plan(**plan)


def test_marked_rows_and_short_ones_carry_nothing(tmp_path: Path) -> None:
    span = {"start": 0, "end": 2, "label": "tag_spam", "kind": "b2b_tags", "severity": "spam"}
    rows = [
        {"id": "marked", "text": "河" * 100, "spans": [span]},
        {"id": "short", "text": "河"},
        {"id": "clean", "text": "河" * 100, "spans": []},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert [carrier.id for carrier in carriers([str(path)])] == ["clean"]
    path.write_text(json.dumps(rows[0]), "utf-8")
    with pytest.raises(UnreadableInput, match="no carrier"):
        list(synthesise([str(path)], 1, Plan(), 0))


def test_html_pages_are_carriers(tmp_path: Path) -> None:
    body = "".join(f"<p>第{number}段说的是河边的事情，写得不长。</p>" for number in range(9))
    (tmp_path / "page.html").write_text(
        f"<html><title>河</title><body>{body}</body></html>", "utf-8"
    )
    (carrier,) = carriers([str(tmp_path / "page.html")])
    assert (carrier.title, carrier.text.count("\n")) == ("河", 8)


def test_a_few_of_many_carriers_lie_evenly() -> None:
    many = [Carrier(str(number), "") for number in range(100)]
    taken = [int(carrier.id) for carrier in evenly(many, 10, 100)]
    assert Counter(b - a for a, b in pairwise(taken)) == {10: 9}


def test_the_command_writes_the_same_bytes_twice(tmp_path: Path) -> None:
    outputs = []
    for name in ("a.jsonl", "b.jsonl"):
        path = tmp_path / name
        options = ["--count", "15", "--seed", "3", "--leave-out", "adult_kw_list"]
        done = CliRunner().invoke(main, ["corpus", "synth", CARRIERS, "-o", str(path), *options])
        assert done.exit_code == 0, done.output
        outputs.append(path.read_bytes())
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) == 15


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--recipe", "b2b_tags"], "not kind=value"),
        (["--recipe", "b2b_tags=many"], "not a number"),
        (["--recipe", "b2b_tags=-1"], "not a weight"),
        (["--recipe", "nothing=1"], "no recipe is called nothing"),
        (["--recipe", "*=0"], "no recipe has a weight"),
        (["--leave-out", "nothing"], "no recipe is called nothing"),
    ],
)
def test_the_command_refuses_nonsense(tmp_path: Path, options: list[str], complaint: str) -> None:
    target = tmp_path / "out.jsonl"
    command = ["corpus", "synth", CARRIERS, "-o", str(target), "--count", "1", *options]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 2
    assert complaint in done.output
    assert not target.exists()


@pytest.mark.parametrize("name", ["carriers.jsonl", "sample.jsonl"])
def test_the_card_names_the_files_as_they_are(name: str) -> None:
    digest = sha256((CORPUS / name).read_bytes()).hexdigest()
    assert f"`{name}` `{digest}`" in (CORPUS / "card.md").read_text("utf-8")
