"""A trained model as a directory: arrays, reference outputs and a manifest of them."""

import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from detector.artefacts import FORMAT, MANIFEST, sha256
from detector.files import atomic
from detector.judge import PRESETS

REFERENCE: Final = "reference.jsonl"
PARTED: Final = "\n%%\n"  # between the texts of reference.txt
CLOSE: Final = 1e-3  # probabilities may differ so much between machines
LIBRARIES: Final = ("numpy", "scipy", "scikit-learn")
_LAYOUT: Final = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY


@dataclass(frozen=True, slots=True)
class About:
    """What a manifest says beside the arrays: version, seed, what was read, what was measured."""

    version: str
    seed: int
    corpora: Sequence[Path] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """A model: its family and features, labels in the order of its answers, arrays and settings.

    ``reference`` holds rows with texts written for this project and the answers they must get.
    """

    family: str
    feature_schema: int
    labels: Sequence[str]
    settings: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]
    reference: Iterable[Mapping[str, Any]]


def write(contents: Contents, path: Path, about: About) -> None:
    """Write the directory of a model; its card is for people, written by them, and not hashed."""
    path.mkdir(parents=True, exist_ok=True)
    for name, array in contents.arrays.items():
        with atomic(path / f"{name}.npy") as file:
            np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    with atomic(path / REFERENCE) as file:
        for row in contents.reference:
            file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    with atomic(path / MANIFEST) as file:
        file.write(orjson.dumps(_manifest(contents, path, about), option=_LAYOUT))


def _manifest(contents: Contents, path: Path, about: About) -> dict[str, Any]:
    listed = sorted([*(f"{name}.npy" for name in contents.arrays), REFERENCE])
    return {
        "format": FORMAT,
        "name": contents.family,
        "version": about.version,
        "family": contents.family,
        "feature_schema": contents.feature_schema,
        "labels": contents.labels,
        "thresholds": {name: dict(bounds) for name, bounds in PRESETS.items()},
        "settings": contents.settings,
        "seed": about.seed,
        "corpora": {each.name: sha256(each) for each in about.corpora},
        "commit": commit(),
        "libraries": {"python": platform.python_version()}
        | {name: version(name) for name in LIBRARIES},
        "metrics": about.metrics,
        "files": {name: sha256(path / name) for name in listed},
    }


def reference_texts(package: str) -> list[str]:
    """The texts in ``reference.txt`` of a package, that every copy of its model answers alike."""
    text = files(package).joinpath("reference.txt").read_text("utf-8")
    return text.removesuffix("\n").split(PARTED)


def commit() -> str | None:
    """The commit of the checkout this runs from, None outside one."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    return found.stdout.strip()
