"""Control characters and zero-width characters, which the fold deletes."""

import re

from detector.noise.view import Evidence, Reading, View

CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]+")
INVISIBLE = re.compile(r"[\x01-\x08\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def measure(view: View) -> Reading | None:
    """Their number; runs of control characters are evidence, each as strong as its length.

    Zero-width characters stand on honest news pages too: they are counted and prove nothing.
    """
    text = view.page.text
    if len(view.text) >= len(text):
        return None
    count = len(INVISIBLE.findall(text))
    if not count:
        return None
    total = float(sum(len(m[0]) for m in CONTROL.finditer(text)))
    evidence = (
        Evidence(*m.span(), "control_chars", total, original=True) for m in CONTROL.finditer(text)
    )
    return Reading(float(count), tuple(evidence))
