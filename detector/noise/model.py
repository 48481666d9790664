"""The learned tagger: segments named by a small network, borders cleaned by a sequence pass.

Numpy alone; the arrays come from a verified model directory and are mapped into memory. What it
answers are claims beside the rules' own: :mod:`detector.noise.tagger` merges them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.artefacts import Artefact, open_artefact
from detector.noise import features, layout
from detector.noise.features import Rows, Segments
from detector.noise.inserted import Inline, runs
from detector.noise.layout import Layout
from detector.noise.series import Floats, product, softmax
from detector.noise.table import rules
from detector.noise.view import Evidence, View
from detector.page import ModelMismatch

PRODUCT: Final = 4.0  # page products of the vectors: they are short, their products shorter
FIRST_SPAM: Final = 2  # answers 0 and 1 are body and benign furniture
SURE: Final = 1e-6
INLINE: Final = "inline"
INSERTED: Final = frozenset({"gambling_kw_inline", "kw_inline_offtopic", "query_repeat"})
# What a segment never claims: edited sites say the words of the first two in honest lines, and only
# the rules' formulas tell them apart; a message is a whole page; the others are a few words.
SILENT: Final = frozenset({"source_footer", "disclaimer", "ad_message"}) | INSERTED
FULL: Final = 100  # characters of one stretch that weigh as much as any more
GLANCE: Final = 64  # characters the gate looks at together: of 16, 32, 64 and 128 it parts best
POSSIBLE: Final = 0.3  # where no segment reaches it no path through the answers leaves the body
QUIET: Final = 0.02  # what is less likely noise, and stands by nothing likelier, is none
LIKELY: Final = 0.5  # a stretch scores more, or it is none
SAID: Final = 0.5  # claims below this probability are not made


class Stretch(NamedTuple):
    """A stretch of folded text, its kind, and the evidence its family has on the whole page."""

    start: int
    end: int
    kind: str
    evidence: float


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

    ``table`` holds a vector for each hashed n-gram, ``gate`` a number for each pair; ``moves`` is
    the log odds of each answer to follow each other one, over what chance would say.
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
    """Knots from a page's evidence to a probability that means the same on every page."""

    evidence: Floats
    probability: Floats

    def of(self, evidence: float) -> float:
        """The probability that goes with the evidence."""
        return float(np.interp(evidence, self.evidence, self.probability))


@dataclass(frozen=True, slots=True, eq=False)
class Tagger:
    """A loaded model."""

    label: str
    answers: tuple[str, ...]
    kinds: tuple[str, ...]  # whose rules it was taught with
    weights: Weights
    gate: float
    calibration: Mapping[str, Calibration]  # of each family, and INLINE for the character pass
    inline: Inline | None
    layout: Layout | None

    def claims(self, view: View, evidence: Sequence[Evidence]) -> list[Claim]:
        """Stretches of a page that are noise, given what the signals said of it, in order."""
        if not view.han:
            return []
        if not (accused(evidence) or self.suspicious(features.pairs(view))):
            return []
        rows = features.grams(view)
        said = [
            Claim(start, end, kind, self.calibration[name].of(weight))
            for name, (start, end, kind, weight) in self.stretches(view, rows, evidence)
        ]
        return sorted((c for c in said if c.probability >= SAID), key=lambda c: (c.start, c.end))

    def stretches(
        self, view: View, rows: Rows, evidence: Sequence[Evidence]
    ) -> Iterator[tuple[str, Stretch]]:
        """What each pass marks, with the name of the calibration that reads its evidence."""
        found = features.cut(view)
        marked = self.runs(found, self.scores(view, found, rows, evidence))
        for stretch in weighed([*uncontradicted(marked, evidence, len(view.text))]):
            yield rules()[stretch.kind].family, stretch
        if self.inline is not None:
            inserted = (Stretch(*each) for each in self.inline.insertions(view, rows))
            for stretch in weighed([*uncontradicted(inserted, evidence, len(view.text))]):
                yield INLINE, stretch

    def suspicious(self, pairs: NDArray[np.int64]) -> bool:
        """Whether a page is worth the full pass: one number a pair of characters, no signals."""
        return gate_score(self.weights.gate, pairs) >= self.gate

    def scores(
        self, view: View, found: Segments, rows: Rows, evidence: Sequence[Evidence]
    ) -> Floats:
        """Probabilities of the answers for each segment (segments by answers)."""
        dense = features.dense(view, found, rows, evidence, self.kinds)
        return forward(self.weights, found, rows, dense)

    def runs(self, found: Segments, scores: Floats) -> Iterator[Stretch]:
        """Neighbouring segments that the sequence pass gives one noise kind, as one each.

        The evidence of a run is still its own score.
        """
        noise = scores[:, FIRST_SPAM:].sum(axis=1)
        if noise.max() < POSSIBLE:
            return
        path = np.zeros(len(scores), np.int64)
        for low, high in islands(noise):
            path[low:high] = viterbi(scores[low:high], self.weights.moves)
        edges = np.flatnonzero(np.diff(path, prepend=-1, append=-1))
        for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            if path[low] >= FIRST_SPAM and self.answers[int(path[low])] not in SILENT:
                size = found.end[low:high] - found.start[low:high]
                score = float(np.average(noise[low:high], weights=size))
                kind = self.answers[int(path[low])]
                if score > LIKELY:
                    yield Stretch(int(found.start[low]), int(found.end[high - 1]), kind, score)


