"""``detector config show``: the settings in force, and where each came from."""

import json
import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click

from detector.cli import OK
from detector.config import Config, load
from detector.files.visible import padded, width


@click.group()
def config() -> None:
    """Show the settings in force and their origins."""


@config.command()
@click.option(
    "--config",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file with settings.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON: key, value, origin.")
def show(path: Path | None, *, as_json: bool) -> int:
    """Show every setting as TOML, with its origin: default, the file, or a variable's name."""
    settings = load(path, os.environ)
    if as_json:
        rows = {key: {"value": v, "origin": origin} for key, v, origin in settings.settings()}
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_toml(settings)))
    return OK


def _toml(settings: Config) -> Iterator[str]:
    """Yield the lines of a TOML file that ``--config`` would take."""
    rows = [
        (*key.rpartition(".")[::2], json.dumps(value, ensure_ascii=False), origin)
        for key, value, origin in settings.settings()
    ]
    # A table under a table comes after its parent's own keys, or TOML would read them as its.
    rows.sort(key=lambda row: row[0])
    cells = max(width(f"{name} = {value}") for _, name, value, _ in rows)
    for number, (section, group) in enumerate(groupby(rows, key=lambda row: row[0])):
        yield f"\n[{section}]" if number else f"[{section}]"
        for _, name, value, origin in group:
            yield f"{padded(f'{name} = {value}', cells)}  # {origin}"
