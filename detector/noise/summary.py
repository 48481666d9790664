"""Text said twice: an abstract that is the first paragraph, comments made from one template."""

import re
from collections.abc import Iterator
from itertools import groupby

import numpy as np

from detector.noise.formulas import select
from detector.noise.view import Evidence, Reading, View

LEAD = re.compile(r"(?:(?:本文|文章|内容)?(?:摘要|简介|提要)|(?:简要)?描述)\s*:\s*")
CUT = re.compile(r"[.。…\s]{2,}$|…$")
# An abstract stands in a page's first lines and is repeated at once; short ones repeat by chance.
HEAD_LINES, AHEAD, SHORTEST, PROBE = 8, 3, 30, 20
LONGEST_NAME, SHORTEST_COMMENT = 16, 10


def measure(view: View) -> Reading | None:
    """Characters of abstracts that the lines under them repeat, and of comments all alike."""
    lines = view.lines
    ink = np.flatnonzero(lines.end > lines.start)[: HEAD_LINES + AHEAD]
    if len(ink) < 2:
        return None
    spans = [(int(lines.start[i]), int(lines.end[i])) for i in ink]
    evidence = []
    for k, (start, end) in enumerate(spans[:HEAD_LINES]):
        strength = _repeated(view.text, (start, end), spans[k + 1 : k + 1 + AHEAD])
        if strength:
            evidence.append(Evidence(start, end, "summary_dup", strength))
    evidence += _comments(view)
    if not evidence:
        return None
    return Reading(float(sum(e.end - e.start for e in evidence)), tuple(evidence))


def _comments(view: View) -> Iterator[Evidence]:
    """Comments in a row that say the same under different names; as strong as they are many."""
    if not select(view.formulas, ("comment",)):
        return
    spans = zip(view.lines.start.tolist(), view.lines.end.tolist(), strict=True)
    inked = [(start, end) for start, end in spans if end > start]
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
    if line[1] - line[0] < SHORTEST:
        return 0.0
    lead = LEAD.match(text, *line)
    said = text[lead.end() if lead else line[0] : line[1]]
    whole = CUT.sub("", said)
    if len(whole) < SHORTEST:
        return 0.0
    best = 0
    for start, end in below:
        again = text.find(whole[:PROBE], start, min(end, start + 2 * PROBE))
        if again >= 0:
            best = max(best, common_prefix(whole, text[again : again + len(whole)]))
    surer = 0.5 if lead else 0.0 if len(whole) == len(said) else 0.2
    return best / len(whole) * (0.5 + surer)


def common_prefix(a: str, b: str) -> int:
    """Length of the prefix two strings share."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if a[:middle] == b[:middle] else (low, middle - 1)
    return low
