"""Formulas of scrapers, templates and advertisers: one automaton over their triggers.

``lexicon/formulas.tsv`` holds the formulas. Its triggers are looked up once over the page; a
pattern runs only in a window round its trigger, so clean prose pays for one pass of an automaton.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import ahocorasick_rs
from ahocorasick_rs import Implementation

from detector.noise.view import Evidence, Reading, View

# How far a pattern may look from its trigger; the longest intros and disclaimers run to some 250.
REACH = 260
# A line under a block's head belongs to it while it is shorter than this and ends no sentence.
BLOCK_LINE, BLOCK_LINES = 48, 40
ECHO = 14
KINDS = frozenset(
    "scraper_intro scraper_outro source_footer category_footer site_greeting template_header "
    "template_footer disclaimer editor_voice".split()
)
# A sure formula of these kinds proves a scraper's page: weak formulas beside it are believed.
PROOF = frozenset("scraper_intro scraper_outro source_footer template_footer disclaimer".split())
SURE, CORROBORATION = 0.8, 0.35
# One 小编 or one 设为首页 is found on honest pages: what counts is how many of them there are.
HABITS, HABIT = frozenset(("editor_voice", "template_header")), 0.12


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """One row of ``formulas.tsv``; an empty pattern means that the trigger alone will do.

    Compared by identity: a page asks often how far each formula was searched.
    """

    kind: str
    strength: float
    scope: str
    pattern: str


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled when its trigger is first met."""
    return re.compile(pattern, re.MULTILINE)


@cache
def table() -> tuple[ahocorasick_rs.AhoCorasick, tuple[tuple[Formula, ...], ...]]:
    """The automaton over all triggers, and the formulas behind each trigger."""
    lines = files("detector.noise.lexicon").joinpath("formulas.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")][1:]
    behind: dict[str, list[Formula]] = {}
    for kind, strength, scope, triggers, pattern in rows:
        formula = Formula(kind, float(strength), scope, pattern)
        for trigger in triggers.split("|"):
            behind.setdefault(trigger, []).append(formula)
    # A DFA is twice as fast alone, but not between the rest of a check, which empties the caches.
    matcher = ahocorasick_rs.AhoCorasick(list(behind), implementation=Implementation.ContiguousNFA)
    return matcher, tuple(map(tuple, behind.values()))


def find(view: View) -> tuple[Evidence, ...]:
    """Every formula on the page, in order; signals take their kinds from :attr:`View.formulas`."""
    matcher, formulas = table()
    found: set[Evidence] = set()
    done: dict[Formula, int] = {}  # how far a formula was searched: a window is searched once
    for trigger, start, end in matcher.find_matches_as_indexes(view.text, overlapping=True):
        for formula in formulas[trigger]:
            since = done.get(formula, 0)
            if start >= since:
                line = _line(view, formula, start, end)
                match = _match(view, formula, (start, end), line, since)
                done[formula] = line[1]
                if match:
                    span = _marked(view, formula, match, line)
                    done[formula] = span[1]
                    found.add(Evidence(*span, formula.kind, formula.strength))
    return tuple(sorted(found, key=lambda e: (e.start, e.end, e.kind)))


def _line(view: View, formula: Formula, start: int, end: int) -> tuple[int, int]:
    """The line of a trigger, or its sentence where that is asked for or the line is a long one."""
    line = view.line_at(start)
    if formula.scope == "sentence" or line[1] - line[0] > REACH:
        line = view.sentence_at(start, end)
    return max(line[0], start - REACH), min(max(line[1], end), end + REACH)


def _match(
    view: View, formula: Formula, trigger: tuple[int, int], line: tuple[int, int], since: int
) -> tuple[int, int] | None:
    """What the pattern matches round its trigger, or the trigger where there is no pattern."""
    if not formula.pattern:
        return trigger
    around = REACH if formula.scope in ("match", "block") else 0
    low, high = max(line[0] - around, since), min(line[1] + around, len(view.text))
    found = compiled(formula.pattern).search(view.text, low, high)
    return found.span() if found else None


def _marked(
    view: View, formula: Formula, match: tuple[int, int], line: tuple[int, int]
) -> tuple[int, int]:
    """The stretch that a match marks, by the formula's scope."""
    if formula.scope == "match":
        return match
    if formula.scope == "tail":
        return match[0], line[1]
    if formula.scope == "block":
        return min(line[0], match[0]), max(_block_end(view, match[0]), match[1])
    return line


def _block_end(view: View, offset: int) -> int:
    """End of the last short line under the line that holds ``offset``."""
    first, lines = view.lines.at(offset), view.lines
    stop = int(lines.end[first])
    for i in range(first + 1, min(first + BLOCK_LINES, len(lines.start))):
        start, end = int(lines.start[i]), int(lines.end[i])
        if end - start > BLOCK_LINE or view.text[start:end].endswith(("。", "!", "?")):
            break
        stop = end if end > start else stop
    return stop


def select(found: Iterable[Evidence], kinds: Collection[str]) -> list[Evidence]:
    """The evidence of some kinds."""
    return [e for e in found if e.kind in kinds]


def corroborated(view: View, own: Iterable[Evidence]) -> list[Evidence]:
    """The same, all stronger where a sure scraper formula stands on the page."""
    sure = [e for e in view.formulas if e.strength >= SURE and e.kind in PROOF]
    if not sure:
        return list(own)
    return [replace(e, strength=e.strength + CORROBORATION) for e in own]


def echoes(view: View, evidence: Iterable[Evidence]) -> Iterator[Evidence]:
    """Short lines that repeat a part of the template line above (the site's or column's name)."""
    for e in evidence:
        i = view.lines.at(e.end - 1) + 1
        while i < len(view.lines.start) and view.lines.start[i] == view.lines.end[i]:
            i += 1
        if i < len(view.lines.start):
            start, end = int(view.lines.start[i]), int(view.lines.end[i])
            if 1 < end - start <= ECHO and view.text[start:end] in view.text[e.start : e.end]:
                yield replace(e, start=start, end=end)


def _repeated(evidence: Iterable[Evidence]) -> Iterator[Evidence]:
    """The same; a habit of speech is the stronger the more often the page falls into it."""
    habits = list(evidence)
    times = Counter(e.kind for e in habits)
    for e in habits:
        more = HABIT * (times[e.kind] - 1) if e.kind in HABITS else 0.0
        yield replace(e, strength=e.strength + more)


def measure(view: View) -> Reading | None:
    """Scraper and template formulas; the value is how many there are."""
    found = select(view.formulas, KINDS)
    if not found:
        return None
    own = list(_repeated(corroborated(view, found)))
    return Reading(float(len(own)), (*own, *echoes(view, select(own, ("site_greeting",)))))
