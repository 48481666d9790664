"""Corpora of labelled texts: brought in, checked, rid of duplicates, split, described."""

import gzip
import hashlib
import json
import random
import re
import shlex
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from detector.cli import FAILED, FINDINGS, OK, USAGE, main
from detector.cli.corpora import corpus as verbs
from detector.training.corpora import card, leaks, near, schema, split, store
from detector.training.corpora.texts import Text
from detector.training.stats import auroc

Row = dict[str, Any]

WHO = "街口的修鞋匠 住在河边的老人 刚毕业的姑娘 值夜班的护士 卖早点的夫妻 学画画的孩子".split()
WHEN = "天还没亮就 每到周末便 下雨的日子里 过了立秋之后 临近年关的时候 吃过晚饭以后".split()
WHAT = (
    "把旧木箱搬到院子里 去码头看货船靠岸 沿着铁路走上一程 给远方的朋友写信 到菜场挑几样时鲜".split()
)
WHY = "说是图个清静 也不在乎旁人怎么看 多少年都没有变过 为的是心里踏实 还顺手记在本子上".split()


def prose(seed: int, sentences: int = 8) -> str:
    """Sentences that hardly two seeds share."""
    rng = random.Random(seed)
    return "".join(
        f"{rng.choice(WHO)}{rng.choice(WHEN)}{rng.choice(WHAT)}，第{rng.randrange(10**6)}回了，"
        f"{rng.choice(WHY)}。"
        for _ in range(sentences)
    )


def row(name: str, text: str, label: str = "human", **more: object) -> Row:
    return {"id": name, "text": text, "label": label, **more}


def written(path: Path, rows: Iterable[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows), "utf-8")
    return path


def corpus(verb: str, *arguments: object, code: int = OK) -> Result:
    done = CliRunner().invoke(main, ["corpus", verb, *map(str, arguments)])
    assert done.exit_code == code, done.output + repr(done.exception)
    return done


def rows_of(path: Path) -> list[Mapping[str, Any]]:
    return [item for item in store.read_items(path) if isinstance(item, Mapping)]


def added(tmp_path: Path, *arguments: object, code: int = OK) -> list[Mapping[str, Any]]:
    output = tmp_path / "added.jsonl"
    corpus("add", *arguments, "-o", output, code=code)
    return rows_of(output)


# auroc


def test_auroc_is_the_share_of_pairs_in_order() -> None:
    rng = np.random.default_rng(3)
    scores, positive = rng.integers(0, 9, 60).astype(float), rng.random(60) < 0.4
    pairs = [
        (high > low) + (high == low) / 2 for high in scores[positive] for low in scores[~positive]
    ]
    assert auroc(scores, positive) == pytest.approx(np.mean(pairs))


def test_auroc_of_one_class_is_undefined() -> None:
    assert np.isnan(auroc(np.array([1.0, 2.0]), np.array([True, True])))


# add


def test_columns_are_mapped_and_others_kept(tmp_path: Path) -> None:
    theirs = written(
        tmp_path / "theirs.jsonl",
        [
            {"id": 7, "content": "一段话。", "label": 1, "domain": "news", "pair_id": None, "x": 1},
            {"id": 8, "content": "另一段。", "label": 0, "domain": "blog", "pair_id": "p"},
        ],
    )
    options = (
        "--map text=content --map register=domain --map group_id=pair_id --label-values 0=human "
        "--label-values 1=ai --set generator=gpt-4o --set license=unknown"
    )
    assert added(tmp_path, theirs, *options.split()) == [
        {
            "id": "7",
            "text": "一段话。",
            "label": "ai",
            "x": 1,
            "register": "news",
            "generator": {"model": "gpt-4o"},
            "license": "unknown",
        },
        {
            "id": "8",
            "text": "另一段。",
            "label": "human",
            "register": "blog",
            "group_id": "p",
            "license": "unknown",
        },
    ]


def test_fields_of_ours_in_another_form_are_tidied(tmp_path: Path) -> None:
    theirs = written(
        tmp_path / "theirs.jsonl",
        [
            row("a", "话。", generator="Human", split="Validation", created=2021, group_id=12),
            row("b", "话语。", "ai", generator="qwen", split="val", url=None, register=""),
        ],
    )
    first, second = added(tmp_path, theirs)
    assert first == row("a", "话。", split="dev", created="2021", group_id="12")
    assert second == row("b", "话语。", "ai", generator={"model": "qwen"}, split="dev")
    assert [list(schema.faults(each)) for each in (first, second)] == [[], []]


