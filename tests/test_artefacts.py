from pathlib import Path

import numpy as np
import orjson
import pytest

from detector import artefacts
from detector.page import ModelMismatch


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    np.save(tmp_path / "table.npy", np.arange(6, dtype=np.float32).reshape(2, 3))
    write_manifest(tmp_path, files={"table.npy": artefacts.sha256(tmp_path / "table.npy")})
    return tmp_path


def write_manifest(path: Path, **changes: object) -> None:
    manifest = {
        "format": artefacts.FORMAT,
        "name": "noise",
        "version": "0.0.1",
        "family": "noise",
        "feature_schema": 1,
        "settings": {},
        "files": {},
    }
    (path / artefacts.MANIFEST).write_bytes(orjson.dumps(manifest | changes))


def test_an_array_of_a_verified_directory_is_mapped_and_read_only(directory: Path) -> None:
    found = artefacts.open_artefact(directory)
    array = found.array("table")
    assert found.label == "noise-0.0.1"
    assert array.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert isinstance(array.base, np.memmap)
    assert not array.flags.writeable


def test_a_changed_file_is_refused_and_named(directory: Path) -> None:
    file = directory / "table.npy"
    file.write_bytes(file.read_bytes()[:-1] + b"\x00")
    with pytest.raises(ModelMismatch, match=r"table\.npy: was changed"):
        artefacts.open_artefact(directory)


def test_a_missing_file_is_refused(directory: Path) -> None:
    (directory / "table.npy").unlink()
    with pytest.raises(ModelMismatch, match="is missing"):
        artefacts.open_artefact(directory)


def test_a_file_outside_the_directory_is_refused(directory: Path) -> None:
    write_manifest(directory, files={"../secret.npy": "0"})
    with pytest.raises(ModelMismatch, match="outside"):
        artefacts.open_artefact(directory)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"{", b'{"format": 1}'])
def test_what_is_no_manifest_is_refused(directory: Path, content: bytes) -> None:
    (directory / artefacts.MANIFEST).write_bytes(content)
    with pytest.raises(ModelMismatch):
        artefacts.open_artefact(directory)


def test_a_manifest_of_another_format_is_refused(directory: Path) -> None:
    write_manifest(directory, format=artefacts.FORMAT + 1)
    with pytest.raises(ModelMismatch, match="format"):
        artefacts.open_artefact(directory)


def test_an_array_the_manifest_does_not_list_is_refused(directory: Path) -> None:
    np.save(directory / "other.npy", np.zeros(2))
    with pytest.raises(ModelMismatch, match=r"lists no other\.npy"):
        artefacts.open_artefact(directory).array("other")


def test_a_pickle_in_an_array_file_is_never_read(directory: Path) -> None:
    np.save(directory / "table.npy", np.array([{"a": 1}], dtype=object))
    write_manifest(directory, files={"table.npy": artefacts.sha256(directory / "table.npy")})
    with pytest.raises(ValueError, match="Python objects"):
        artefacts.open_artefact(directory).array("table")
