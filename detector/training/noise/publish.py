"""A trained tagger as a model directory: arrays, manifest, reference outputs."""

import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from detector.artefacts import FORMAT, MANIFEST, sha256
from detector.files import atomic
from detector.judge import PRESETS
from detector.noise import features, layout
from detector.noise.inserted import Inline
from detector.noise.model import Calibration, Tagger, Weights
from detector.training.noise.reference import REFERENCE, claim_rows, texts

LIBRARIES: Final = ("numpy", "scipy")


@dataclass(frozen=True, slots=True)
class About:
    """What a manifest says beside the arrays: version, seed, what was read, what was measured."""

    version: str
    seed: int
    corpora: Sequence[Path] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)


def write(tagger: Tagger, path: Path, about: About) -> None:
    """Write the directory of a model; its card is for people, written by them, and not hashed."""
    path.mkdir(parents=True, exist_ok=True)
    arrays = {name: getattr(tagger.weights, name) for name in Weights.__slots__}
    if tagger.inline is not None:
        arrays |= {f"inline_{name}": getattr(tagger.inline, name) for name in Inline.ARRAYS}
    if tagger.layout is not None:
        arrays |= layout.arrays(tagger.layout)
    for name, array in arrays.items():
        with atomic(path / f"{name}.npy") as file:
            np.save(file, np.ascontiguousarray(array, np.float32), allow_pickle=False)
    with atomic(path / REFERENCE) as file:
        for text in texts():
            row = {"text": text, "claims": claim_rows(tagger, text)}
            file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    listed = sorted([*(f"{name}.npy" for name in arrays), REFERENCE])
    with atomic(path / MANIFEST) as file:
        file.write(orjson.dumps(_manifest(tagger, path, listed, about), option=_LAYOUT))


_LAYOUT: Final = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY


def _manifest(tagger: Tagger, path: Path, listed: Iterable[str], about: About) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": "noise",
        "version": about.version,
        "family": "noise",
        "feature_schema": features.SCHEMA,
        "labels": tagger.answers,
        "thresholds": {name: dict(bounds) for name, bounds in PRESETS.items()},
        "settings": settings(tagger),
        "seed": about.seed,
        "corpora": {each.name: sha256(each) for each in about.corpora},
        "commit": commit(),
        "libraries": {"python": platform.python_version()}
        | {name: version(name) for name in LIBRARIES},
        "metrics": about.metrics,
        "files": {name: sha256(path / name) for name in listed},
    }


def settings(tagger: Tagger) -> dict[str, Any]:
    """What serving needs to know beside the arrays."""
    inline = tagger.inline
    return {
        "answers": tagger.answers,
        "kinds": tagger.kinds,
        "gate": tagger.gate,
        "calibration": {name: _knots(found) for name, found in tagger.calibration.items()},
        "layout": layout.SCHEMA if tagger.layout else None,
        "inline": {"kinds": inline.kinds, "switch": inline.switch} if inline else None,
    }


def _knots(found: Calibration) -> dict[str, list[float]]:
    return {"evidence": found.evidence.tolist(), "probability": found.probability.tolist()}


def commit() -> str | None:
    """The commit of the checkout this runs from, None outside one."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    return found.stdout.strip()
