"""Metadata and prompts left in the text: a meta description, an assistant's preamble."""

from detector.noise.formulas import select
from detector.noise.view import Reading, View


def measure(view: View) -> Reading | None:
    """Leaks of metadata or prompts; the value is how many there are."""
    leaks = select(view.formulas, ("meta_leak",))
    return Reading(float(len(leaks)), tuple(leaks)) if leaks else None