def test_a_constant_without_a_value_takes_the_field_away(tmp_path: Path) -> None:
    theirs = written(tmp_path / "theirs.jsonl", [row("a", "话。", split="train")])
    assert added(tmp_path, theirs, "--set", "split=") == [row("a", "话。")]


def test_a_column_of_ours_that_is_mapped_stays(tmp_path: Path) -> None:
    theirs = written(tmp_path / "theirs.jsonl", [row("a", "话。")])
    assert added(tmp_path, theirs, "--map", "group_id=id") == [row("a", "话。", group_id="a")]


def test_a_label_of_theirs_may_mean_something_else(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("label,review\n1,很好。\n", "utf-8")
    options = ("--map", "text=review", "--map", "stars=label", "--label", "human")
    assert added(tmp_path, table, *options) == [row("a-000001", "很好。", stars="1")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_tables_with_a_head(tmp_path: Path, encoding: str) -> None:
    table = tmp_path / "reviews.csv"
    lines = (
        ',label,review\n0,1,"店里很干净，老板说""慢走""。\n下次还来。"\n'
        "1,0,分量太少，等了一个小时才送到。\n"
    )
    table.write_bytes(lines.encode(encoding))
    found = added(tmp_path, table, "--map", "text=review", "--label", "human")
    assert found == [
        row("reviews-000001", '店里很干净，老板说"慢走"。\n下次还来。'),
        row("reviews-000002", "分量太少，等了一个小时才送到。"),
    ]


def test_tables_without_a_head_keep_their_quotes(tmp_path: Path) -> None:
    table = tmp_path / "abstracts.tsv"
    table.write_text('题目\t"摘要"的文字。\t词\n', "utf-8")
    found = added(tmp_path, table, "--columns", "title,text,keywords", "--label", "human")
    assert found == [row("abstracts-000001", '"摘要"的文字。', title="题目", keywords="词")]


def test_a_line_of_a_table_with_a_cell_too_many_is_told(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("text,label\n话,human\n话,语,human\n", "utf-8")
    done = corpus("add", table, "-o", tmp_path / "out.jsonl", code=USAGE)
    assert "row 2 (line 3): 3 cells, where the head has 2" in done.stderr
    assert len(added(tmp_path, table, "--on-error", "skip", code=FAILED)) == 1


def test_folders_name_the_label(tmp_path: Path) -> None:
    for name, text in {"human/blog/a.txt": "人写的。", "ai/b.txt": "机器写的。"}.items():
        (tmp_path / "texts" / name).parent.mkdir(parents=True)
        (tmp_path / "texts" / name).write_text(text, "utf-8")
    found = added(tmp_path, tmp_path / "texts", "--map", "register=folder")
    assert found == [
        row("b-000001", "机器写的。", "ai", register="ai"),
        row("a-000001", "人写的。", register="blog"),
    ]
    (tmp_path / "texts" / "ai" / "b.txt").rename(tmp_path / "c.txt")
    assert (
        "no label" in corpus("add", tmp_path / "c.txt", "-o", tmp_path / "x.jsonl", code=2).stderr
    )
    assert added(tmp_path, tmp_path / "c.txt", "--label", "ai") == [
        row("c-000001", "机器写的。", "ai", folder=tmp_path.name)
    ]


def test_labels_of_theirs_may_name_folders(tmp_path: Path) -> None:
    (tmp_path / "人工").mkdir()
    (tmp_path / "人工" / "a.txt").write_text("人写的。", "utf-8")
    found = added(tmp_path, tmp_path / "人工", "--label-values", "人工=human")
    assert [each["label"] for each in found] == ["human"]


def test_questions_with_answers_are_a_row_an_answer(tmp_path: Path) -> None:
    question = {"question": "为什么天是蓝的？", "human_answers": ["因为散射。", "不知道。"]}
    other = {"question": "为什么天是蓝的", "human_answers": [], "chatgpt_answers": ["大气。"]}
    theirs = written(
        tmp_path / "hc3.jsonl", [question | {"chatgpt_answers": ["这是散射。"]}, other]
    )
    found = added(tmp_path, theirs, "--set", "register=qa")
    assert [(each["id"], each["label"], each["text"]) for each in found] == [
        ("hc3-000001-human-1", "human", "因为散射。"),
        ("hc3-000001-human-2", "human", "不知道。"),
        ("hc3-000001-chatgpt-1", "ai", "这是散射。"),
        ("hc3-000002-chatgpt-1", "ai", "大气。"),
    ]
    assert len({each["group_id"] for each in found}) == 1  # a question mark makes no other question
    assert found[2]["generator"] == {"model": "chatgpt"}
    assert "generator" not in found[0]


def test_articles_are_a_row_a_paragraph(tmp_path: Path) -> None:
    article = {"title": "桥", "id": "12", "paragraphs": [{"context": "桥很长。", "qas": []}] * 2}
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"version": "1", "data": [article]}), "utf-8")
    assert added(tmp_path, path, "--label", "human") == [
        row("12-1", "桥很长。", title="桥", group_id="12"),
        row("12-2", "桥很长。", title="桥", group_id="12"),
    ]


