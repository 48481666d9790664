"""Text said twice: an abstract that is the first paragraph, comments made from one template."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from detector.noise.formulas import select
from detector.noise.view import Evidence, Reading, View

LEAD = re.compile(r"(?:(?:本文|文章|内容)?(?:摘要|简介|提要)|(?:简要)?描述)\s*:\s*")
CUT = ".。… "  # two and more of them at the end, or one …, tell that a text was cut off
# An abstract stands in a page's first lines and is repeated at once; short ones repeat by chance.
HEAD_LINES, AHEAD, SHORTEST, PROBE = 8, 3, 30, 20
LONGEST_NAME, SHORTEST_COMMENT = 16, 10


def measure(view: View) -> Reading | None:
    """Characters of abstracts that the lines under them repeat, and of comments all alike."""
    inked = [(start, end) for start, end in view.lines.bounds if start < end]
    evidence = [*_abstracts(view, inked[: HEAD_LINES + AHEAD]), *_comments(view, inked)]
    if not evidence:
        return None
    return Reading(float(sum(e.end - e.start for e in evidence)), tuple(evidence))


def _abstracts(view: View, head: list[tuple[int, int]]) -> Iterator[Evidence]:
    """Lines at the head of the page that a line soon after them repeats."""
    for k, (start, end) in enumerate(head[:HEAD_LINES]):
        if end - start >= SHORTEST:
            strength = _repeated(view.text, (start, end), head[k + 1 : k + 1 + AHEAD])
            if strength:
                yield Evidence(start, end, "summary_dup", strength)


def _comments(view: View, inked: Iterable[tuple[int, int]]) -> Iterator[Evidence]:
    """Comments in a row that say the same under different names; as strong as they are many."""
    if not select(view.formulas, ("comment",)):
        return
    for said, group in groupby(inked, key=lambda span: _said(view.text[slice(*span)])):
        row = list(group)
        if said and len({view.text[slice(*span)] for span in row}) > 1:
            yield from (Evidence(*span, "templated_comments", float(len(row))) for span in row)


def _said(line: str) -> str:
    """What stands after the name in a line that is a comment, else nothing."""
    name, _, said = line.partition(":")
    return said if len(name) <= LONGEST_NAME and len(said) >= SHORTEST_COMMENT else ""


def _repeated(text: str, line: tuple[int, int], below: list[tuple[int, int]]) -> float:
    """Share of a line that a line below repeats; a lead-in or a cut end makes it an abstract."""
    lead = LEAD.match(text, *line)
    said = text[lead.end() if lead else line[0] : line[1]]
    places = (text.find(said[:PROBE], start, min(end, start + 2 * PROBE)) for start, end in below)
    again = [at for at in places if at >= 0]
    bare = said.rstrip(CUT)
    whole = bare if len(said) - len(bare) > 1 or said.endswith("…") else said
    if not again or len(whole) < SHORTEST:
        return 0.0
    best = max(common_prefix(whole, text[at : at + len(whole)]) for at in again)
    surer = 0.5 if lead else 0.0 if len(whole) == len(said) else 0.15
    return best / len(whole) * (0.5 + surer)


def common_prefix(a: str, b: str) -> int:
    """Length of the prefix two strings share."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if a[:middle] == b[:middle] else (low, middle - 1)
    return low
