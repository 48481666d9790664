"""The benchmark measures what it says; its figures are not tested, machines differ."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.core import Detector
from detector.files import Document
from detector.page import DetectorError
from detector.training import bench, render, shapes
from detector.training.shapes import Growth

TEXT = "河边的老厂房改成了书店。楼上住着两位修表的师傅,周末有人来听他们讲从前的事。\n" * 4
GOOD = bench.Bench(
    bench.Cost(3, 900, 2000, 3.5, 8.0, (7.9, 8.0, 8.3), {"noise": 1.0}, 0.7, 20.0),
    bench.Workers(2, 1.9, (1.9,)),
    bench.Process(0.3, 0.35, 90.0),
    (Growth("prose", (0.001, 0.01, 0.1), 1.0, 1.0),),
)


def test_a_sound_run_has_no_shortfalls_and_each_floor_is_named() -> None:
    assert bench.shortfalls(GOOD) == []
    bad = bench.Bench(
        replace(GOOD.cost, times_faster_than_jieba=4.9),
        replace(GOOD.workers, speed_up=1.2),
        replace(GOOD.process, best_seconds=0.7, peak_mb=300.0),
        (Growth("brackets", (0.001, 0.01, 0.1), 1.0, 1.9),),
    )
    assert len(bench.shortfalls(bad)) == 5
    assert "'brackets'" in bench.shortfalls(bad)[-1]


def test_the_report_has_every_figure() -> None:
    text = render.bench_text(GOOD)
    for part in ("8.00 [7.90–8.30]", "1.90", "0.300", "90", "prose", "noise"):
        assert part in text
    assert json.loads(render.as_json(GOOD))["growth"][0]["fitted"] == 1.0


def test_cost_compares_on_the_same_documents() -> None:
    items = bench.items(
        [Document("a", "a", TEXT, "text/plain"), Document("b", "b", " ", "text/plain")]
    )
    assert len(items) == 1
    cost = bench.cost(Detector(), items, 0.2)
    assert cost.documents >= 1
    assert cost.chars == cost.documents * len(TEXT)
    assert sum(cost.stages.values()) == pytest.approx(1, abs=0.2)
    assert len(cost.rounds) == bench.ROUNDS
    assert cost.times_faster_than_jieba > 0


def test_fresh_processes_report_time_and_memory() -> None:
    process = bench.process(bench.items([Document("a", "a", TEXT, "text/plain")]))
    assert 0 < process.best_seconds <= process.median_seconds
    assert process.peak_mb is None or process.peak_mb > 10


def test_speed_up_compares_the_best_laps() -> None:
    laps = iter([18.0, 10.0, 9.0, 5.0, 15.0, 10.0, 16.0, 10.0])
    found = bench.speed_up(lambda _workers: next(laps), 2)
    assert found.speed_up == 1.8
    assert found.rounds == (1.8, 1.8, 1.5, 1.6)


def test_documents_without_text_are_an_error() -> None:
    with pytest.raises(DetectorError):
        bench.items([Document("a", "a", "\n", "text/plain")])


def test_an_installed_package_asks_for_a_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bench, "SAMPLES", tmp_path / "none")
    with pytest.raises(DetectorError, match="PATH"):
        bench.load([])


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_shapes_have_the_length_they_claim(shape: str) -> None:
    assert len(shapes.SHAPES[shape](2000)) == pytest.approx(2000, abs=60)


def test_growth_takes_the_worse_of_fit_and_last_step() -> None:
    assert Growth("x", (1.0, 1.0, 10.0), 0.5, 1.0).worst == 1.0
    [growth] = shapes.growth(Detector().check, ["open brackets"])
    assert len(growth.seconds) == len(shapes.SIZES)


def test_bench_runs_as_a_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shapes, "SIZES", (200, 2000))
    monkeypatch.setattr(bench, "COLD_STARTS", 1)
    monkeypatch.setattr(bench, "LAPS", 1)
    path = tmp_path / "page.txt"
    path.write_text(TEXT, encoding="utf-8")
    done = CliRunner().invoke(main, ["bench", str(path), "--seconds", "1", "--json"])
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout)
    assert result["bench"]["workers"]["workers"] == 2
    assert isinstance(result["shortfalls"], list)
