"""Texts written for this project, and what a model must say about them wherever it runs."""

from pathlib import Path
from typing import Any

import orjson

from detector.noise.model import Claim, Tagger
from detector.noise.view import View
from detector.read import read
from detector.training.noise.examples import evidence_of
from detector.training.publish import CLOSE, REFERENCE, reference_texts


def texts() -> list[str]:
    """The texts written for this project whose claims every copy of a model must repeat."""
    return reference_texts(__package__)


def claim_rows(tagger: Tagger, text: str) -> list[dict[str, Any]]:
    """The claims of a tagger on a text, as rows of ``reference.jsonl``."""
    return [
        {"start": c.start, "end": c.end, "kind": c.kind, "probability": round(c.probability, 4)}
        for c in claims_on(tagger, text)
    ]


def claims_on(tagger: Tagger, text: str) -> list[Claim]:
    """The claims of a tagger on a plain text."""
    view = View(read(text, content_type="text/plain"))
    return tagger.claims(view, evidence_of(view))


def differences(tagger: Tagger, path: Path) -> list[str]:
    """Reference texts the tagger answers otherwise than ``reference.jsonl`` says; empty: none."""
    found = []
    for number, line in enumerate((path / REFERENCE).read_bytes().splitlines(), 1):
        row = orjson.loads(line)
        expected, said = row["claims"], claim_rows(tagger, row["text"])
        same = len(expected) == len(said) and all(
            all(one[key] == other[key] for key in ("start", "end", "kind"))
            and abs(one["probability"] - other["probability"]) <= CLOSE
            for one, other in zip(expected, said, strict=True)
        )
        if not same:
            found.append(f"text {number}: expected {expected}, got {said}")
    return found
