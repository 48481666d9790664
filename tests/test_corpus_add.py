"""`corpus add`: rows, tables, folders and other layouts brought into the row schema."""

import gzip
import json
from pathlib import Path

import pytest
from corpus_texts import added, corpus, row, rows_of, written

from detector.cli import FAILED, USAGE
from detector.training.corpora import schema

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