def accused(evidence: Sequence[Evidence]) -> bool:
    """Whether a rule already calls something on the page noise."""
    table = rules()
    return any(
        table[each.kind].severity == "spam" and table[each.kind].probability(each.strength) >= SAID
        for each in evidence
    )


def uncontradicted(
    marked: Iterable[Stretch], evidence: Sequence[Evidence], length: int
) -> Iterator[Stretch]:
    """Yield the stretches on which the rules' word does not go first; ``length`` is the text's.

    It does where most of a stretch is noise of the other family, and where an insertion touches
    one the rules found: they know the words, so their borders are the better ones. A page may
    hold thousands of both, so what the rules cover is summed once.
    """
    table = rules()
    edges = {rule.family: np.zeros(length + 1, np.int64) for rule in table.values()}
    for each in evidence:
        rule = table[each.kind]
        spam = rule.severity == "spam" and not each.original
        if spam and rule.probability(each.strength) >= SAID:
            edges[rule.family][each.start] += 1
            edges[rule.family][each.end] -= 1
    covered = {
        family: np.concatenate(([0], np.cumsum(np.cumsum(edge[:-1]))))
        for family, edge in edges.items()
    }
    for stretch in marked:
        said = {
            family: total[stretch.end] - total[stretch.start] for family, total in covered.items()
        }
        own = said.pop(table[stretch.kind].family)
        other = sum(said.values())
        touched = own + other > 0
        if 2 * other <= stretch.end - stretch.start and not (touched and stretch.kind in INSERTED):
            yield stretch


def weighed(found: Sequence[Stretch]) -> list[Stretch]:
    """The stretches with the evidence of their family on the page in place of their scores.

    Evidence is the log odds of the scores, summed, a short stretch counting in proportion: a page
    with one doubtful line proves little, one with ten such lines a lot.
    """
    total: Counter[str] = Counter()
    for start, end, kind, score in found:
        odds = (score + SURE) / (1 - score + SURE)
        total[rules()[kind].family] += np.log(odds) * min(end - start, FULL) / FULL
    return [each._replace(evidence=total[rules()[each.kind].family]) for each in found]


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
        {name: _calibration(knots) for name, knots in settings["calibration"].items()},
        _inline(found),
        _layout(found),
    )


def _calibration(knots: dict[str, list[float]]) -> Calibration:
    return Calibration(*(np.array(knots[key], np.float32) for key in ("evidence", "probability")))


def _inline(found: Artefact) -> Inline | None:
    settings = found.settings["inline"]
    if settings is None:
        return None
    arrays = {name: found.array(f"inline_{name}") for name in Inline.ARRAYS}
    return Inline(tuple(settings["kinds"]), tuple(settings["switch"]), **arrays)


def _layout(found: Artefact) -> Layout | None:
    schema = found.settings["layout"]
    if schema not in {None, layout.SCHEMA}:
        raise ModelMismatch(
            f"{found.path}: layout schema {schema}, this package makes {layout.SCHEMA}"
        )
    return layout.load(found.array) if schema else None


def gate_score(gate: Floats, pairs: NDArray[np.int64]) -> float:
    """The highest mean of the gate's numbers over ``GLANCE`` neighbouring characters."""
    sums = np.zeros(len(pairs) + 1)
    np.cumsum(gate.take(pairs), out=sums[1:])
    wide = min(GLANCE, len(pairs))
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
    hidden = np.maximum(product(seen, weights.hidden) + weights.hidden_bias, 0)
    return softmax(product(hidden, weights.answer) + weights.answer_bias)


def islands(noise: Floats) -> Iterator[tuple[int, int]]:
    """Ranges of segments where any noise is in sight, with a quiet one on either side."""
    near = np.zeros(len(noise) + 2, np.bool_)
    for shift in range(3):
        near[shift : shift + len(noise)] |= noise > QUIET
    return runs(near[1:-1])


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
