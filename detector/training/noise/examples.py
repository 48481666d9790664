"""Marked pages as the tagger sees them: hashed n-grams, signals, and the right answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detector.noise import features
from detector.noise.features import Segments
from detector.noise.inserted import lexicon_at
from detector.noise.series import Floats
from detector.noise.table import SIGNALS, rules
from detector.noise.view import Evidence, View
from detector.page import Block, Page
from detector.read import read
from detector.training.gold import FAMILIES, GoldPage, gold_page

Ints: TypeAlias = NDArray[np.int64]

BODY, BENIGN = 0, 1
# Left to the rules, which find them exactly: single characters, mostly deleted by the fold.
CHARACTERS: Final = frozenset(
    "pinyin_annotation nonsense_insertion control_chars noise_insertion encoding_garbage "
    "random_id".split()
)
# A segment of these reads like any other text; what gives them away lies elsewhere on the page.
UNTAUGHT: Final = frozenset("stitched_text summary_dup duplicate_title".split())
MOST: Final = 0.5  # of a segment must lie under a span for it to take the span's kind
CLEAR: Final = 0.8  # of a segment under one label: less is a doubtful lesson
DOUBTFUL: Final = 0.2  # weight of such a segment
COLUMN: Final = features.names(()).index("linked")
MENU: Final = 0.5  # of an unmarked segment in links: whether it is body or furniture is not known


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One page: ``rows`` (3 by characters), ``dense`` (segments by features), answers and weights.

    ``marks`` holds the class of every folded character, inline insertions included; ``either`` says
    which segments are clean, but whether body or furniture nobody marked.
    """

    row: Mapping[str, Any]
    gold: GoldPage
    rows: NDArray[np.int32]
    segments: Segments
    dense: Floats
    target: Ints
    weight: Floats
    either: NDArray[np.bool_]
    marks: NDArray[np.int16]
    lexicon: Floats  # weights over each character (characters by lists)

    @property
    def site(self) -> str | None:
        """Where a real page comes from; None for a made one."""
        site: str | None = self.row.get("site")
        return site


def classes() -> list[str]:
    """The tagger's answers: body, benign, and every kind that is spam by the rules' table."""
    taught = (
        kind
        for kind, rule in rules().items()
        if rule.severity == "spam" and kind not in CHARACTERS | UNTAUGHT
    )
    return ["body", "benign", *taught]


def evidence_of(view: View) -> list[Evidence]:
    """Everything the signals say about a page."""
    readings = (row.measure(view) for row in SIGNALS)
    return [each for reading in readings if reading for each in reading.evidence]


def examples(rows: Iterable[Mapping[str, Any]], answers: Sequence[str]) -> Iterator[Example]:
    """Yield the pages of rows in the schema of the corpora; a page without text is left out."""
    for row in rows:
        page = page_of(row)
        gold = gold_page({"spans": [], **row, "text": page.text})
        view = View(page)
        if view.han:
            yield example(row, gold, view, answers)


def page_of(row: Mapping[str, Any]) -> Page:
    """Return the page of a row with ``html``, or with ``text`` and perhaps its ``blocks``."""
    if "html" in row:
        return read(row["html"], content_type="text/html", url=row.get("url"))
    page = read(row["text"], content_type="text/plain", title=row.get("title"))
    if "blocks" in row:
        page = replace(page, blocks=tuple(Block(*block) for block in row["blocks"]))
    return page


def example(row: Mapping[str, Any], gold: GoldPage, view: View, answers: Sequence[str]) -> Example:
    """One page as an example."""
    segments, rows = features.cut(view), features.grams(view)
    dense = features.dense(view, segments, rows, evidence_of(view), list(rules()))
    marks = marked(gold, view, answers)
    target, weight = targets(segments, marks, len(answers))
    either = (target == BODY) & (dense[:, COLUMN] > MENU)
    return Example(
        row,
        gold,
        rows.astype(np.int32),
        segments,
        dense,
        target,
        weight,
        either,
        marks,
        lexicon_at(view),
    )


def marked(gold: GoldPage, view: View, answers: Sequence[str]) -> NDArray[np.int16]:
    """The class of every folded character; -1 where nothing may be learnt."""
    number = {kind: place for place, kind in enumerate(answers)}
    marks = np.zeros(len(view.text), np.int16)
    for span in sorted(gold.spans, key=lambda s: (s.counts, s.label == "tag_spam")):
        low, high = np.searchsorted(view.folded.origin, (span.start, span.end))
        if span.label not in FAMILIES:
            if span.label == "ignore":
                marks[low:high] = -1
        elif span.severity == "benign":
            marks[low:high] = BENIGN
        elif not span.counts or span.kind in UNTAUGHT:
            marks[low:high] = -1
        elif span.kind not in CHARACTERS:
            marks[low:high] = number.get(span.kind, -1)
    return marks


def targets(segments: Segments, marks: NDArray[np.int16], width: int) -> tuple[Ints, Floats]:
    """The class of each segment and how much it teaches."""
    if not len(segments):
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    start = segments.start
    number = np.repeat(np.arange(len(start)), np.diff(np.append(start, len(marks))))
    flat = number * (width + 1) + marks[int(start[0]) :] + 1
    votes = np.bincount(flat, minlength=len(start) * (width + 1)).reshape(-1, width + 1)
    share = votes / votes.sum(axis=1, keepdims=True)
    noise = share[:, 1 + BENIGN + 1 :]
    target = share[:, 1:3].argmax(axis=1)
    spam = noise.max(axis=1) > MOST
    target[spam] = noise[spam].argmax(axis=1) + 2
    weight = np.where(share[np.arange(len(start)), target + 1] >= CLEAR, 1.0, DOUBTFUL)
    weight[share[:, 0] > 1 - CLEAR] = 0.0
    return target, weight.astype(np.float32)
