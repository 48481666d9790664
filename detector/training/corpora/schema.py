"""What is wrong with a row, by the schema of corpora/README.md."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from detector.prose.model import LABELS
from detector.training.rows import Row

SPLITS: Final = ("train", "dev", "test")
STRINGS: Final = ("source", "url", "license", "register", "group_id", "split", "created")
#: Fields that may be absent; a null or nothing in one of them says the same.
KNOWN: Final = ("label", "generator", *STRINGS)
DATE: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-([0-2]\d|3[01]))?)?")
#: The last month of which a text can be taken for human without a proof.
LAST_HUMAN: Final = "2022-11"


def faults(row: Row) -> Iterator[str]:
    """Yield what is wrong with a row, in words that are the same for each row with that fault."""
    if not (isinstance(row.get("id"), str) and row["id"]):
        yield "id is no text"
    if not (isinstance(row.get("text"), str) and row["text"].strip()):
        yield "text is empty or no text"
    if row.get("label") not in LABELS and ("label" in row or "spans" not in row):
        yield f"label is none of {', '.join(LABELS)}"
    for name in STRINGS:
        if not isinstance(row.get(name), str | None):
            yield f"{name} is no text"
    if row.get("split") not in (*SPLITS, None):
        yield f"split is none of {', '.join(SPLITS)}"
    if isinstance(row.get("created"), str) and not DATE.fullmatch(row["created"]):
        yield "created is no date such as 2021-06 or 2021-06-03"
    yield from _generator_faults(row)


def _generator_faults(row: Row) -> Iterator[str]:
    generator = row.get("generator")
    if generator is not None and not _names_model(generator):
        yield "generator is not {model, version}"
    if generator and row.get("label") == "human":
        yield "human, and has a generator"


def _names_model(generator: object) -> bool:
    if not isinstance(generator, Mapping):
        return False
    fields: Mapping[str, Any] = generator
    return isinstance(fields.get("model"), str) and isinstance(fields.get("version"), str | None)


def date_of(row: Row) -> str:
    """Return when a text was written, empty where that is not said in a way one can read."""
    created = row.get("created")
    return created if isinstance(created, str) and DATE.fullmatch(created) else ""


def late(row: Row) -> bool:
    """Tell whether a row says that its text was written once machines wrote in earnest.

    A year alone is late from 2023 on: of a text of 2022 most months were safe.
    """
    created = date_of(row)
    return created > "2022" if len(created) == len("2022") else created[:7] > LAST_HUMAN


def at_odds(label: str, other: str, *, exact: bool) -> bool:
    """Tell whether one text, or two nearly the same, cannot have both these labels.

    Refined text may be very like its original; a machine's own text may not be like a human's.
    """
    return label != other and (exact or {label, other} == {"human", "ai"})
