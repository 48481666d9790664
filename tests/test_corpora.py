"""Corpora of labelled texts: checked, rid of duplicates, split, described."""

import hashlib
import json
import re
import shlex
from pathlib import Path

import pytest
from corpus_texts import Row, corpus, prose, row, rows_of, written

from detector.cli import FINDINGS, USAGE
from detector.cli.corpora import corpus as verbs
from detector.training.corpora import card, schema, split, store

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
