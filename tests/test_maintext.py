"""How readers are compared on main text."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.core import Detector
from detector.page import UnreadableInput
from detector.training import maintext
from detector.training.maintext import Kept, compare, grams, kept, ours, report, summary

BODY = "渡口的船在清晨最多，船夫们一边喝茶，一边等第一批客人。到了午后，河面就安静下来了。"
PAGE = f"<title>渡口</title><h1>渡口</h1><p>{BODY}</p><ul><li><a href=/>首页</a></li></ul>"
SCRIPTED = "<div id=app></div><script>fill()</script>"


def row(html: str, name: str = "a") -> dict[str, str]:
    return {"id": name, "html": html, "gold_main": BODY}


def test_grams_are_counted_without_white_space() -> None:
    assert grams("天地 玄\n黄天地玄黄")["天地玄黄"] == 2
    assert not grams("三个字")


def test_kept_counts_each_copy_once() -> None:
    found = kept("a", grams("天地玄黄"), "天地玄黄天地玄黄")
    assert (found.main, found.kept, found.outside) == (1, 1, 4)


def test_the_detector_keeps_a_plain_page() -> None:
    found = compare([row(PAGE)], ours(Detector()), seed=0)
    own, everything, *_ = found.readers
    assert (own.reader, everything.reader) == (maintext.OURS, maintext.EVERYTHING)
    assert own.kept.value == everything.kept.value == 1.0
    assert own.outside <= everything.outside
    assert own.whole.hits == 1
    assert found.unreadable == ()


def test_pages_that_scripts_fill_are_named_and_counted() -> None:
    found = compare([row(PAGE), row(SCRIPTED, "later")], ours(Detector()), seed=0)
    assert found.unreadable == ("later",)
    assert found.pages == 2
    assert found.readers[0].kept.value == 0.5
    assert "later" in report(found)


def test_rows_without_main_text_are_passed_over() -> None:
    assert compare([row(PAGE) | {"gold_main": ""}], ours(Detector()), seed=0).pages == 0


def test_a_row_must_have_its_fields() -> None:
    with pytest.raises(UnreadableInput, match="html"):
        compare([{"id": "a", "gold_main": BODY}], ours(Detector()), seed=0)


def test_a_missing_peer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintext, "find_spec", lambda _: None)
    found = compare([row(PAGE)], ours(Detector()), seed=0)
    assert found.not_installed == ("trafilatura",)
    assert "not installed, so not compared: trafilatura" in report(found)


def test_the_interval_holds_the_value() -> None:
    pages = [Kept(str(n), 100, 100 - n, n) for n in range(20)]
    score = summary({"one": pages}, (), 0).readers[0]
    assert score.kept.low < score.kept.value < score.kept.high
    assert score.whole.hits == 3
    assert score.outside == sum(range(20))


@pytest.mark.parametrize("form", ["table", "json"])
def test_command(tmp_path: Path, form: str) -> None:
    data = tmp_path / "pages.jsonl"
    data.write_text(json.dumps(row(PAGE), ensure_ascii=False) + "\n", "utf-8")
    result = CliRunner().invoke(main, ["evaluate", "maintext", str(data), "--format", form])
    assert result.exit_code == 0, result.output
    if form == "json":
        found = json.loads(result.stdout)
        assert found["readers"][0]["kept"]["value"] == 1.0
    else:
        assert "main text of 1 pages" in result.stdout