@pytest.mark.parametrize(
    "content", ['[{"text": "话。"}]', '{"text": "话。"}\n', '{"text": "话。"}\n{"text": "话。"}\n']
)
def test_json_is_a_list_or_lines(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content, "utf-8")
    found = added(tmp_path, path, "--label", "ai")
    assert found[0] == row("a-000001", "话。", "ai")


def test_ids_become_unique(tmp_path: Path) -> None:
    for name in ("one", "two"):
        written(tmp_path / f"{name}.jsonl", [row("1", f"{name}。"), row("1", f"{name}！")])
    found = added(tmp_path, tmp_path / "one.jsonl", tmp_path / "two.jsonl")
    assert [each["id"] for each in found] == ["1", "one-1", "two-1", "two-000002"]


def test_only_rows_asked_for(tmp_path: Path) -> None:
    theirs = written(tmp_path / "a.jsonl", [row("a", "话。", lang="zh"), row("b", "x", lang="en")])
    assert [each["id"] for each in added(tmp_path, theirs, "--where", "lang=zh")] == ["a"]
    done = corpus("add", theirs, "-o", tmp_path / "no.jsonl", "--where", "lang=ja", code=USAGE)
    assert "no row is left: 2 not asked for" in done.stderr
    assert not (tmp_path / "no.jsonl").exists()


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"id": "b", "text": "话。"}, "no label"),
        ({"id": "b", "text": " \n", "label": "ai"}, "no text"),
        ({"id": "b", "text": None, "label": "ai"}, "no text"),
        ({"id": "b", "text": ["话"], "label": "ai"}, "text is a list"),
        ({"id": "b", "label": "ai"}, "no column text; it has id, label"),
        ({"id": "b", "text": "话。", "label": 0}, "label 0 is none of human, ai, ai_refined"),
        (["话。"], "not a JSON object"),
        ("话。", "not a JSON object"),
    ],
)
def test_bad_rows_are_refused_or_skipped(tmp_path: Path, bad: object, why: str) -> None:
    theirs = written(tmp_path / "a.jsonl", [row("a", "话。"), bad, row("c", "话语。")])
    done = corpus("add", theirs, "-o", tmp_path / "no.jsonl", code=USAGE)
    assert f"a.jsonl: line 2: {why}" in done.stderr
    assert not (tmp_path / "no.jsonl").exists()
    found = added(tmp_path, theirs, "--on-error", "skip", code=FAILED)
    assert [each["id"] for each in found] == ["a", "c"]


def test_empty_texts_are_left_out_on_request(tmp_path: Path) -> None:
    theirs = written(tmp_path / "a.jsonl", [row("a", "话。"), row("b", ""), row("c", "　")])
    done = corpus("add", theirs, "-o", tmp_path / "out.jsonl", "--drop-empty")
    assert "1 rows: 1 human · left out: 2 no text" in done.stderr


def test_a_column_that_stands_nowhere_is_refused(tmp_path: Path) -> None:
    theirs = written(tmp_path / "a.jsonl", [row("a", "话。")])
    arguments = ("-o", tmp_path / "no.jsonl", "--map", "register=domian")
    assert "no row has a column domian" in corpus("add", theirs, *arguments, code=USAGE).stderr


