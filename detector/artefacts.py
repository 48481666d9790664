"""Model directories: a manifest, its files, and their hashes, checked before a file is opened.

Arrays are plain ``.npy`` files mapped into memory, so worker processes share them. Nothing here
reads a pickle.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from detector.page import ModelMismatch

MANIFEST: Final = "manifest.json"
DEFAULTS: Final = "default.toml"
FORMAT: Final = 1
REQUIRED: Final = ("format", "name", "version", "family", "files", "feature_schema", "settings")
CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Artefact:
    """A verified model directory and what its manifest says."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def label(self) -> str:
        """Name and version: ``noise-1.0.0``."""
        return f"{self.manifest['name']}-{self.manifest['version']}"

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the model needs to know beside its arrays."""
        settings: Mapping[str, Any] = self.manifest["settings"]
        return settings

    def array(self, name: str) -> NDArray[np.float32]:
        """An array of the model, mapped read-only; ModelMismatch where the manifest lists none."""
        file = f"{name}.npy"
        if file not in self.manifest["files"]:
            raise ModelMismatch(f"{self.path}: the manifest lists no {file}")
        # A plain array over the mapping: numpy pays for the subclass at every step.
        return np.asarray(np.load(self.path / file, mmap_mode="r", allow_pickle=False))


def installed(family: str) -> Path | None:
    """The directory of the model that ``models/default.toml`` names for a family; None for none.

    ``models`` lies inside an installed package, and beside the package in a checkout.
    """
    import tomllib  # noqa: PLC0415 - start-up time of what needs no model

    package = Path(__file__).parent
    for root in (package / "models", package.parent / "models"):
        table = root / DEFAULTS
        if table.is_file():
            name = tomllib.loads(table.read_text("utf-8"))["models"].get(family)
            return root / name if name else None
    return None


def open_artefact(path: Path) -> Artefact:
    """Verify a model directory and return it.

    Raises :class:`ModelMismatch` where the manifest is missing, of another format or incomplete,
    or where a file is missing, changed, or lies outside the directory.
    """
    manifest = read_manifest(path)
    wrong = [f"{name}: {fault}" for name, fault in faults(path, manifest).items()]
    if wrong:
        raise ModelMismatch(f"{path}: {'; '.join(wrong)}")
    return Artefact(path, manifest)


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a model directory, not yet verified; ModelMismatch where it is none."""
    try:
        manifest = orjson.loads((path / MANIFEST).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise ModelMismatch(f"{path / MANIFEST}: {error}") from error
    missing = [key for key in REQUIRED if key not in manifest] if isinstance(manifest, dict) else []
    if not isinstance(manifest, dict) or missing:
        raise ModelMismatch(f"{path / MANIFEST}: no manifest of a model ({', '.join(missing)})")
    if manifest["format"] != FORMAT:
        raise ModelMismatch(f"{path}: format {manifest['format']}, this package reads {FORMAT}")
    return manifest


def faults(path: Path, manifest: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the files a manifest lists: file → fault, empty where all is well."""
    found = {}
    for name, expected in manifest["files"].items():
        if Path(name).name != name:
            found[name] = "lies outside the directory"
        elif not (path / name).is_file():
            found[name] = "is missing"
        elif sha256(path / name) != expected:
            found[name] = "was changed: its sha256 is not the manifest's"
    return found


def sha256(path: Path) -> str:
    """The hash of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
