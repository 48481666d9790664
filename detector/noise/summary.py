"""Text said twice: an abstract that is the first paragraph, comments made from one template."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from detector.noise.formulas import select
from detector.noise.view import Evidence, Reading, View

LEAD = re.compile(r"(?:(?:本文|文章|内容)?(?:摘要|简介|提要)|(?:简要)?描述)\s*:\s*")
CUT = '.。… "/>'  # two and more of them at the end, or one …, tell that a text was cut off
ANSWERS = "答:"  # a page of copied answers opens with the beginnings of all of them
# An abstract stands in a page's first lines and is repeated soon; short ones repeat by chance.
HEAD_LINES, AHEAD, SHORTEST, PROBE = 8, 8, 30, 20
LONG, LONGEST = 60, 600  # characters that nobody writes twice; of an abstract at most
# How sure a repeated text is an abstract: led in; without its own end or line breaks where the page
# says it again and goes on; cut off.
LED, GOES_ON, CUT_OFF = 0.5, 0.25, 0.15
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
    """Share of a line that lines below repeat, by what tells that it is their abstract."""
    lead = LEAD.match(text, *line)
    said = text[lead.end() if lead else line[0] : line[1]]
    if len(said) < SHORTEST:
        return 0.0
    if len(said) <= LONGEST and said.count(ANSWERS) > 1:
        return _answered(text, line, said)
    probe = said[:PROBE].split()[0]
    if not below or text.find(probe, line[1], below[-1][1]) < 0:
        return 0.0
    places = (text.find(probe, start, min(end, start + 3 * PROBE)) for start, end in below)
    again = [at for at in places if at >= 0]
    bare = said.rstrip(CUT)
    cut = len(said) - len(bare) > 1 or said.endswith("…")
    whole = "".join((bare if cut else said).split())
    if not again or len(whole) < SHORTEST:
        return 0.0
    copies = [(at, _paragraph(text, at, len(said))) for at in again]
    best = max(common_prefix(whole, copy) for _, copy in copies)
    goes_on = (cut or len(whole) >= LONG) and any(
        copy.startswith(whole) and len(copy) > len(whole) and not text.startswith(said, at)
        for at, copy in copies
    )
    surer = LED if lead else GOES_ON if goes_on else CUT_OFF * cut
    return best / len(whole) * (0.5 + surer)


def _paragraph(text: str, start: int, length: int) -> str:
    """Text without white space, for ``length`` characters and on to the end of a line."""
    end = text.find("\n", start + length)
    return "".join(text[start : end if end >= 0 else None].split())


def _answered(text: str, line: tuple[int, int], said: str) -> float:
    """Share of a line that is beginnings of answers given below it."""
    openings = [opening.rstrip(CUT) for opening in said.split(ANSWERS)[1:]]
    found = sum(len(x) for x in openings if text.find(x, line[1]) >= 0)
    return found / max(sum(map(len, openings)), 1)


def common_prefix(a: str, b: str) -> int:
    """Length of the prefix two strings share."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if a[:middle] == b[:middle] else (low, middle - 1)
    return low
