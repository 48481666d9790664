"""What tells human from machine without a word being read: trivial measurements, and their audit.

A corpus whose labels can be told by its spaces, quotes or lengths teaches just that. A model that
sees such a cue, or is measured on texts that keep it, looks far better than it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detector.read.chars import (
    CLOSE,
    DIGIT,
    HANT,
    LATIN,
    NEWLINE,
    SPACE,
    TERMINAL,
    Classes,
    CodePoints,
    classes,
    codepoints,
    script_table,
)
from detector.training.corpora.texts import Text
from detector.training.stats import auroc

Values: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Measure: TypeAlias = Callable[[Sequence[str]], Values]

#: How many texts are measured at a time: their characters stay in the cache.
BATCH: Final = 1000
#: An AUROC this far from .5 is a leak: a threshold on it alone gets some 60 % of the texts right.
LEAK: Final = 0.15
#: Fewer texts of a label say little: at 50 against 50 the AUROC of nothing at all is .5 ± .11.
LEAST: Final = 50

COMMAS: Final = codepoints("，,﹐､")
NARROW: Final = codepoints(",;:!?()")
WIDE: Final = codepoints("，；：！？（）。")
STRAIGHT: Final = codepoints("\"'")
CURLED: Final = codepoints("“”‘’「」『』")
STOP: Final = ord(".")

#: Words that language models are fond of in Chinese, and people use less: how a text is strung
#: together and summed up. Chosen by hand, once; no corpus was counted.
MARKERS: Final = tuple(
    "首先 其次 此外 总之 综上所述 值得注意的是 总的来说 与此同时 不仅 更是 然而 因此 至关重要 "
    "不可或缺 旨在 有助于 随着 通过 从而 进一步".split()
)


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of several texts end to end; text i is ``bounds[i]:bounds[i + 1]``."""

    texts: Sequence[str]
    cps: CodePoints
    cls: Classes
    bounds: NDArray[np.intp]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Characters":
        """Put texts end to end."""
        cps = codepoints("".join(texts))
        bounds = np.cumsum([0, *map(len, texts)])
        return cls(texts, cps, classes(cps), bounds)

    def count(self, mask: Mask) -> Values:
        """Return how many characters of each text are marked."""
        return np.diff(np.concatenate([[0], np.cumsum(mask)])[self.bounds]).astype(np.float64)

    def size(self) -> Values:
        """Return how many characters of each text are no white space: a space is no length."""
        return self.count((self.cls != SPACE) & (self.cls != NEWLINE))

    def density(self, mask: Mask) -> Values:
        """Return how many characters are marked for each that is no white space."""
        return _part(self.count(mask), self.size())


def _part(counts: Values, wholes: NDArray[np.generic]) -> Values:
    """Return what part the counts are, 0 where there is nothing to count."""
    parts: Values = counts / np.maximum(wholes, 1)
    return parts


def _of_class(name: int, page: Characters) -> Values:
    return page.density(page.cls == name)


def _narrow_punctuation(page: Characters) -> Values:
    """ASCII punctuation among all that has both widths; a point counts where a sentence may end."""
    inside = (page.cls == DIGIT) | (page.cls == LATIN)
    point = (page.cps == STOP) & ~np.append(inside[1:], [False] * (len(inside) > 0))
    narrow = page.count(np.isin(page.cps, NARROW) | point)
    wide = page.count(np.isin(page.cps, WIDE))
    return _part(narrow, narrow + wide)


def _straight_quotes(page: Characters) -> Values:
    """1 where all quotes are straight, -1 where all are Chinese, 0 where there are none."""
    straight = page.count(np.isin(page.cps, STRAIGHT))
    curled = page.count(np.isin(page.cps, CURLED))
    return _part(straight - curled, straight + curled)


def _open_end(page: Characters) -> Values:
    """1 where no final punctuation stands at the end."""
    last = codepoints("".join((text.rstrip() or " ")[-1] for text in page.texts))
    closed = np.isin(classes(last), (TERMINAL, CLOSE)) | (last == STOP)
    return np.where(closed, 0.0, 1.0)


def _traditional(page: Characters) -> Values:
    return page.density(script_table().take(page.cps) == HANT)


def _commas(page: Characters) -> Values:
    return page.density(np.isin(page.cps, COMMAS))


