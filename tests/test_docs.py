"""The README is run: its commands, its Python, its request, and every command stands in it.

``python tests/test_docs.py`` writes the output of its commands afresh.
"""

import doctest
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import click
import pytest

from detector.cli import VERBS, main
from service import create_app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
#: The checkout's own command, installed or not.
PRELUDE = 'detector() { "$PYTHON" -m detector.cli "$@"; }\n'


def fenced(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def console(block: str) -> Iterator[tuple[str, str]]:
    """Every ``$ command`` of a block with the output that follows it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def run(command: str) -> str:
    environment = {**os.environ, "PYTHON": sys.executable, "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", PRELUDE + command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def commands(group: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command below ``group`` with its words."""
    if isinstance(group, click.Group):
        context = click.Context(group)
        for verb in group.list_commands(context):
            command = group.get_command(context, verb)
            assert command is not None
            yield from commands(command, f"{name} {verb}".strip())
    else:
        yield name, group


@pytest.mark.parametrize(
    ("command", "output"), [pair for block in fenced("console") for pair in console(block)]
)
def test_readme_command(command: str, output: str) -> None:
    found = run(command)
    same = doctest.OutputChecker().check_output(output, found, doctest.ELLIPSIS)
    assert same, f"the README says\n{output}\nthe command says\n{found}"


def test_readme_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    test = doctest.DocTestParser().get_doctest("\n".join(fenced("python")), {}, "README", None, 0)
    assert test.examples
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert runner.run(test).failed == 0


def test_readme_request_is_accepted() -> None:
    found = re.search(r"curl .*? -d '(.*?)'", README, re.DOTALL)
    assert found
    client = create_app().test_client()
    until = monotonic() + 10
    while client.get("/readyz").status_code != 200 and monotonic() < until:
        sleep(0.05)
    answer = client.post("/v1/score", json=json.loads(found[1]))
    assert answer.status_code == 200
    assert [result["status"] for result in answer.get_json()["results"]] == ["ok"] * 3


@pytest.mark.parametrize(("name", "command"), list(commands(main)))
def test_every_command_has_help_and_stands_in_the_readme(name: str, command: click.Command) -> None:
    assert command.help
    assert f"detector {name}" in README


def test_the_table_of_verbs_says_what_they_say() -> None:
    assert all(verb.help.endswith(".") for verb in VERBS.values())


@pytest.mark.parametrize("name", ["scan", "test"])
def test_the_commands_ci_reads_are_one_line_each(name: str) -> None:
    pattern = rf"^<!-- command: {name} -->\n```sh\n([^\n]+)\n```$"
    assert len(re.findall(pattern, README, re.MULTILINE)) == 1


def rewritten(block: re.Match[str]) -> str:
    """A console block with what its commands say now."""
    pairs = [f"$ {command}\n{run(command)}" for command, _ in console(block[1])]
    return f"```console\n{''.join(pairs)}```"


if __name__ == "__main__":
    text = re.sub(r"^```console\n(.*?)^```$", rewritten, README, flags=re.DOTALL | re.MULTILINE)
    (ROOT / "README.md").write_text(text, "utf-8")
