"""Search queries used as headings: short lines that misspell the word the page is about.

People mistype when they search, writers do not: a heading with the letters of the page's main
Latin word in another order is a query pasted from a keyword tool.
"""

import re
from collections import Counter
from collections.abc import Iterator

from detector.noise.view import Evidence, Reading, View
from detector.read import chars

WORD = re.compile(r"[a-z]{5,}")
LATIN = re.compile(r"[a-z]+")
OFTEN = 4  # uses that make a Latin word the page's own
HEADING = 24
NEAR = 4  # line ends and blanks between a heading and its text


def measure(view: View) -> Reading | None:
    """Strength 1 a misspelt heading and .7 more a further one; value: such headings."""
    latin, length = view.lines.counts[:, chars.LATIN], view.lines.length
    short = ((latin >= 5) & (length <= HEADING) & (latin < length)).nonzero()[0].tolist()
    if not short or latin.sum() < OFTEN * 5:
        return None
    own = [w for w, n in Counter(WORD.findall(view.text)).items() if n >= OFTEN]
    letters = {"".join(sorted(word)): word for word in own}
    found: list[tuple[int, int]] = []
    for i in short:
        start, end = view.lines.bounds[i]
        typed = "".join(LATIN.findall(view.text[start:end]))
        if typed and letters.get("".join(sorted(typed)), typed) != typed:
            found.append((start, end))
    if not found:
        return None
    strength = 0.3 + 0.7 * min(len(found), 3)
    places = {*found, *_echoes(view.text, found)}
    return Reading(
        len(found), tuple(Evidence(a, b, "longtail_heading", strength) for a, b in sorted(places))
    )


def _echoes(text: str, headings: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where the text right under a heading opens with the heading's own words."""
    for start, end in headings:
        below = end + len(text[end : end + NEAR]) - len(text[end : end + NEAR].lstrip())
        if text.startswith(text[start:end], below):
            yield below, below + end - start
