"""What a trained tagger puts into its model directory."""

from typing import Any

import numpy as np

from detector.noise import features, layout
from detector.noise.inserted import Inline
from detector.noise.model import Calibration, Tagger, Weights
from detector.training.noise.reference import claim_rows, texts
from detector.training.publish import Contents


def contents(tagger: Tagger) -> Contents:
    """The tagger's arrays, settings and reference outputs."""
    arrays = {name: getattr(tagger.weights, name) for name in Weights.__slots__}
    if tagger.inline is not None:
        arrays |= {f"inline_{name}": getattr(tagger.inline, name) for name in Inline.ARRAYS}
    if tagger.layout is not None:
        arrays |= layout.arrays(tagger.layout)
    return Contents(
        family="noise",
        feature_schema=features.SCHEMA,
        labels=tagger.answers,
        settings=settings(tagger),
        arrays={name: np.asarray(array, np.float32) for name, array in arrays.items()},
        reference=[{"text": text, "claims": claim_rows(tagger, text)} for text in texts()],
    )


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
