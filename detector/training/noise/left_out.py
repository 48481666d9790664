"""Leave one recipe out: what is found of a kind that nobody showed.

For each kind the network is taught on all pages, without the pages that hold it, and without as
many random pages of noise that do not. The last one tells the kind from its company: pages left
out take other kinds along. What the rules say stays among the signals all the time, the left-out
kind's rule included.
"""

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.judge import settle, thresholds
from detector.noise.features import Segments
from detector.noise.lines import Ints
from detector.noise.model import FIRST_SPAM, Tagger, forward
from detector.noise.series import Floats
from detector.noise.tagger import tag_view
from detector.noise.view import View
from detector.page import UnreadableInput
from detector.training.gold import gold_page
from detector.training.noise import fit
from detector.training.noise.compare import PRESET
from detector.training.noise.examples import DOUBTFUL, MOST, Example, classes, example, page_of
from detector.training.render import Cell, table
from detector.training.stats import Rate

FALSE: Final = 0.002  # share of clean segments that may be called noise
FEWEST: Final = 5  # segments to find, and pages to leave out: fewer say nothing

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """Test pages: the answer of each segment, whether it is a clear one, what the rules claim."""

    pages: Sequence[Example]
    target: Ints
    clear: Mask
    claimed: Mask

    def of(self, answer: int) -> Mask:
        """The clear segments of an answer."""
        mask: Mask = self.clear & (self.target == answer)
        return mask

    @property
    def clean(self) -> Mask:
        """The clear segments that are no noise."""
        mask: Mask = self.clear & (self.target < FIRST_SPAM)
        return mask


@dataclass(frozen=True, slots=True)
class Found:
    """Segments of a kind found as noise of any kind; ``left_out`` pages hold it."""

    kind: str
    left_out: int
    rules: Rate
    shown: Rate
    unshown: Rate
    random: Rate


@dataclass(frozen=True, slots=True)
class Report:
    """All kinds, and the clean segments that the rules claim."""

    kinds: Sequence[Found]
    rules_false: Rate


def exam(rows: fit.Rowed) -> Exam:
    """The test pages of rows; UnreadableInput where none has text."""
    answers, pages, claimed = classes(), [], []
    for row in rows:
        page = page_of(row)
        view = View(page)
        if view.han:
            gold = gold_page({"spans": [], **row, "text": page.text})
            pages.append(example(row, gold, view, answers))
            claimed.append(ruled(view, pages[-1].segments))
    if not pages:
        raise UnreadableInput("no test page has Chinese text")
    target = np.concatenate([page.target for page in pages])
    clear = np.concatenate([page.weight for page in pages]) > DOUBTFUL
    return Exam(pages, target, clear, np.concatenate(claimed))


def ruled(view: View, segments: Segments) -> Mask:
    """Which segments lie for the most part under what the rules alone call noise."""
    covered = np.zeros(len(view.text) + 1, np.int64)
    for span in settle(tag_view(view).spans, thresholds(PRESET, {})):
        if span.severity == "spam":
            low, high = np.searchsorted(view.folded.origin, (span.start, span.end))
            covered[low + 1 : high + 1] = 1
    total = np.cumsum(covered)
    within: Mask = total[segments.end] - total[segments.start] > MOST * (
        segments.end - segments.start
    )
    return within


def noise(tagger: Tagger, pages: Sequence[Example]) -> Floats:
    """The probability of noise, of whatever kind, of each segment of the pages."""
    scores = (
        forward(tagger.weights, page.segments, page.rows.astype(np.int64), page.dense)
        for page in pages
    )
    return np.concatenate([each[:, FIRST_SPAM:].sum(axis=1) for each in scores])


