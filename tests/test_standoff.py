"""Standoff annotations find their texts again, or say why not."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.page import UnreadableInput
from detector.training.standoff import Unjoined, annotations, join

TEXT = "河边的老厂房改成了书店。\n标签：开锁公司电话 搬家公司电话"
HTML = "<html><body><p>河边的老厂房</p><p>开锁公司电话</p></body></html>"


def annotation(
    name: str, text: str, start: int = 0, end: int = 6, **more: object
) -> dict[str, Any]:
    span = {"start": start, "end": end, "label": "tag_spam", "kind": "seo_kw_tags"}
    digest = hashlib.sha256(text.encode()).hexdigest()
    spans = [span | {"severity": "spam", "conf": "sure"}]
    return {
        "id": name,
        "source_file": "pages.jsonl.gz",
        "text_sha256": digest,
        "spans": spans,
        **more,
    }


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(gzip.compress(lines.encode()) if path.suffix == ".gz" else lines.encode())
    return path


def joined(tmp_path: Path, marks: list[dict[str, Any]], data: list[dict[str, Any]]) -> list[Any]:
    wanted = annotations(written(tmp_path / "marks.jsonl", marks))
    return list(join(wanted, [str(written(tmp_path / "pages.jsonl.gz", data))]))


def test_a_gold_row_has_the_text_and_the_spans(tmp_path: Path) -> None:
    start = TEXT.index("标签")
    marks = [annotation("a", TEXT, start, len(TEXT), annotators=["x"])]
    (gold,) = joined(tmp_path, marks, [{"id": "a", "text": TEXT, "url": "http://a.example/"}])
    assert gold["text"][gold["spans"][0]["start"] :].startswith("标签：开锁")
    assert (gold["url"], gold["group_id"], gold["annotators"]) == ("http://a.example/", "a", ["x"])


def test_the_text_of_html_is_what_the_reader_makes_of_it(tmp_path: Path) -> None:
    text = "河边的老厂房\n开锁公司电话"
    marks = [annotation("a", text, 7, 13, extracted=True), annotation("b", text, 7, 13)]
    data = [{"id": "a", "text": "anything", "html": HTML}, {"id": "b", "html": HTML}]
    assert [row["text"] for row in joined(tmp_path, marks, data)] == [text, text]


def test_another_text_is_an_error_of_its_row(tmp_path: Path) -> None:
    marks = [annotation("a", TEXT), annotation("b", TEXT)]
    data = [{"id": "a", "text": TEXT + "。"}, {"id": "b", "text": TEXT}]
    wrong, right = joined(tmp_path, marks, data)
    assert isinstance(wrong, Unjoined)
    assert (wrong.id, wrong.source) == ("a", "pages")
    assert "not the annotated one" in wrong.reason
    assert right["id"] == "b"


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (annotation("missing", TEXT), "no such row"),
        (annotation("a", TEXT, 0, 99), "outside the text"),
    ],
)
def test_what_cannot_be_joined_says_why(tmp_path: Path, mark: dict[str, Any], reason: str) -> None:
    (left,) = joined(tmp_path, [mark], [{"id": "a", "text": TEXT}])
    assert isinstance(left, Unjoined)
    assert reason in left.reason


def test_a_folder_of_annotations_is_read_whole(tmp_path: Path) -> None:
    folder = tmp_path / "marks"
    folder.mkdir()
    written(folder / "one.jsonl", [annotation("a", TEXT)])
    plain = annotation("b", TEXT)
    del plain["source_file"]  # then the file's own name says what was marked
    written(folder / "two.jsonl", [plain])
    assert set(annotations(folder)) == {("pages", "a"), ("two", "b")}


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("{", "line 1"),
        ('{"id": "a", "spans": []}', "text_sha256"),
        ("[]", "not an annotation"),
        ('{"id": "a", "text_sha256": "", "spans": []}\n' * 2, "annotated twice"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, lines: str, complaint: str) -> None:
    path = tmp_path / "marks.jsonl"
    path.write_text(lines, "utf-8")
    with pytest.raises(UnreadableInput, match=complaint):
        annotations(path)


def test_the_command_tells_what_is_missing_and_writes_the_rest(tmp_path: Path) -> None:
    marks = written(tmp_path / "marks.jsonl", [annotation("a", TEXT), annotation("b", TEXT)])
    data = written(tmp_path / "pages.jsonl.gz", [{"id": "a", "text": TEXT}])
    output = tmp_path / "gold.jsonl"
    command = ["corpus", "join", str(marks), str(data), "-o", str(output)]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 3
    assert "pages b: the data has no such row" in done.output
    assert [json.loads(line)["text"] for line in output.read_text("utf-8").splitlines()] == [TEXT]
