"""The learned tagger: segments named by a small network, borders cleaned by a sequence pass.

Numpy alone; the arrays come from a verified model directory and are mapped into memory. What it
answers are claims beside the rules' own: :mod:`detector.noise.tagger` merges them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.artefacts import Artefact, open_artefact
from detector.noise import features
from detector.noise.features import Floats, Rows, Segments
from detector.noise.inserted import Inline, Insertion
from detector.noise.table import rules
from detector.noise.view import Evidence, View
from detector.page import ModelMismatch

PRODUCT: Final = 4.0  # page products of the vectors: they are short, their products shorter
FIRST_SPAM: Final = 2  # answers 0 and 1 are body and benign furniture
SURE: Final = 1e-6
INSERTED: Final = frozenset({"gambling_kw_inline", "kw_inline_offtopic", "query_repeat"})
# Edited sites say the same words in honest lines; only the rules' formulas tell them apart.
SILENT: Final = frozenset({"source_footer", "disclaimer"})
FEW: Final = 16  # a stretch of fewer characters speaks softly
GLANCE: Final = 16  # characters the gate looks at together
POSSIBLE: Final = 0.3  # where no segment reaches it no path through the answers leaves the body
SAID: Final = 0.5  # claims below this probability are not made


@dataclass(frozen=True, slots=True)
class Claim:
    """A stretch of folded text, the kind it is of, and how probable that is."""

    start: int
    end: int
    kind: str
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The arrays of the segment network.

    ``table`` holds a vector for each hashed n-gram, ``gate`` a number for each; ``moves`` is the
    log odds of each answer to follow each other one, over what chance would say.
    """

    table: Floats
    gate: Floats
    hidden: Floats
    hidden_bias: Floats
    answer: Floats
    answer_bias: Floats
    moves: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Knots from a score's log odds to a probability that means the same on every page."""

    logit: Floats
    probability: Floats

    def of(self, score: float) -> float:
        """The probability of a raw score."""
        score = min(max(score, SURE), 1 - SURE)
        return float(np.interp(np.log(score / (1 - score)), self.logit, self.probability))


@dataclass(frozen=True, slots=True, eq=False)
class Tagger:
    """A loaded model."""

    label: str
    answers: tuple[str, ...]
    kinds: tuple[str, ...]  # whose rules it was taught with
    weights: Weights
    gate: float
    calibration: Calibration
    inline: Inline | None
    inline_calibration: Calibration

    def claims(self, view: View, evidence: Sequence[Evidence]) -> list[Claim]:
        """Stretches of a page that are noise, given what the signals said of it, in order."""
        if not view.han:
            return []
        rows = features.grams(view)
        if not (accused(evidence) or self.suspicious(rows)):
            return []
        found = features.cut(view)
        said = [
            Claim(start, end, kind, calibration.of(score))
            for calibration, insertions in self.passes(view, found, rows, evidence)
            for start, end, kind, score in insertions
        ]
        claims = (c for c in said if c.probability >= SAID and not contradicted(c, evidence))
        return sorted(claims, key=lambda claim: (claim.start, claim.end))

    def passes(
        self, view: View, found: Segments, rows: Rows, evidence: Sequence[Evidence]
    ) -> Iterator[tuple[Calibration, Iterator[Insertion]]]:
        """What each pass marks, on its raw scale, and what its scale means."""
        yield self.calibration, self.runs(found, self.scores(view, found, rows, evidence))
        if self.inline is not None:
            yield self.inline_calibration, supported([*self.inline.insertions(view, rows)])

    def suspicious(self, rows: Rows) -> bool:
        """Whether a page is worth the full pass: one number an n-gram, no signals."""
        return gate_score(self.weights.gate, rows) >= self.gate

    def scores(
        self, view: View, found: Segments, rows: Rows, evidence: Sequence[Evidence]
    ) -> Floats:
        """Probabilities of the answers for each segment (segments by answers)."""
        dense = features.dense(view, found, rows, evidence, self.kinds)
        return forward(self.weights, found, rows, dense)

    def runs(self, found: Segments, scores: Floats) -> Iterator[Insertion]:
        """Neighbouring segments that the sequence pass gives one noise kind, as one each."""
        noise = scores[:, FIRST_SPAM:].sum(axis=1)
        if noise.max() < POSSIBLE:
            return
        path = viterbi(scores, self.weights.moves)
        edges = np.flatnonzero(np.diff(path, prepend=-1, append=-1))
        for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            if path[low] >= FIRST_SPAM and self.answers[int(path[low])] not in SILENT:
                size = found.end[low:high] - found.start[low:high]
                score = shrunk(float(np.average(noise[low:high], weights=size)), int(size.sum()))
                kind = self.answers[int(path[low])]
                yield int(found.start[low]), int(found.end[high - 1]), kind, score


def accused(evidence: Sequence[Evidence]) -> bool:
    """Whether a rule already calls something on the page noise."""
    table = rules()
    return any(
        table[each.kind].severity == "spam" and table[each.kind].probability(each.strength) >= SAID
        for each in evidence
    )


