"""The command line inside this process: options, outputs and exit codes of every verb."""

import gzip
import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from detector import Detector
from detector.cli import VERBS, main, work
from detector.cli.explained import View
from detector.cli.scan import DEFAULT_PARTS, PARTS
from detector.core import INCLUDE
from detector.files.visible import width
from detector.noise.table import SIGNALS, rules
from detector.page import Page

CLEAN = "秋天的早晨，我沿着河边走了很久，水面上有薄薄的雾。"
PINYIN = "今日天氣(qì)晴朗(lǎng)，我們(men)一家(jiā)去公園(yuán)散步(bù)，孩子(zǐ)們(men)很高興。"
UNNOTED = "今日天氣晴朗，我們一家去公園散步，孩子們很高興。"
TAGS = "标签：#成都seo优化 #网站建设公司 #关键词排名软件 #百度推广价格 #网络推广外包 #seo培训班"


def invoke(*args: str | Path, stdin: str | bytes = "", env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=stdin, env=env)


def rows(result: Result) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in result.stdout_bytes.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four pages: clean, pinyin, tags, and one that cannot be read."""
    (tmp_path / "a.txt").write_text(CLEAN, "utf-8")
    (tmp_path / "b.html").write_text(f"<p>{PINYIN}</p>", "utf-8")
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(CLEAN.encode())[:-8])
    (tmp_path / "d.txt").write_text(f"{CLEAN}\n{TAGS}", "gb18030")
    return tmp_path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three rows, the second of them bad."""
    path = tmp_path / "rows.jsonl"
    texts = [{"id": "x", "text": PINYIN, "n": 1}, {"txet": ""}, {"html": f"<p>{CLEAN}</p>"}]
    path.write_text("\n".join(json.dumps(row) for row in texts), "utf-8")
    return path


# The group.


def test_help_lists_every_verb() -> None:
    found = invoke("--help")
    assert found.exit_code == 0
    assert all(f"  {name} " in found.output for name in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb: str) -> None:
    found = invoke(verb, "--help")
    assert found.exit_code == 0
    assert "Usage: " in found.output


@pytest.mark.parametrize(
    "args",
    [
        ["scna"],
        ["scan"],
        ["scan", "nothing-here.txt"],
        ["scan", "-", "--threshold", "tag_spam"],
        ["scan", "-", "--threshold", "porn=0.5"],
        ["scan", "-", "--threshold", "tag_spam=2"],
        ["scan", "-", "--encoding", "klingon"],
        ["scan", "-", "--include", "spams"],
        ["scan", "-", "--preset", "lenient"],
        ["scan", "-", "-o", "no-such-folder/out"],
        ["clean", ".", ".", "--format", "text"],
        ["config", "show", "--config", "nothing.toml"],
        ["explain", "nothing-here.txt"],
    ],
    ids=" ".join,
)
def test_usage_errors(args: list[str]) -> None:
    found = invoke(*args)
    assert found.exit_code == 2
    assert "Error: " in found.stderr
    assert "documents in" not in found.stderr
    assert not found.stdout


