"""Readers and writers: every format, every damage, and nothing larger than allowed."""

import gzip
import json
import os
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from detector.config import Limits
from detector.files import Document, Failure, Item, ReadOptions, Source, atomic, find, read_all
from detector.files.readers import check_encoding, sniff
from detector.files.streams import lines
from detector.files.table import Table
from detector.files.visible import UNSAFE, fitted, padded, visible, width, wrapped
from detector.page import LimitExceeded, UnreadableInput

TEXT = "今天天气很好。"
OPTIONS = ReadOptions()
SMALL = Limits(max_chars=100, max_file_bytes=1000, max_decompressed_bytes=1000, max_body_bytes=1000)

Packer = Callable[[bytes], bytes]
PACKERS: dict[str, Packer] = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}


def read(path: Path, options: ReadOptions = OPTIONS, input_format: str | None = None) -> list[Item]:
    return list(read_all(find([str(path)], input_format), options))


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def only(items: list[Item]) -> Document:
    (item,) = items
    assert isinstance(item, Document), item
    return item


def failed(items: list[Item]) -> Failure:
    (item,) = items
    assert isinstance(item, Failure), item
    return item


# Finding.


def test_a_folder_is_read_to_the_bottom_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/b.HTM", "c.jsonl.gz", ".git/x.txt", ".x.txt", "d.png"):
        write(tmp_path / name, "")
    found = [os.path.relpath(source.path, tmp_path) for source in find([str(tmp_path)])]
    assert found == ["b.txt", "c.jsonl.gz", "a/b.HTM", "a/z.md"]
    assert len(find([str(tmp_path)], "html")) == len(found) + 1


def test_globs_names_and_stdin(tmp_path: Path) -> None:
    for name in ("2.txt", "1.txt", "3.unknown"):
        write(tmp_path / name, "")
    found = find([str(tmp_path / "*.txt"), str(tmp_path / "3.unknown"), "-"])
    assert [Path(each.path).name for each in found] == ["1.txt", "2.txt", "3.unknown", "-"]
    assert [source.format for source in found] == ["txt", "txt", None, None]


@pytest.mark.parametrize("name", ["nothing.txt", "*.txt", ""])
def test_paths_that_lead_nowhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableInput):
        find([str(tmp_path / name)])


# Reading.


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.txt", "text/plain"), ("a.md", "text/markdown"), ("a.html", "text/html")],
)
@pytest.mark.parametrize("packed", ["", ".gz", ".zst"])
def test_whole_files(tmp_path: Path, name: str, kind: str, packed: str) -> None:
    path = write(tmp_path / (name + packed), PACKERS[packed](TEXT.encode()))
    assert only(read(path)) == Document(str(path), str(path), TEXT.encode(), kind)


def test_members_and_frames_follow_each_other(tmp_path: Path) -> None:
    halves = TEXT[:3].encode(), TEXT[3:].encode()
    padding = b"\0" * 512
    gz = write(tmp_path / "a.txt.gz", b"".join(map(gzip.compress, halves)) + padding)
    zst = write(tmp_path / "a.txt.zst", b"".join(map(zstandard.compress, halves)))
    assert only(read(gz)).content == only(read(zst)).content == TEXT.encode()


@pytest.mark.parametrize(
    ("name", "data", "detail"),
    [
        ("a.txt.gz", gzip.compress(TEXT.encode() * 9)[:-9], "truncated gzip data"),
        ("a.txt.gz", gzip.compress(b"")[:5], "truncated gzip data"),
        ("a.txt.gz", gzip.compress(TEXT.encode())[:10] + b"\xff" * 40, "damaged gzip data"),
        ("a.txt.zst", zstandard.compress(TEXT.encode())[:-3], "truncated zstd data"),
        ("a.txt.zst", b"\x28\xb5\x2f\xfd" + b"\xff" * 40, "damaged zstd data"),
        ("a.txt", b"%PDF-1.7\n", "this is a PDF, not text"),
    ],
    ids=["cut gz", "cut gz head", "bad gz", "cut zst", "bad zst", "pdf"],
)
def test_damage_stays_in_its_file(tmp_path: Path, name: str, data: bytes, detail: str) -> None:
    write(tmp_path / name, data)
    write(tmp_path / "b.txt", TEXT)
    first, second = read(tmp_path)
    assert isinstance(first, Failure)
    assert first.code == "unreadable"
    assert detail in first.detail
    assert isinstance(second, Document)