def contradicted(claim: Claim, evidence: Sequence[Evidence]) -> bool:
    """Whether the rules' word on the same characters goes first.

    So it does where most of a claim is noise of the other family, and where an insertion touches
    one the rules found: they know the words, so their borders are the better ones.
    """
    table, other, touched = rules(), 0, False
    for each in evidence:
        common = min(each.end, claim.end) - max(each.start, claim.start)
        rule = table[each.kind]
        if common <= 0 or each.original or rule.severity != "spam":
            continue
        if rule.probability(each.strength) >= SAID:
            touched = True
            other += common if rule.family != table[claim.kind].family else 0
    return 2 * other > claim.end - claim.start or (touched and claim.kind in INSERTED)


def supported(found: Sequence[Insertion]) -> Iterator[Insertion]:
    """Insertions that stand for each other: a page with one short one of its kind proves little."""
    length: Counter[str] = Counter()
    for start, end, kind, _ in found:
        length[kind] += end - start
    return ((start, end, kind, shrunk(score, length[kind])) for start, end, kind, score in found)


def shrunk(score: float, length: int) -> float:
    """A score of a few characters drawn towards .5: two words prove little."""
    score = min(max(score, SURE), 1 - SURE)
    return float(1 / (1 + (1 / score - 1) ** min(1.0, length / FEW)))


def load(path: Path) -> Tagger:
    """The tagger of a model directory; ModelMismatch where its files or features do not fit."""
    found = open_artefact(path)
    settings = found.settings
    if found.manifest["family"] != "noise":
        raise ModelMismatch(f"{path}: a model for {found.manifest['family']}, not for noise")
    if found.manifest["feature_schema"] != features.SCHEMA:
        raise ModelMismatch(
            f"{path}: feature schema {found.manifest['feature_schema']}, "
            f"this package makes {features.SCHEMA}"
        )
    unknown = set(settings["answers"][FIRST_SPAM:]) - set(rules())
    if unknown:
        raise ModelMismatch(f"{path}: no rule explains {', '.join(sorted(unknown))}")
    return Tagger(
        found.label,
        tuple(settings["answers"]),
        tuple(settings["kinds"]),
        Weights(**{name: found.array(name) for name in Weights.__slots__}),
        float(settings["gate"]),
        _calibration(settings["calibration"]["segments"]),
        _inline(found),
        _calibration(settings["calibration"]["inline"]),
    )


def _calibration(knots: dict[str, list[float]]) -> Calibration:
    logit, probability = (np.array(knots[key], np.float32) for key in ("logit", "probability"))
    return Calibration(logit, probability)


def _inline(found: Artefact) -> Inline | None:
    settings = found.settings["inline"]
    if settings is None:
        return None
    arrays = {name: found.array(f"inline_{name}") for name in Inline.ARRAYS}
    return Inline(tuple(settings["kinds"]), tuple(settings["switch"]), **arrays)


def gate_score(gate: Floats, rows: Rows) -> float:
    """The highest mean of the gate's numbers over ``GLANCE`` neighbouring characters."""
    sums = np.concatenate(([0.0], np.cumsum(gate[rows].sum(axis=0), dtype=np.float64)))
    wide = min(GLANCE, rows.shape[1])
    return float((sums[wide:] - sums[:-wide]).max() / wide)


def forward(weights: Weights, found: Segments, rows: Rows, dense: Floats) -> Floats:
    """Probabilities of the answers for the segments of one page (segments by answers)."""
    table = weights.table
    characters = table[rows[0]] + table[rows[1]] + table[rows[2]]
    count = np.diff(np.append(found.start, rows.shape[1])).astype(np.float32)
    own = np.add.reduceat(characters, found.start, axis=0) / count[:, None]
    length = (found.end - found.start).astype(np.float32)
    mean = np.broadcast_to((length / length.sum()) @ own, own.shape)
    edge = np.zeros((1, own.shape[1]), np.float32)
    before, after = np.vstack((edge, own[:-1])), np.vstack((own[1:], edge))
    seen = np.hstack((own, before, after, mean, own * mean * PRODUCT, dense))
    hidden = np.maximum(seen @ weights.hidden + weights.hidden_bias, 0)
    raised = hidden @ weights.answer + weights.answer_bias
    raised = np.exp(raised - raised.max(axis=1, keepdims=True))
    result: Floats = raised / raised.sum(axis=1, keepdims=True)
    return result


def viterbi(scores: Floats, moves: Floats) -> NDArray[np.int64]:
    """The best path through the answers (one a segment), moves weighed with the scores."""
    emitted = np.log(scores + SURE)
    best, came = emitted[0], []
    for row in emitted[1:]:
        reached = best[:, None] + moves
        came.append(reached.argmax(axis=0))
        best = reached.max(axis=0) + row
    path = [int(best.argmax())]
    for back in reversed(came):
        path.append(int(back[path[-1]]))
    return np.array(path[::-1], np.int64)
