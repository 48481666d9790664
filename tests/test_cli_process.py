"""The command line as a process: pipes, signals, crashes, terminals, and how fast it starts."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Timer
from time import monotonic, sleep

import pytest

from detector.cli.pool import AHEAD, MOST_ITEMS, Plan, WorkerStartError, batches, spread

CLEAN = "秋天的早晨，我沿着河边走了很久，水面上有薄薄的雾。"
COMMAND = [sys.executable, "-m", "detector.cli"]
ROOT = str(Path(__file__).parent.parent)


def environment(**changes: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "TERM"}}
    return {**kept, "PYTHONPATH": ROOT, "PYTHONIOENCODING": "utf-8", "TERM": "xterm", **changes}


@contextmanager
def started(*args: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [*COMMAND, *map(str, args)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
    ) as process:
        watchdog = Timer(60, process.kill)  # a test that waits for ever says nothing
        watchdog.start()
        try:
            yield process
        finally:
            watchdog.cancel()
            process.kill()


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """More rows than a run of a few seconds can judge."""
    path = tmp_path / "many.jsonl"
    path.write_text((json.dumps({"text": CLEAN * 9}) + "\n") * 200_000, "utf-8")
    return path


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_broken_pipe_ends_quietly(many: Path, workers: str) -> None:
    with started("scan", many, "--workers", workers) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(20) == 0
        said = process.stderr.read().decode()
    assert "Traceback" not in said
    assert "Exception" not in said


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_is_quick_and_leaves_nothing(many: Path, workers: str) -> None:
    out = many.parent / "out.jsonl"
    with started("scan", many, "--workers", workers, "-o", out) as process:
        assert process.stderr
        sleep(1.5)
        begun = monotonic()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers hear it too
        assert process.wait(20) == 130
        assert monotonic() - begun < 2
        said = process.stderr.read().decode()
    assert "interrupted" in said
    assert "Traceback" not in said
    assert list(many.parent.iterdir()) == [many]


def test_results_come_while_the_input_goes_on() -> None:
    with started("scan", "-", "--input-format", "jsonl") as process:
        assert process.stdin
        assert process.stdout
        for name in ("one", "two"):
            process.stdin.write(json.dumps({"id": name, "text": CLEAN}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == name
        process.stdin.close()
        assert process.wait(20) == 0


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_are_for_terminals_that_want_them(
    tmp_path: Path, no_color: str, *, coloured: bool
) -> None:
    page = tmp_path / "a.txt"
    page.write_text(CLEAN, "utf-8")
    for verb in ("explain", "scan"):
        command = [*COMMAND, verb, str(page)]
        assert (b"\x1b[" in on_terminal(command, NO_COLOR=no_color)) is coloured
        piped = subprocess.run(command, env=environment(), capture_output=True, check=True)
        assert b"\x1b[" not in piped.stdout


def on_terminal(command: list[str], **changes: str) -> bytes:
    """Return what a command writes to a terminal as its stdout."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, stdout=theirs, stderr=subprocess.DEVNULL, env=environment(**changes)
    ) as process:
        os.close(theirs)
        written = b""
        try:
            while chunk := os.read(ours, 65536):
                written += chunk
        except OSError:  # Linux says so when the last writer has closed a terminal
            pass
        finally:
            os.close(ours)
        assert process.wait(20) == 0
    return written


def test_a_terminal_gets_a_table_and_a_pipe_rows(tmp_path: Path) -> None:
    page = tmp_path / "a.txt"
    page.write_text(CLEAN, "utf-8")
    command = [*COMMAND, "scan", str(page)]
    assert b"action" in on_terminal(command).splitlines()[0]
    piped = subprocess.run(command, env=environment(), capture_output=True, check=True)
    assert json.loads(piped.stdout)["status"] == "ok"


def test_an_old_terminal_loses_characters_not_the_run(tmp_path: Path) -> None:
    page = tmp_path / "a.txt"
    page.write_text(CLEAN, "utf-8")
    for verb in (["explain"], ["scan", "--format", "table"]):
        latin = environment(PYTHONIOENCODING="latin-1")
        subprocess.run([*COMMAND, *verb, str(page)], env=latin, capture_output=True, check=True)


# The pool.


def double(number: int) -> int:
    if number % 1000 == 7:
        os._exit(9)
    return number * 2


def start_double() -> "partial[int]":
    return partial(double)


def start_nothing() -> "partial[int]":
    raise SystemExit(5)


PLAN: Plan[int, int] = Plan(start_double, lambda _: -1, lambda _: 1)


def test_a_crash_costs_one_item_and_order_is_kept() -> None:
    wanted = [-1 if number % 1000 == 7 else number * 2 for number in range(3000)]
    assert list(spread(PLAN, range(3000), 2)) == wanted


def test_no_work_starts_no_worker() -> None:
    assert list(spread(PLAN, [], 2)) == []


def test_a_worker_that_cannot_start_is_told() -> None:
    plan: Plan[int, int] = Plan(start_nothing, lambda _: -1, lambda _: 1)
    with pytest.raises(WorkerStartError):
        list(spread(plan, range(9), 2))


def test_reading_is_not_far_ahead_of_writing() -> None:
    source = iter(range(100_000))
    results = spread(PLAN, source, 2)
    assert next(results) == 0
    assert next(source) <= (2 * AHEAD + 1) * MOST_ITEMS
    del results  # ends the workers


def test_batches_are_bounded_in_number_and_size() -> None:
    assert [len(batch) for batch in batches(range(300), lambda _: 1)] == [256, 44]
    assert [len(batch) for batch in batches(range(5), lambda _: 150_000)] == [2, 2, 1]


# Starting.


def test_help_imports_no_verb() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom detector.cli import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('rich', 'orjson', 'flask')"
        " or name.startswith('detector.cli.')])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, check=True
    )
    assert found.stdout.strip() == b"[]"