def test_settings_that_cannot_be_are_usage_errors(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[judge]\npreste = 'strict'", "utf-8")
    found = invoke("scan", "-", "--config", path)
    assert found.exit_code == 2
    assert "did you mean judge.preset?" in found.stderr
    assert invoke("scan", "-", env={"DETECTOR__WEB__PROT": "1"}).exit_code == 2


# scan.


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_folder_in_order(folder: Path, workers: str) -> None:
    found = invoke("scan", folder, "--workers", workers)
    verdicts = rows(found)
    assert found.exit_code == 3
    assert [Path(row["id"]).name for row in verdicts] == ["a.txt", "b.html", "c.txt.gz", "d.txt"]
    assert [row["index"] for row in verdicts] == [0, 1, 2, 3]
    assert [row["status"] for row in verdicts] == ["ok", "ok", "error", "ok"]
    assert [row.get("action") for row in verdicts] == ["pass", "block", None, "block"]
    assert verdicts[2]["error"]["code"] == "unreadable"
    assert {span["kind"] for span in verdicts[1]["spans"]} == {"pinyin_annotation"}
    assert verdicts[1]["clean_text"] == UNNOTED
    assert "4 documents in" in found.stderr
    assert "1 pass · 0 review · 2 block · 1 failed" in found.stderr
    assert re.search(r"tag_spam +seo_kw_tags 1", found.stderr)


def test_rows_of_stdin(table: Path) -> None:
    found = invoke("scan", "-", stdin=table.read_bytes())
    assert [row["id"] for row in rows(found)] == ["x", "-:2", "-:3"]
    assert rows(found)[1]["error"] == {
        "pointer": "",
        "code": "bad_row",
        "detail": "line 2: no field named text, html, content, content_base64; "
        "name yours by --text-key",
    }


def test_same_as_the_library(folder: Path) -> None:
    (row,) = rows(invoke("scan", folder / "d.txt", "--include", "spans,text,fingerprint"))
    verdict = Detector().check(f"{CLEAN}\n{TAGS}")
    assert row["text"] == f"{CLEAN}\n{TAGS}"
    assert row["fingerprint"]["simhash"] == verdict.fingerprint
    assert [(span["start"], span["end"]) for span in row["spans"]] == [
        (span.start, span.end) for span in verdict.spans
    ]
    assert "signals" not in row
    assert "clean_text" not in row


def test_parts_are_those_of_the_core() -> None:
    assert set(DEFAULT_PARTS) == INCLUDE
    assert set(PARTS) == INCLUDE | {"text", "fingerprint"}
    bare = rows(invoke("scan", "-", "--include", "none", stdin=CLEAN))[0]
    assert not INCLUDE.intersection(bare)


def test_thresholds_presets_and_language(folder: Path) -> None:
    page = folder / "b.html"
    (row,) = rows(invoke("scan", page, "--threshold", "boilerplate=1", "--preset", "strict"))
    assert (row["action"], row["labels"][1]["threshold"]) == ("pass", 1)
    (row,) = rows(invoke("scan", page, "--lang", "en"))
    assert row["spans"][0]["reason"].isascii()


@pytest.mark.parametrize(
    ("name", "fail_on", "code"),
    [("a.txt", "review", 0), ("b.html", "review", 1), ("b.html", "block", 1)],
)
def test_fail_on(folder: Path, name: str, fail_on: str, code: int) -> None:
    assert invoke("scan", folder / name, "--fail-on", fail_on).exit_code == code


def test_an_incomplete_run_is_never_called_complete(folder: Path) -> None:
    assert invoke("scan", folder, "--fail-on", "block").exit_code == 3


def test_on_error_fail_stops(folder: Path) -> None:
    found = invoke("scan", folder, "--on-error", "fail")
    assert found.exit_code == 3
    assert [row["status"] for row in rows(found)] == ["ok", "ok", "error"]
    for verb in ("scan", "clean"):
        out = folder.parent / "out"
        assert (
            invoke(verb, folder, "--on-error", "fail", "--format", "jsonl", "-o", out).exit_code
            == 3
        )
        assert not out.exists()


def test_limit_and_sample(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text("".join(f'{{"text":"{n}"}}\n' for n in range(50)), "utf-8")

    def indexes(*args: str) -> list[int]:
        return [row["index"] for row in rows(invoke("scan", path, *args))]

    assert indexes("--limit", "3") == [0, 1, 2]
    sample = indexes("--sample", "9", "--seed", "4")
    assert len(sample) == 9
    assert sample == sorted(sample) == indexes("--sample", "9", "--seed", "4")
    assert sample != indexes("--sample", "9", "--seed", "5")
    assert max(indexes("--limit", "20", "--sample", "9")) < 20


def test_a_table(folder: Path) -> None:
    found = invoke("scan", folder, "--format", "table")
    header, *lines = found.stdout.splitlines()
    assert header.split() == ["action", "score", "chars", "document", "found"]
    assert [line.split()[0] for line in lines] == ["pass", "block", "error", "block"]
    assert "pinyin_annotation ×8" in lines[1]
    assert "\x1b" not in found.stdout


def test_a_name_no_encoding_knows(folder: Path) -> None:
    name = os.fsencode(folder) + "/标签.txt.gz".encode("gbk")
    Path(os.fsdecode(name)).write_bytes(gzip.compress(CLEAN.encode()))
    found = invoke("scan", folder, "--workers", "2")
    assert rows(found)[-1]["id"].startswith(f"{folder}/\\xb1\\xea")
    assert rows(found)[-1]["status"] == "ok"


def test_output_is_atomic(folder: Path) -> None:
    out = folder.parent / "out.jsonl"
    out.write_text("old", "utf-8")
    assert invoke("scan", folder, "-o", out).exit_code == 3
    assert len(out.read_bytes().splitlines()) == 4
    assert not list(folder.parent.glob(".out*"))


def test_progress_in_a_log(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detector.cli.progress.IN_LOG", 0.0)
    found = invoke("scan", folder, "--progress", "on")
    assert re.search(r"2 documents, \d+/s, \d+%, 0:00 left", found.stderr)
    assert "left" not in invoke("scan", folder, "--progress", "off").stderr


def test_a_fault_of_ours_costs_one_document(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(_self: Detector, page: Page) -> None:
        raise ZeroDivisionError(page.text)

    monkeypatch.setattr(Detector, "warm", lambda self: self)
    monkeypatch.setattr(Detector, "check", check)
    found = invoke("scan", folder / "a.txt")
    assert found.exit_code == 3
    error = rows(found)[0]["error"]
    assert error["code"] == "internal_error"
    assert re.fullmatch(r"ZeroDivisionError in test_cli\.py:\d+", error["detail"])


def test_ctrl_c(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_task: work.Task) -> Iterator[work.Result]:
        raise KeyboardInterrupt

    monkeypatch.setattr(work.Task, "__call__", interrupt)
    found = invoke("scan", folder)
    assert found.exit_code == 130
    assert "0 documents" in found.stderr


# clean.


def test_clean_one_page(folder: Path) -> None:
    found = invoke("clean", folder / "b.html")
    assert (found.exit_code, found.stdout) == (0, f"{UNNOTED}\n")
    out = folder / "out.txt"
    invoke("clean", folder / "b.html", "-o", out)
    assert out.read_text("utf-8") == f"{UNNOTED}\n"


def test_clean_a_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "e.md").write_text(CLEAN, "utf-8")
    out = tmp_path / "clean"
    found = invoke("clean", folder, "-o", out, "--workers", "2")
    assert found.exit_code == 3
    assert "c.txt.gz: truncated gzip data (unreadable)" in found.stderr
    written = {str(path.relative_to(out)) for path in out.rglob("*.*")}
    assert written == {"a.txt", "b.html.txt", "d.txt", "sub/e.md.txt"}
    assert (out / "d.txt").read_text("utf-8") == f"{CLEAN}\n"


def test_clean_rows(table: Path, tmp_path: Path) -> None:
    found = invoke("clean", table)
    assert found.exit_code == 3
    assert rows(found) == [{"id": "x", "text": UNNOTED, "n": 1}, {"text": CLEAN}]
    out = tmp_path / "out"
    assert invoke("clean", table, "-o", out, "--format", "text").exit_code == 3
    assert (out / "rows.jsonl" / "1.txt").read_text("utf-8") == f"{UNNOTED}\n"
    assert invoke("clean", table, "--format", "text").exit_code == 2


def test_clean_keeps_what_only_json_can_hold() -> None:
    row = f'{{"text":"{CLEAN}","half":"\\ud83d","big":123456789012345678901234567890}}'
    (found,) = invoke("clean", "-", stdin=row).stdout.splitlines()
    assert json.loads(found) == json.loads(row)


# explain.


def test_explain_in_a_pipe(folder: Path) -> None:
    found = invoke("explain", folder / "b.html", "--width", "80")
    assert found.exit_code == 0
    assert "天氣⟦(qì)⟧pinyin_annotation" in found.stdout
    assert rules()["pinyin_annotation"].zh[:4] in found.stdout
    assert "\x1b" not in found.stdout
    assert all(width(line) <= 80 for line in found.stdout.splitlines())


def test_explain_in_colour(folder: Path) -> None:
    found = invoke("explain", folder / "b.html", "--color", "always", "--lang", "en")
    assert "\x1b[30;43m(qì)\x1b[0m" in found.stdout
    assert "⟦" not in found.stdout
    assert rules()["pinyin_annotation"].en[:8] in found.stdout


def test_explain_obeys_nothing_a_page_says() -> None:
    hostile = f"\x1b[2J\x1b]0;title\x07{CLEAN}\u202e\r\n\x9b31m\x7f"
    for colour in ("always", "never"):
        shown = invoke("explain", "-", "--color", colour, stdin=hostile).stdout
        assert "␛[2J␛]0;title␇" in shown
        bare = re.sub(r"\x1b\[[0-9;]*m", "", shown)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", bare)


def test_explain_shows_every_character_once() -> None:
    text = f"{CLEAN}\n\n{PINYIN}\n{TAGS}\nA long line of Latin words, which are kept whole."
    view = View(60, colour=False, lang="zh")
    lines = list(view.lines("x", text, Detector().check(text)))
    body = lines[next(n for n, line in enumerate(lines) if line.startswith("─")) + 1 :]
    shown = "".join(line.split(" │")[0] for line in body)
    shown = re.sub(r"⟦|⟧[a-z_]+(\((suspected|benign)\))?|\s", "", shown)
    assert shown == re.sub(r"\s", "", text)


def test_explain_one_row(table: Path) -> None:
    assert "pinyin_annotation" in invoke("explain", table, "--id", "x").stdout
    assert CLEAN[:9] in invoke("explain", table, "--id", f"{table}:3").stdout
    assert "no document called y" in invoke("explain", table, "--id", "y").stderr


# signals, config.


def test_signals_lists_everything() -> None:
    for lang in ("zh", "en"):
        shown = invoke("signals", "--lang", lang).stdout
        assert all(f"{row.name} " in shown for row in SIGNALS)
        assert all(getattr(rule, lang) in shown for rule in rules().values())
    found = orjson.loads(invoke("signals", "--format", "json").stdout)
    assert [rule["kind"] for rule in found["rules"]] == list(rules())
    assert len(found["signals"]) == len(SIGNALS)


def test_signals_of_a_page(folder: Path) -> None:
    assert "PINYIN_ANNOTATION  8" in invoke("signals", folder / "b.html").stdout
    found = orjson.loads(invoke("signals", folder / "b.html", "--format", "json").stdout)
    assert found["PINYIN_ANNOTATION"]["value"] == 8


def test_config_show_is_toml_that_gives_the_same(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[judge]\nlang = 'en'\n[judge.thresholds]\ntag_spam = 0.5\n", "utf-8")
    variable = {"DETECTOR__WEB__PORT": "81"}
    shown = invoke("config", "show", "--config", path, env=variable).stdout
    found = tomllib.loads(shown)
    assert found["judge"] == {"preset": "balanced", "lang": "en", "thresholds": {"tag_spam": 0.5}}
    assert re.search(r"port = 81 +# DETECTOR__WEB__PORT", shown)
    assert re.search(rf"tag_spam = 0.5 +# {path}", shown)
    as_json = json.loads(invoke("config", "show", "--json").stdout)
    assert as_json["web.port"] == {"value": 8000, "origin": "default"}