def test_a_truncated_archive_keeps_its_whole_rows(tmp_path: Path) -> None:
    rows = "".join(json.dumps({"text": f"{n} {os.urandom(99).hex()}"}) + "\n" for n in range(999))
    path = write(tmp_path / "a.jsonl.gz", gzip.compress(rows.encode())[:-20])
    *documents, last = read(path)
    assert len(documents) > 900
    assert all(isinstance(each, Document) for each in documents)
    assert isinstance(last, Failure)


@pytest.mark.parametrize("packed", PACKERS.values(), ids=["plain", "gz", "zst"])
def test_size_is_bounded(tmp_path: Path, packed: Packer) -> None:
    path = write(tmp_path / "a.txt", packed(b"a" * 5000))
    failure = failed(read(path, replace(OPTIONS, limits=SMALL), "txt"))
    assert failure.code == "too_large"


@pytest.mark.parametrize("packed", [gzip.compress, zstandard.compress])
def test_a_bomb_of_rows_is_stopped(tmp_path: Path, packed: Packer) -> None:
    path = write(tmp_path / "a.jsonl", packed((b" " * 999 + b"\n") * 40_000))
    assert "decompression ratio" in failed(read(path)).detail


def test_sniffing_without_a_name(tmp_path: Path) -> None:
    assert sniff(b'\xef\xbb\xbf {"text": "a"}') == "jsonl"
    assert sniff(b"\n<!DOCTYPE html><p>") == "html"
    assert sniff(b"{curly} text") == "txt"
    assert only(read(write(tmp_path / "x", '{"text":"a"}'))).line == 1


def test_named_encodings(tmp_path: Path) -> None:
    gbk = replace(OPTIONS, encoding=check_encoding("GBK"))
    assert only(read(write(tmp_path / "a.txt", TEXT.encode("gbk")), gbk)).content == TEXT
    row = json.dumps({"text": TEXT}, ensure_ascii=False) + "\n"
    wide = replace(OPTIONS, encoding=check_encoding("utf-16"))
    for options, name in ((gbk, "gbk"), (wide, "utf-16")):
        assert only(read(write(tmp_path / "a.jsonl", row.encode(name)), options)).content == TEXT
    for name in ("klingon", "base64", "undefined"):
        with pytest.raises(UnreadableInput):
            check_encoding(name)


# Rows.


def rows(tmp_path: Path, text: str | bytes, **changes: str) -> list[Item]:
    return read(write(tmp_path / "r.jsonl", text), replace(OPTIONS, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "content", "kind"),
    [
        ({"text": TEXT}, TEXT, "text/plain"),
        ({"html": "<p>"}, "<p>", "text/html"),
        ({"content": "<p>"}, "<p>", None),
        ({"content": "x", "content_type": "text/html"}, "x", "text/html"),
        ({"content_base64": b64encode(b"\xd6\xd0").decode()}, b"\xd6\xd0", None),
        ({"text": TEXT, "html": "<p>"}, TEXT, "text/plain"),
    ],
)
def test_fields(
    tmp_path: Path, row: dict[str, str], content: str | bytes, kind: str | None
) -> None:
    document = only(rows(tmp_path, json.dumps(row)))
    assert (document.content, document.content_type) == (content, kind)


def test_names_of_fields_and_rows(tmp_path: Path) -> None:
    text = '\ufeff{"body":"a","key":3,"url":"u","title":"t"}\r\n\n{"body":"b"}'
    first, second = rows(tmp_path, text, text_key="body", id_key="key")
    path = str(tmp_path / "r.jsonl")
    assert first == Document("3", path, "a", "text/plain", 1, "u", "t")
    assert isinstance(second, Failure)
    assert (second.id, second.line) == (f"{path}:3", 3)
    assert only(rows(tmp_path, '{"text":"a"}')).id == f"{path}:1"


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ("{bad", "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"txet":"a"}', "no field named text, html"),
        ('{"text":null}', "no field named text with a text in it"),
        ('{"content_base64":"*"}', "field content_base64"),
        ("[" * 100_000, "not JSON"),
        (b'{"text":"\xd6\xd0"}', "name the file's encoding"),
    ],
)
def test_a_bad_row_is_one_failure(tmp_path: Path, line: str | bytes, detail: str) -> None:
    data = line.encode() if isinstance(line, str) else line
    good = b'{"text":"a"}'
    before, bad, after = rows(tmp_path, b"\n".join([good, data, good]))
    assert isinstance(bad, Failure)
    assert bad.code == "bad_row"
    assert bad.detail.startswith("line 2: ")
    assert detail in bad.detail
    assert isinstance(before, Document)
    assert isinstance(after, Document)


