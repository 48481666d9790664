"""The gate holds, and its bounds move the wrong way only with a reason."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from detector.training import gate

ROOT = Path(__file__).parent.parent
BOUNDS = ROOT / "tests" / "gate.json"


@pytest.fixture(scope="module")
def now() -> gate.Bounds:
    return gate.measure(ROOT)


def test_nothing_got_worse(now: gate.Bounds) -> None:
    assert gate.worse(json.loads(BOUNDS.read_text("utf-8")), now) == []


def test_the_measure_repeats(now: gate.Bounds) -> None:
    assert gate.measure(ROOT) == now


def test_a_fall_and_a_rise_are_faults(now: gate.Bounds) -> None:
    key = "synth tag_spam F1"
    floors = {key: now["floors"][key] + 0.1}
    ceilings = {"synth": now["ceilings"]["synth"] - 0.1}
    assert len(gate.worse({"floors": floors, "ceilings": ceilings}, now)) == 2
    assert gate.worse({"floors": {"gone F1": 0.5}, "ceilings": {}}, now)


def test_lowering_takes_a_reason(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "corpora").symlink_to(ROOT / "corpora")
    (tmp_path / "tests" / "cases").symlink_to(ROOT / "tests" / "cases")
    path = tmp_path / "tests" / "gate.json"
    path.write_text('{"floors": {"synth tag_spam F1": 1.0}, "ceilings": {}}', "utf-8")

    def run(*options: str) -> int:
        return CliRunner().invoke(gate.main, ["--root", str(tmp_path), *options]).exit_code

    assert run() == 1
    assert run("--write") == 1
    assert run("--write", "--lower", "the recipe became harder") == 0
    (lowered,) = json.loads(path.read_text("utf-8"))["lowered"]
    assert lowered["reason"] == "the recipe became harder"
    assert run() == 0