def _sentence_spread(page: Characters) -> Values:
    """Standard deviation of the sentence lengths over their mean; 0 for a single sentence."""
    ends = np.flatnonzero((page.cls == TERMINAL) | (page.cls == NEWLINE))
    cuts = np.union1d(ends + 1, page.bounds)
    sizes = np.diff(cuts) - np.isin(cuts[1:] - 1, ends)  # without the mark at the end
    owner = np.searchsorted(page.bounds, cuts[:-1], side="right") - 1
    sizes, owner = sizes[sizes > 0], owner[sizes > 0]
    count, total, squares = (
        np.bincount(owner, weights, minlength=len(page.texts))
        for weights in (np.ones(len(sizes)), sizes, sizes * sizes)
    )
    mean = total / np.maximum(count, 1)
    variance = np.maximum(squares / np.maximum(count, 1) - mean * mean, 0)
    spread: Values = np.sqrt(variance) / np.maximum(mean, 1)
    return spread


def _marker_words(page: Characters) -> Values:
    """How often the marker words stand in a text, for each character that is no white space."""
    found = np.array([sum(map(text.count, MARKERS)) for text in page.texts], dtype=np.float64)
    return _part(found, page.size())


def _measured(measure: Callable[[Characters], Values], texts: Sequence[str]) -> Values:
    parts = [
        measure(Characters.of(texts[start : start + BATCH]))
        for start in range(0, len(texts), BATCH)
    ]
    return np.concatenate([np.zeros(0), *parts])


_MEASURES: Final[Mapping[str, Callable[[Characters], Values]]] = MappingProxyType(
    {
        "space density": partial(_of_class, SPACE),
        "newline density": partial(_of_class, NEWLINE),
        "length": Characters.size,
        "ASCII punctuation": _narrow_punctuation,
        "straight quotes": _straight_quotes,
        "no final punctuation": _open_end,
        "traditional characters": _traditional,
        "digit share": partial(_of_class, DIGIT),
        "comma density": _commas,
        "sentence-length spread": _sentence_spread,
        "marker words": _marker_words,
    }
)
#: Each gives one number a text, as an array. A detector that is not far better than all of them has
#: learnt little. What `marker words` finds is style, what the others find is format.
TRIVIAL: Final[Mapping[str, Measure]] = MappingProxyType(
    {name: partial(_measured, measure) for name, measure in _MEASURES.items()}
)
FORMAT: Final = tuple(name for name in TRIVIAL if name != "marker words")


@dataclass(frozen=True, slots=True)
class Cue:
    """How well one measurement tells the humans of a register from a label's texts.

    ``auroc`` is the chance that a text of ``label`` measures more than a human one. The register is
    empty where all texts were taken together.
    """

    measure: str
    register: str
    label: str
    auroc: float
    humans: int
    machines: int

    @property
    def strength(self) -> float:
        """How far the AUROC is from .5, where nothing can be told."""
        return abs(self.auroc - 0.5)

    @property
    def leak(self) -> bool:
        """Whether it tells too much."""
        return self.strength >= LEAK


def audit(texts: Sequence[Text], heard: Callable[[int], None]) -> list[Cue]:
    """Return every format cue, overall and per register with texts enough, the worst first.

    ``heard`` is told how many texts were measured, once a measurement.
    """
    labels = np.array([text.label for text in texts])
    registers = np.array([text.register for text in texts])
    contents = [text.text for text in texts]
    scopes = [*_scopes(labels, registers)]
    found = []
    for name in FORMAT:
        values = TRIVIAL[name](contents)
        found += [_cue(name, scope, values) for scope in scopes]
        heard(len(texts))
    return sorted(found, key=lambda cue: (-round(cue.strength, 3), cue.register, cue.measure))


@dataclass(frozen=True, slots=True)
class _Scope:
    """Texts of a register: the humans', and those of a label."""

    register: str
    label: str
    humans: NDArray[np.intp]
    machines: NDArray[np.intp]


def _scopes(labels: NDArray[np.str_], registers: NDArray[np.str_]) -> Iterator[_Scope]:
    for register in ("", *_named(registers)):
        inside = (registers == register) | (register == "")
        humans = np.flatnonzero(inside & (labels == "human"))
        for label in ("ai", "ai_refined"):
            machines = np.flatnonzero(inside & (labels == label))
            if min(len(humans), len(machines)) >= LEAST:
                yield _Scope(register, label, humans, machines)


def _named(registers: NDArray[np.str_]) -> Iterable[str]:
    return (name for name in np.unique(registers).tolist() if name)


def _cue(name: str, scope: _Scope, values: Values) -> Cue:
    humans, machines = len(scope.humans), len(scope.machines)
    chosen = values[np.concatenate([scope.humans, scope.machines])]
    positive = np.arange(humans + machines) >= humans
    return Cue(name, scope.register, scope.label, auroc(chosen, positive), humans, machines)