def test_half_an_emoji_is_read(tmp_path: Path) -> None:
    assert only(rows(tmp_path, r'{"text":"a\ud83d b","n":NaN}')).content == "a\ufffd b"


def test_a_huge_row_and_a_too_huge_one(tmp_path: Path) -> None:
    long = "长" * 200_000
    assert only(rows(tmp_path, json.dumps({"text": long}))).content == long
    options = replace(OPTIONS, limits=SMALL)
    path = write(tmp_path / "r.jsonl", '{"text":"%s"}\n{"text":"a"}' % ("x" * 2000))
    bad, good = read(path, options)
    assert isinstance(bad, Failure)
    assert (bad.code, bad.line) == ("too_large", 1)
    assert isinstance(good, Document)


def test_rows_are_streamed(tmp_path: Path) -> None:
    taken: list[int] = []
    path = write(tmp_path / "r.jsonl", b'{"text":"a"}\n' * 200_000)
    documents = read_all(find([str(path)]), replace(OPTIONS, on_bytes=taken.append))
    next(documents)
    assert sum(taken) < path.stat().st_size / 2


@given(st.lists(st.binary(max_size=9), max_size=9), st.integers(1, 30))
def test_lines_are_those_of_the_whole(chunks: list[bytes], limit: int) -> None:
    whole = b"".join(chunks).split(b"\n")
    wanted = whole[:-1] if not whole[-1] else whole
    found = list(lines(iter(chunks), limit))
    assert len(found) == len(wanted)
    for line, expected in zip(found, wanted, strict=True):
        assert isinstance(line, LimitExceeded) if len(expected) > limit else line == expected


def test_a_folder_for_a_file_is_one_failure(tmp_path: Path) -> None:
    missing = Source(str(tmp_path / "gone.txt"), "txt")
    assert failed(list(read_all([missing], OPTIONS))).code == "unreadable"


# Writing.


def test_a_file_is_whole_or_not_at_all(tmp_path: Path) -> None:
    path = write(tmp_path / "out", "old")

    with pytest.raises(TypeError), atomic(path) as file:
        file.write("half")  # type: ignore[call-overload]
    assert path.read_text() == "old"
    with atomic(path) as file:
        file.write(b"new")
    assert path.read_text() == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="No such file"), atomic(tmp_path / "no" / "out"):
        pass


def test_a_device_is_written_to() -> None:
    with atomic(Path(os.devnull)) as file:
        file.write(b"x")


@given(st.text(alphabet="a标签｜\u0301\x1b\x07\u202e\U0010ffff#"), st.integers(2, 12))
def test_cells(text: str, cells: int) -> None:
    shown = visible(text)
    assert not UNSAFE.search(shown)
    assert width(fitted(shown, cells)) <= cells
    assert width(padded(shown, 200)) == 200
    assert all(width(row) <= max(cells, 2) for row in wrapped(shown, cells))


def test_columns_stand_under_each_other() -> None:
    table = Table(80)
    kinds = [("tag_spam", "seo_kw_tags", 2), ("boilerplate", "pinyin_annotation", 1)]
    found = [
        table.header(),
        table.verdict("block", 0.97, 4469, "网页/标签堆砌.html", kinds),
        table.verdict("pass", 0.0, 12, "a\x1b[31m.html" * 20, []),
        table.failure("b.txt.gz", "truncated gzip data"),
    ]
    assert all(width(line) <= 80 for line in found)
    assert "\x1b" not in "".join(found)
    names, verdict = found[:2]
    assert width(names[: names.index("found")]) == width(verdict[: verdict.index("seo")])
