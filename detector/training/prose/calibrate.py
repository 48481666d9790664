"""Thresholds of the presets, and a shift by length, from what a model says of human texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.judge import PRESETS
from detector.page import UnreadableInput
from detector.prose.features import hashed
from detector.prose.model import Prose, machine_odds, measured
from detector.prose.plain import plain
from detector.read.fold import fold
from detector.training.corpora.texts import Text

BUDGETS: Final[Mapping[str, float]] = {"strict": 0.001, "balanced": 0.01, "recall": 0.05}
EDGES: Final = (90, 160, 260, 420, 700, 1200)  # plain signs between bins of length
FEWEST: Final = 200  # human texts a register needs to say what length does
FEW: Final = 60  # and of them in a bin of length
EVEN: Final = 0.05  # share of human texts over it that is made alike over lengths
WORSE: Final = 1.25  # times the budget, in a register the tables never saw
TELLING: Final = 6.0  # texts over the threshold that a register must have to say where it lies
MANY: Final = 300  # texts such a register has at least
STEP: Final = 0.1  # log odds between knots that would fall together
FLAT: Final = np.zeros(1, np.float32)  # knots of a shift that changes nothing
BEYOND: Final = 20.0  # log odds, to the outer knots


@dataclass(frozen=True, slots=True, eq=False)
class Humans:
    """Log odds of human texts not to be human, not calibrated; log lengths and registers."""

    odds: NDArray[np.float64]
    length: NDArray[np.float64]
    register: NDArray[np.str_]


def calibration(found: Humans) -> dict[str, Any]:
    """The arrays of a calibration: ``lengths`` and ``shift``, ``odds`` and ``said``."""
    lengths, shift = by_length(found)
    long = found.length >= np.log(EDGES[0])
    odds = (found.odds - np.interp(found.length, lengths, shift))[long]
    knots, said = by_budget(odds, found.register[long])
    arrays = {"lengths": lengths, "shift": shift, "odds": knots, "said": said}
    return {name: np.asarray(array, np.float32) for name, array in arrays.items()}


def by_length(found: Humans) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What to take off the log odds at a log length so that as many humans pass a threshold there.

    It is the difference that length makes within a register, on average over those that tell:
    long texts are of other registers than short ones, and that is no matter of length.
    """
    bins = np.digitize(found.length, np.log(EDGES))
    many = len(EDGES) + 1
    shift, weight = np.zeros(many), np.zeros(many)
    for name in np.unique(found.register):
        own = found.register == name
        if own.sum() < FEWEST:
            continue
        usual = np.quantile(found.odds[own], 1 - EVEN)
        for number in range(many):
            here = own & (bins == number)
            if here.sum() >= FEW:
                share = np.sqrt(here.sum())
                shift[number] += share * (np.quantile(found.odds[here], 1 - EVEN) - usual)
                weight[number] += share
    told = weight > 0
    if not told.any():
        return np.zeros(1), np.zeros(1)
    centres = [float(found.length[bins == number].mean()) for number in np.flatnonzero(told)]
    return np.array(centres), shift[told] / weight[told]


def by_budget(
    odds: NDArray[np.float64], register: NDArray[np.str_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Knots from log odds to the log odds at which a preset's threshold costs its budget.

    No register that is large enough to tell exceeds the budget by more than ``WORSE`` times.
    Even odds stay even where that leaves room: which author is likeliest is no matter of budgets.
    Between and beyond the knots the map goes on in straight lines.
    """
    knots: list[float] = []
    said: list[float] = []
    for preset in ("recall", "balanced", "strict"):
        budget, bound = BUDGETS[preset], PRESETS[preset]["ai_prose"]
        bounds = [float(np.quantile(odds, 1 - budget))]
        for name in np.unique(register):
            own = odds[register == name]
            if len(own) >= MANY and len(own) * budget * WORSE >= TELLING:
                bounds.append(float(np.quantile(own, 1 - WORSE * budget)))
        least = knots[-1] + STEP if knots else -np.inf
        knots.append(max(*bounds, least))
        said.append(float(np.log(bound / (1 - bound))))
    knots.insert(0, min(0.0, knots[0] - STEP))
    said.insert(0, 0.0)
    below, above = (knots[0] - BEYOND, said[0] - BEYOND), (knots[-1] + BEYOND, said[-1] + BEYOND)
    return np.array([below[0], *knots, above[0]]), np.array([below[1], *said, above[1]])


def recalibrated(model: Prose, texts: Iterable[Text], label: str) -> Prose:
    """The model under another name, its error budgets set on human texts it never saw."""
    bare = model.weights._replace(lengths=FLAT, shift=FLAT)
    odds, length, register = [], [], []
    for text in texts:
        signs = plain(fold(text.text).cps).cps
        if not len(signs):
            continue
        found = measured(hashed(signs), bare.table, bare.scale)[0]
        odds.append(float(machine_odds(found, bare)[0]))
        length.append(log(len(signs)))
        register.append(text.register)
    if len(odds) < FEWEST:
        raise UnreadableInput(
            f"{len(odds)} human texts are too few to calibrate on, {FEWEST} are not"
        )
    arrays = calibration(Humans(np.array(odds), np.array(length), np.array(register)))
    return Prose(label, model.weights._replace(**arrays))
