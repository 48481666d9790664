"""Scripts that do not belong together in one text."""

from detector.noise.view import Reading, View


def measure(view: View) -> Reading | None:
    """Share of the rarer Chinese script among tell-tale characters, 0 to .5; no proof alone."""
    census = view.folded.census
    hans, hant = census.hans, census.hant
    return Reading(min(hans, hant) / (hans + hant)) if hans and hant else None
