"""A researcher's own words for a kind, read from files."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from detector.page import UnreadableInput
from detector.training.rows import read_rows

LONGEST: Final = 400  # characters of an entry; what is longer is a page, not a phrase


def read_lists(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return kind → entries of (kind, path) pairs; a kind named twice has both lists.

    Raises UnreadableInput where a file cannot be read or holds no entry.
    """
    lists: dict[str, list[str]] = {}
    for kind, path in pairs:
        found = [entry for entry in _entries(Path(path)) if entry and len(entry) <= LONGEST]
        if not found:
            raise UnreadableInput(f"{path}: no entry of at most {LONGEST} characters")
        lists.setdefault(kind, []).extend(found)
    return lists


def _entries(path: Path) -> list[str]:
    """Return the lines of a text file, or the texts of rows."""
    if ".jsonl" in path.suffixes:
        return [str(row.get("text", "")).strip() for row in read_rows(path)]
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"{path}: {error}") from error
    return [line.strip() for line in lines]