@pytest.mark.parametrize("ending", [".jsonl.gz", ".jsonl.zst"])
def test_packed_files_in_and_out(tmp_path: Path, ending: str) -> None:
    theirs = tmp_path / "a.jsonl.gz"
    theirs.write_bytes(gzip.compress(json.dumps(row("a", "半个表情\ud83d。")).encode() + b"\n"))
    outputs = [tmp_path / f"{name}{ending}" for name in ("one", "two")]
    for output in outputs:
        corpus("add", theirs, "-o", output)
    assert rows_of(outputs[0]) == [row("a", "半个表情\ud83d。")]
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(b"x")
    (tmp_path / "folder").mkdir()
    output = tmp_path / "out.jsonl"
    assert "does not end in" in corpus("add", tmp_path / "a.xls", "-o", output, code=2).stderr
    assert "no file in it" in corpus("add", tmp_path / "folder", "-o", output, code=2).stderr
    assert (
        "must end in" in corpus("add", tmp_path / "folder", "-o", tmp_path / "x.csv", code=2).stderr
    )


# near


def test_format_makes_no_other_text() -> None:
    assert near.digest("《开门》，说：Ａ1！") == near.digest("「開 門」\n说 a1")
    assert near.digest("！！") != near.digest("。。")


def test_near_pairs_are_those_counted_one_by_one() -> None:
    rng = random.Random(5)
    originals = [prose(seed) for seed in range(30)]
    changed = [
        "".join("变" if rng.random() < share else char for char in text)
        for text in originals
        for share in (0.01, 0.02, 0.04, 0.08)
    ]
    texts = [*dict.fromkeys([*originals, *changed, "短"])]
    sets = [set(near.shingles(near.letters(text)).tolist()) for text in texts]
    counted = {
        (one, other): len(sets[one] & sets[other]) / max(len(sets[one] | sets[other]), 1)
        for one, other in combinations(range(len(texts)), 2)
    }
    wanted = {pair for pair, alike in counted.items() if alike >= 0.8}
    found = {(pair.first, pair.second): pair.similarity for pair in near.likeness(texts, 0.8).near}
    assert len(wanted) > 50
    assert set(found) <= wanted
    assert len(wanted - set(found)) <= near.MISSED * len(wanted)
    assert all(found[pair] == pytest.approx(counted[pair]) for pair in found)


def test_copies_are_compared_once() -> None:
    found = near.likeness([prose(1), prose(2), prose(1) + "！"], 0.8)
    assert found.same.tolist() == [0, 1, 0]
    assert found.near == []


def test_ties_are_called_as_their_first_name() -> None:
    ties = near.Ties()
    names = "a b c d".split()
    assert [ties.name(name) for name in names] == names
    assert ties.tie("d", "c")
    assert ties.tie("b", "d")
    assert not ties.tie("c", "b")
    assert [ties.name(name) for name in names] == ["a", "b", "b", "b"]


# leaks


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("space density", "你 好　吗", 2 / 3),
        ("newline density", "你\n\n好", 2 / 2),
        ("length", "你 好", 2),
        ("ASCII punctuation", "好,3.5 是，对.", 2 / 3),
        ("straight quotes", '“好”"', -1 / 3),
        ("no final punctuation", "好\n", 1),
        ("no final punctuation", "（好。）\n", 0),
        ("traditional characters", "開門", 1),
        ("digit share", "第12回", 2 / 4),
        ("comma density", "好，好,", 2 / 4),
        ("sentence-length spread", "一二三。四。\n五六", (np.std([3, 1, 2]) / 2)),
        ("marker words", "首先，其次。", 2 / 6),
    ],
)
def test_trivial_measurements(name: str, text: str, value: float) -> None:
    texts = ["", text, "。", text]
    found = leaks.TRIVIAL[name](texts)
    assert found[[1, 3]] == pytest.approx([value, value])
    assert np.isfinite(found).all()


def test_measurements_do_not_depend_on_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*(prose(seed, seed % 4) for seed in range(20)), "", "無標點 12", 'a.b. c\n\n"x"']
    whole = {name: measure(texts) for name, measure in leaks.TRIVIAL.items()}
    monkeypatch.setattr(leaks, "BATCH", 3)
    for name, measure in leaks.TRIVIAL.items():
        assert measure(texts) == pytest.approx(whole[name])
        assert measure([]).shape == (0,)


def labelled(text: str, label: str, register: str = "") -> Text:
    return Text("", text, label, register, "", "", "", "", "")


