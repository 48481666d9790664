"""Pinyin notes after the characters they read, put in so that copies look different."""

from detector.noise.view import Evidence, Reading, View
from detector.read.fold import annotations


def measure(view: View) -> Reading | None:
    """Notes in the original text; the strength of each is how many different ones the page has.

    A rare character's gloss is honest and stands alone; noise notes common characters everywhere.
    """
    if len(view.text) >= len(view.page.text):
        return None  # the fold deletes every note, so here is none
    notes = annotations(view.page.text, view.folded)
    if not notes:
        return None
    text = view.page.text
    different = float(len({text[a - 1 : b] for a, b in notes}))
    evidence = (Evidence(a, b, "pinyin_annotation", different, original=True) for a, b in notes)
    return Reading(float(len(notes)), tuple(evidence))
