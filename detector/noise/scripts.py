"""Scripts that do not belong together in one text."""

import numpy as np

from detector.noise.view import Reading, View
from detector.read import chars


def measure(view: View) -> Reading | None:
    """Share of the rarer Chinese script among tell-tale characters, 0 to .5; no proof alone."""
    hans, hant = chars.script_counts(chars.codepoints(view.page.text))
    if not hans or not hant:
        return None
    return Reading(float(np.minimum(hans, hant)) / (hans + hant))