def test_a_planted_leak_comes_first() -> None:
    texts = [labelled(prose(seed), "human", "news") for seed in range(60)]
    texts += [labelled(prose(seed).replace("，", "， "), "ai", "news") for seed in range(60, 120)]
    texts += [labelled(prose(seed), "ai_refined", "blog") for seed in range(10)]
    cues = leaks.audit(texts, store.ignore)
    assert {(cue.register, cue.label) for cue in cues} == {("", "ai"), ("news", "ai")}
    assert [(cue.measure, cue.auroc) for cue in cues[:2]] == [("space density", 1.0)] * 2
    assert not any(cue.leak for cue in cues if cue.measure in {"straight quotes", "digit share"})


# lint


def near_copy(seed: int) -> str:
    return prose(seed).replace("第", "约", 2)


@pytest.fixture
def flawed(tmp_path: Path) -> list[Path]:
    train = [
        row("a", prose(1), created="2021-06", group_id="g"),
        row("b", prose(2), created="2023-01", split="train"),
        row("b", prose(3), "ai", generator="gpt", created="yesterday"),
        row("c", " ", "ai"),
        {"id": "d", "text": "话。", "label": "robot"},
        row("e", prose(4), created="2022-11-30"),
        row("f", prose(4).replace("，", ","), "ai_refined"),
        {"id": "h", "text": 5, "label": "human"},
        {"id": "s", "text": "页。", "spans": []},
    ]
    dev = [row("x", near_copy(1), "ai", group_id="g")]
    return [written(tmp_path / "train.jsonl", train), written(tmp_path / "dev.jsonl", dev)]


def test_lint_finds_what_is_wrong(flawed: list[Path]) -> None:
    with flawed[0].open("a") as file:
        file.write("{no json\n")
    done = corpus("lint", *flawed, "--format", "json", "--fail", code=FINDINGS)
    report = json.loads(done.stdout)
    assert {
        fault["what"]: fault["ids"] for fault in report["faults"] if "JSON" not in fault["what"]
    } == {
        "id stands twice in the file": ["b"],
        "generator is not {model, version}": ["b"],
        "created is no date such as 2021-06 or 2021-06-03": ["b"],
        "text is empty or no text": ["c"],
        "label is none of human, ai, ai_refined": ["d"],
        "no field named text with a text in it": [f"{flawed[0]}:8"],
    }
    assert any("not JSON" in fault["what"] for fault in report["faults"])
    human = report["content"][0]
    assert (human["label"], human["rows"], human["undated"], human["late"]) == ("human", 3, 0, 1)
    assert [(each["id"], each["label"], each["other_label"]) for each in report["conflicts"]] == [
        ("e", "human", "ai_refined"),
        ("a", "human", "ai"),
    ]
    shared = {(each["split"], each["other"]): each for each in report["shared"]}
    assert set(shared) == {("train.jsonl", "train.jsonl"), ("train.jsonl", "dev.jsonl")}
    leaking = shared["train.jsonl", "dev.jsonl"]
    assert (leaking["same"], leaking["near"], leaking["across"]) == (0, 1, 0)
    assert 0.8 <= leaking["twins"][0]["similarity"] < 1
    assert report["astray"] == [{"splits": ["train.jsonl", "dev.jsonl"], "groups": ["g"]}]


def test_files_of_one_corpus_are_no_splits(flawed: list[Path]) -> None:
    done = corpus("lint", *flawed, "--format", "json", "--together")
    report = json.loads(done.stdout)
    pairs = [(each["split"], each["other"]) for each in report["shared"]]
    assert pairs == [("no split", "no split")]
    assert report["astray"] == []


def test_lint_as_a_table(flawed: list[Path]) -> None:
    text = corpus("lint", *flawed).stdout
    assert "train.jsonl and dev.jsonl" in text
    assert "to put right: schema, labels at odds, texts in several splits, groups" in text


def test_lint_of_a_sound_corpus(tmp_path: Path) -> None:
    rows = [row(str(n), prose(n), "human", created="2020") for n in range(60)]
    rows += [row(f"m{n}", prose(n), "ai", generator={"model": "m"}) for n in range(60, 120)]
    text = corpus("lint", written(tmp_path / "a.jsonl", rows), "--fail").stdout
    assert "nothing to put right" in text
    assert "sentence-length spread" in text


@pytest.mark.parametrize(
    ("created", "wanted"),
    [("2022-11", False), ("2022-12-01", True), ("2022", False), ("2023", True), (None, False)],
)
def test_what_is_written_late(created: str | None, wanted: bool) -> None:  # noqa: FBT001
    assert schema.late({"created": created}) is wanted


