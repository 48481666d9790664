"""What a trained prose model puts into its directory, and what it must say of texts of ours."""

from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from detector.prose import features
from detector.prose.model import FAMILY, FEATURES, LABELS, Prose
from detector.training.prose.judged import Opened
from detector.training.publish import CLOSE, REFERENCE, Contents, reference_texts


def contents(model: Prose) -> Contents:
    """The model's arrays, settings and reference outputs."""
    weights = model.weights._asdict()
    answer = {
        name: [round(float(value), 4) for value in row]
        for name, row in zip([*FEATURES, "constant"], model.weights.answer, strict=True)
    }
    return Contents(
        family=FAMILY,
        feature_schema=features.SCHEMA,
        labels=LABELS,
        settings={"second_stage": answer},
        arrays={
            name: array if name == "table" else np.asarray(array, np.float32)
            for name, array in weights.items()
        },
        reference=[said(model, text) for text in texts()],
    )


def texts() -> list[str]:
    """The texts written for this project that every copy of a model must judge alike."""
    return reference_texts(__package__)


def said(model: Prose, text: str) -> dict[str, Any]:
    """A row of ``reference.jsonl``."""
    found = Opened(model).judge(text)
    shares = {"human": found.human, "ai": found.ai, "ai_refined": found.refined}
    rounded = {name: None if isnan(value) else round(value, 4) for name, value in shares.items()}
    return {"text": text, "probabilities": rounded, "abstained": found.abstained}


def differences(model: Prose, path: Path) -> list[str]:
    """Reference texts the model judges otherwise than ``reference.jsonl`` says; empty: none."""
    found = []
    for number, line in enumerate((path / REFERENCE).read_bytes().splitlines(), 1):
        expected = orjson.loads(line)
        now = said(model, expected["text"])
        same = expected["abstained"] == now["abstained"] and all(
            value == now["probabilities"][name]
            or abs((value or 0) - (now["probabilities"][name] or 0)) <= CLOSE
            for name, value in expected["probabilities"].items()
        )
        if not same:
            found.append(f"text {number}: expected {expected}, got {now}")
    return found
