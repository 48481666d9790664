"""The sample pages: what the README shows must be read, marked and found as its gold says."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from detector.core import Detector
from detector.judge import NOISE
from detector.read import read

SAMPLES = Path(__file__).parents[1] / "corpora" / "samples"
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (SAMPLES / "gold.jsonl").read_text("utf-8").splitlines()
]
FAMILIES = ("tag_spam", "boilerplate")


def page_bytes(row: dict[str, Any]) -> bytes:
    return (SAMPLES / "pages" / str(row["id"])).read_bytes()


def families(row: dict[str, Any], *severities: str) -> set[str]:
    spans = [span for span in row["spans"] if span["label"] in FAMILIES]
    return {span["label"] for span in spans if span["severity"] in severities}


def test_every_page_has_a_row() -> None:
    assert sorted(path.name for path in (SAMPLES / "pages").iterdir()) == [r["id"] for r in ROWS]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_gold_is_the_page_as_read_and_spans_slice_to_their_quotes(row: dict[str, Any]) -> None:
    assert read(page_bytes(row)).text == row["text"]
    for span in row["spans"]:
        quote = row["text"][span["start"] : span["end"]]
        assert quote == span["quote"]
        assert quote == quote.strip()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_spans_of_one_family_do_not_overlap(row: dict[str, Any]) -> None:
    for family in {span["label"] for span in row["spans"]}:
        spans = sorted((s["start"], s["end"]) for s in row["spans"] if s["label"] == family)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_the_detector_finds_the_families_of_the_gold(row: dict[str, Any]) -> None:
    verdict = Detector().check(page_bytes(row))
    found = {x.label for x in verdict.spans if x.severity == "spam" and x.label in NOISE}
    assert families(row, "spam") <= found <= families(row, "spam", "suspected")