# dedup


def test_duplicates_are_dropped_and_told(tmp_path: Path) -> None:
    one = written(
        tmp_path / "one.jsonl",
        [
            row("a", prose(1)),
            row("b", prose(2), "ai"),
            row("c", prose(1).replace("。", "．"), "ai"),
        ],
    )
    two = written(
        tmp_path / "two.jsonl",
        [row("d", near_copy(2), "ai"), row("e", near_copy(1), "ai_refined"), row("f", prose(3))],
    )
    done = corpus(
        *("dedup", one, two, "-o", tmp_path / "out", "--near", "0.8"),
        *("--report", tmp_path / "dropped.json"),
    )
    kept = [[each["id"] for each in rows_of(tmp_path / "out" / path.name)] for path in (one, two)]
    assert kept == [["a", "b"], ["e", "f"]]  # refined text is like its original by design
    dropped = json.loads((tmp_path / "dropped.json").read_text("utf-8"))
    assert [(each["id"], each["kept_id"], each["why"]) for each in dropped] == [
        ("c", "a", "exact"),
        ("d", "b", "near"),
    ]
    assert dropped[0]["similarity"] == 1
    assert 0.8 <= dropped[1]["similarity"] < 1
    assert "1 dropped rows had another label" in done.stdout


def test_training_is_kept_free_of_what_is_measured_on(tmp_path: Path) -> None:
    dev = written(tmp_path / "dev.jsonl", [row("x", prose(1), group_id="q"), row("y", prose(2))])
    train = written(
        tmp_path / "train.jsonl",
        [
            row("a", near_copy(1), "ai_refined", group_id="r"),
            row("b", prose(3), "ai", group_id="q"),
            row("c", prose(4), group_id="r"),
            row("y", prose(5)),
        ],
    )
    output = tmp_path / "free.jsonl.zst"
    arguments = ("dedup", train, "--against", dev, "--near", 0.8, "-o", output)
    corpus(*map(str, arguments))
    assert [each["id"] for each in rows_of(output)] == ["b", "c", "y"]
    done = corpus(*map(str, arguments), "--groups", "--merge-groups")
    assert [(each["id"], each.get("group_id")) for each in rows_of(output)] == [
        ("c", "q"),
        ("y", None),
    ]
    assert "1 pairs of groups" in done.stdout


def test_neither_of_two_texts_at_odds_is_kept_on_request(tmp_path: Path) -> None:
    rows = [
        row("a", prose(1), "ai"),
        row("b", near_copy(1)),
        row("c", prose(2), "ai_refined"),
        row("d", near_copy(2)),
        row("e", prose(3)),
        row("f", prose(3) + "！", "ai_refined"),
        row("g", prose(4)),
        row("h", near_copy(4)),
    ]
    path, output = written(tmp_path / "a.jsonl", rows), tmp_path / "out.jsonl"
    done = corpus("dedup", path, "-o", output, "--near", 0.8, "--drop-conflicts")
    assert [each["id"] for each in rows_of(output)] == ["c", "d", "g"]
    assert done.stdout.split("\n")[2].split() == ["a.jsonl", *"8 3 0 1 4 0".split()]


def test_files_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    paths = [written(tmp_path / name / "a.jsonl", [row("a", prose(1))]) for name in "xy"]
    done = corpus("dedup", *paths, "-o", tmp_path / "out", code=USAGE)
    assert "two of the files have the same name" in done.stderr


def test_an_unlabelled_row_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", [{"id": "z", "text": "话。"}])
    assert "row z" in corpus("dedup", path, "-o", tmp_path / "out", code=USAGE).stderr


# split


def grouped(count: int, prefix: str = "g") -> list[Row]:
    return [
        row(f"{prefix}{n}{label}", prose(n), label, group_id=f"{prefix}{n}", register="news")
        for n in range(count)
        for label in ("human", "ai")
    ]


def splits_of(folder: Path, name: str) -> dict[str, str]:
    return {each["id"]: each["split"] for each in rows_of(folder / name)}


