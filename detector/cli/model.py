"""``detector model``: what a model directory holds, and whether it is what it says."""

from pathlib import Path

import click
import orjson

from detector.cli import FINDINGS, OK

_DIRECTORY = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def model() -> None:
    """Look into model directories and verify them."""


@model.command()
@click.argument("path", type=_DIRECTORY)
@click.option("--json", "as_json", is_flag=True, help="The whole manifest, as JSON.")
def info(path: Path, *, as_json: bool) -> int:
    """Show what the manifest of a model directory says, without verifying its files."""
    from detector.artefacts import read_manifest

    manifest = read_manifest(path)
    if as_json:
        click.echo(orjson.dumps(manifest, option=orjson.OPT_INDENT_2).decode())
        return OK
    size = sum(
        (path / name).stat().st_size for name in manifest["files"] if (path / name).is_file()
    )
    click.echo(f"{manifest['name']}-{manifest['version']}: family {manifest['family']}")
    click.echo(f"files: {len(manifest['files'])}, {size / 2**20:.2f} MiB")
    click.echo(f"answers: {', '.join(manifest.get('labels', []))}")
    click.echo(f"commit: {manifest.get('commit')}, seed: {manifest.get('seed')}")
    for name, digest in manifest.get("corpora", {}).items():
        click.echo(f"corpus: {name} {digest[:12]}")
    return OK


@model.command()
@click.argument("path", type=_DIRECTORY)
def verify(path: Path) -> int:
    """Check every file's hash, then that the reference texts get the answers they must get."""
    from detector.artefacts import read_manifest

    wrong = _prose(path) if read_manifest(path)["family"] == "prose" else _noise(path)
    for line in wrong:
        click.echo(line)
    click.echo(f"{path}: {'does not answer as it must' if wrong else 'ok'}")
    return FINDINGS if wrong else OK


def _noise(path: Path) -> list[str]:
    """What a tagger says otherwise than it must."""
    from detector.noise.model import load
    from detector.training.noise.reference import differences

    return differences(load(path), path)


def _prose(path: Path) -> list[str]:
    """What a prose model says otherwise than it must."""
    from detector.prose.model import load
    from detector.training.prose.publish import differences

    return differences(load(path), path)