@dataclass(frozen=True, slots=True)
class Study:
    """Pages to teach, pages to test on, the seed of all training and who hears how it goes."""

    pages: Sequence[Example]
    exam: Exam
    seed: int
    say: Callable[[str], None]

    def report(self, kinds: Collection[str] = ()) -> Report:
        """Every kind, or these, so far as there is enough of them; UnreadableInput without any."""
        if unknown := sorted({*kinds} - {*classes()[FIRST_SPAM:]}):
            raise UnreadableInput(f"the tagger learns no kind {', '.join(unknown)}")
        chosen = [kind for kind in classes()[FIRST_SPAM:] if kind in kinds or not kinds]
        enough = [kind for kind in chosen if self._enough(kind)]
        if not enough:
            raise UnreadableInput("no kind has enough pages to leave out and segments to find")
        self.say(f"{1 + 2 * len(enough)} times {len(self.pages)} pages")
        rules_false = self.exam.claimed[self.exam.clean]
        return Report([*self._found(enough)], _rate(rules_false))

    def _enough(self, kind: str) -> bool:
        answer = classes().index(kind)
        segments, pages = int(self.exam.of(answer).sum()), len(holding(self.pages, answer))
        if min(segments, pages) >= FEWEST:
            return True
        self.say(f"{kind}: too few ({pages} pages, {segments} segments to find)")
        return False

    def _found(self, kinds: Sequence[str]) -> Iterator[Found]:
        everything = self.caught(self.pages)
        for number, kind in enumerate(kinds, 1):
            answer = classes().index(kind)
            held, of_kind = holding(self.pages, answer), self.exam.of(answer)
            found = Found(
                kind,
                len(held),
                _rate(self.exam.claimed[of_kind]),
                _rate(everything[of_kind]),
                _rate(self.caught(without(self.pages, held))[of_kind]),
                _rate(self.caught(without(self.pages, self.others(held)))[of_kind]),
            )
            self.say(
                f"{number}/{len(kinds)} {kind}: {found.shown.share:.2f} → {found.unshown.share:.2f}"
            )
            yield found

    def others(self, held: Collection[int]) -> frozenset[int]:
        """As many random pages with noise that are not held, or all there are."""
        noisy = [
            at
            for at, page in enumerate(self.pages)
            if at not in held and (page.marks >= FIRST_SPAM).any()
        ]
        chance = random.Random(self.seed)  # noqa: S311 - a sample, not a secret
        return frozenset(chance.sample(noisy, min(len(held), len(noisy))))

    def caught(self, pages: Sequence[Example]) -> Mask:
        """Test segments above the bound that ``FALSE`` of the clean ones exceed."""
        tagger = fit.taught(pages, fit.Recipe(seed=self.seed), lambda _: None)
        scores = noise(tagger, self.exam.pages)
        above: Mask = scores > np.quantile(scores[self.exam.clean], 1 - FALSE)
        return above


def holding(pages: Sequence[Example], answer: int) -> frozenset[int]:
    """Which pages hold a character of an answer."""
    return frozenset(at for at, page in enumerate(pages) if (page.marks == answer).any())


def without(pages: Sequence[Example], held: Collection[int]) -> list[Example]:
    """The pages but for these."""
    return [page for at, page in enumerate(pages) if at not in held]


def _rate(hit: Mask) -> Rate:
    return Rate(int(hit.sum()), len(hit))


def text(report: Report) -> str:
    """The report as one table, all kinds together at its end."""
    heads = ("kind", "pages left out", "segments", "rules", "shown", "not shown", "random left out")
    columns = ("rules", "shown", "unshown", "random")
    rows: list[Sequence[Cell]] = []
    for each in report.kinds:
        rates: list[Rate] = [getattr(each, name) for name in columns]
        rows.append((each.kind, each.left_out, rates[0].total, *(rate.share for rate in rates)))
    sums = [_sum([getattr(each, name) for each in report.kinds]) for name in columns]
    rows.append(("all of them", "", sums[0].total, *(rate.share for rate in sums)))
    title = (
        f"segments found, .2 % of the clean ones with them; the rules claim "
        f"{report.rules_false.share:.2%} of those"
    )
    return table(title, heads, rows)


def _sum(rates: Sequence[Rate]) -> Rate:
    return Rate(sum(rate.hits for rate in rates), sum(rate.total for rate in rates))