def test_groups_stay_together_and_another_corpus_moves_nothing(tmp_path: Path) -> None:
    old = written(tmp_path / "old.jsonl", grouped(300))
    new = written(tmp_path / "new.jsonl", grouped(50, "h"))
    done = corpus("split", old, "-o", tmp_path / "first", "--dev", 0.2, "--test", 0.1)
    corpus("split", new, old, "-o", tmp_path / "second", "--dev", 0.2, "--test", 0.1)
    first, second = (splits_of(tmp_path / each, "old.jsonl") for each in ("first", "second"))
    assert first == second
    assert all(first[f"g{n}human"] == first[f"g{n}ai"] for n in range(300))
    counts = [[*first.values()].count(name) / 600 for name in ("train", "dev", "test")]
    assert counts == pytest.approx([0.7, 0.2, 0.1], abs=0.06)
    assert "news ai" in done.stdout


def test_a_smaller_share_is_part_of_the_larger(tmp_path: Path) -> None:
    entries = store.read_entries([written(tmp_path / "a.jsonl", grouped(100))])
    tests = [
        {
            e.text.group
            for e in split.split(entries, split.Shares(0, share))
            if e.text.split == "test"
        }
        for share in (0.1, 0.3)
    ]
    assert tests[0] < tests[1]


def test_groups_with_texts_alike_go_together(tmp_path: Path) -> None:
    rows = grouped(40) + [
        row(f"k{n}", near_copy(n), group_id=f"copy of {n}", register="blog") for n in range(40)
    ]
    path = written(tmp_path / "a.jsonl", rows)
    corpus("split", path, "-o", tmp_path / "out", "--dev", 0.3, "--test", 0.3, "--near", 0.8)
    found = splits_of(tmp_path / "out", "a.jsonl")
    assert all(found[f"k{n}"] == found[f"g{n}ai"] for n in range(40))
    assert set(found.values()) == {"train", "dev", "test"}


def test_shares_are_not_more_than_all(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", grouped(1))
    corpus("split", path, "-o", tmp_path / "out", "--dev", 0.6, "--test", 0.6, code=USAGE)


# card


def test_a_card_is_counted_anew_and_words_stay(tmp_path: Path) -> None:
    rows = [
        row("a", prose(1), source="owner/repo:a.csv", license="CC-BY-4.0", created="2019-03"),
        row(
            "b", prose(2), "ai", source="owner/repo:b.csv", generator={"model": "m", "version": "2"}
        ),
    ]
    path, output = written(tmp_path / "mine.jsonl", rows), tmp_path / "card.md"
    corpus("card", path, "-o", output)
    first = output.read_text("utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    for words in ("size: 2 rows", "# mine", "| owner/repo | 1 | 1 | 0 |", "| m 2 | 0 | 1 | 0 |"):
        assert words in first
    assert "| human | 2019-03 to 2019-03 | 0 | 0 |" in first
    assert digest in first
    by_hand = first.replace("# mine", "# Mine, size: small").replace(
        "What it must", "What a fool must"
    )
    output.write_text(by_hand, "utf-8")
    corpus("card", path, "-o", output, code=USAGE)
    assert output.read_text("utf-8") == by_hand
    corpus("card", path, "-o", output, "--update")
    assert output.read_text("utf-8") == by_hand
    written(path, [*rows, row("c", prose(3))])
    corpus("card", path, "-o", output, "--update")
    assert "size: 3 rows" in output.read_text("utf-8")
    assert "# Mine, size: small" in output.read_text("utf-8")
    assert digest not in output.read_text("utf-8")


def test_a_card_without_marks_is_left_alone(tmp_path: Path) -> None:
    path, output = written(tmp_path / "a.jsonl", [row("a", prose(1))]), tmp_path / "card.md"
    output.write_text("# By hand\n", "utf-8")
    assert card.BEGIN in corpus("card", path, "-o", output, "--update", code=USAGE).stderr
    assert output.read_text("utf-8") == "# By hand\n"


# docs


def test_the_guide_uses_options_there_are() -> None:
    guide = (Path(__file__).parents[1] / "docs" / "corpora.md").read_text("utf-8")
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE))
    lines = [shlex.split(line, comments=True) for line in script.replace("\\\n", " ").splitlines()]
    used = [words[2:] for words in lines if words[:2] == ["detector", "corpus"]]
    assert {words[0] for words in used} == {"add", "lint", "dedup", "split", "card"}
    for verb, *words in used:
        known = {option for param in verbs.commands[verb].params for option in param.opts}
        assert {word for word in words if word.startswith("-")} <= known
