"""A labelled text: a row of a corpus as training and measuring see it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from detector.page import UnreadableInput
from detector.prose.model import LABELS
from detector.training.rows import Row, read_rows


@dataclass(frozen=True, slots=True)
class Text:
    """Who wrote a text, and what it may be confounded with.

    ``group`` ties texts that must stay in one split; ``corpus`` is the file it was read from.
    """

    id: str
    text: str
    label: str
    register: str
    generator: str
    source: str
    group: str
    split: str
    corpus: str


def read_texts(paths: Iterable[Path]) -> Iterator[Text]:
    """Yield the labelled texts of corpora in the row schema of corpora/README.md.

    Raises UnreadableInput, naming file and row, where a label is none of ``LABELS``.
    """
    for path in paths:
        for row in read_rows(path):
            yield text_of(row, path)


def text_of(row: Row, path: Path) -> Text:
    """The row as a text; fields that are missing are empty, a group that is missing is the id."""
    name, label = str(row.get("id")), row.get("label")
    if label not in LABELS:
        raise UnreadableInput(f"{path}: row {name}: label {label!r} is not one of {LABELS}")
    return Text(
        id=name,
        text=_text(row, path),
        label=str(label),
        register=str(row.get("register") or ""),
        generator=generator_name(row.get("generator")),
        source=str(row.get("source") or ""),
        group=str(row.get("group_id") or name),
        split=str(row.get("split") or ""),
        corpus=path.name,
    )


def _text(row: Row, path: Path) -> str:
    text = row.get("text")
    if not isinstance(text, str):
        raise UnreadableInput(f"{path}: row {row.get('id')}: no text")
    return text


def generator_name(generator: object) -> str:
    """The name of what wrote a text: a string, or ``{model, version}``; empty for none."""
    if isinstance(generator, dict):
        parts = (generator.get("model"), generator.get("version"))
        return " ".join(str(part) for part in parts if part)
    return str(generator or "")
