"""Texts with a judge's opinion, asked of a model or read from a file of scores."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import orjson

from detector.core import prose_model
from detector.files import Failure, ReadOptions, atomic, find, read_all
from detector.page import UnreadableInput
from detector.prose.model import Prose
from detector.prose.reading import Reading, read
from detector.read.fold import fold
from detector.training.corpora.texts import Text
from detector.training.stats import NAN

Key: TypeAlias = tuple[str, str]  # corpus, empty where a file of scores names none, and id


@dataclass(frozen=True, slots=True)
class Judged:
    """A text and who probably wrote it: three probabilities that sum to 1.

    ``abstained`` says why no verdict is given. The probabilities are there all the same where they
    could be computed, and NaN where not; a foreign detector's score leaves ``ai`` and ``refined``
    NaN.
    """

    text: Text
    human: float
    ai: float
    refined: float
    abstained: str | None = None

    @property
    def score(self) -> float:
        """How probable it is that a machine wrote or refined the text."""
        return 1 - self.human


Judge: TypeAlias = Callable[[Sequence[Text]], Iterator[Judged]]


class Opinion(Protocol):
    """What a model says of one text."""

    @property
    def human(self) -> float: ...  # noqa: D102 - as in Judged
    @property
    def ai(self) -> float: ...  # noqa: D102
    @property
    def refined(self) -> float: ...  # noqa: D102
    @property
    def abstained(self) -> str | None: ...  # noqa: D102


class Model(Protocol):
    """What can be asked about a text."""

    def judge(self, text: str) -> Opinion:
        """Return the opinion on a text."""


def judge_of(name: str) -> Judge:
    """The judge of ``default``, of a model's directory, or of a file of scores."""
    return score_judge(Path(name)) if Path(name).is_file() else model_judge(_model(name))


def _model(name: str) -> Model:
    """The model of a directory, or the one that ships."""
    found = prose_model(name)
    if found is None:
        raise UnreadableInput(f"{name}: there is no prose model")
    return Opened(found)


@dataclass(frozen=True, slots=True)
class Opened:
    """A prose model that is asked about whole texts, nothing cut out of them."""

    model: Prose

    def judge(self, text: str) -> Reading:
        """What it says of a text."""
        return read(fold(text), (), self.model)


def model_judge(model: Model) -> Judge:
    """The judge that asks a model, one text after the other."""

    def judge(texts: Sequence[Text]) -> Iterator[Judged]:
        for text in texts:
            said = model.judge(text.text)
            yield Judged(text, said.human, said.ai, said.refined, said.abstained)

    return judge


def score_judge(path: Path) -> Judge:
    """The judge that looks its opinions up in a file of scores.

    A row is ``{id, score}`` or ``{id, probabilities: {human, ai, ai_refined}}``, with a ``corpus``
    where ids are not unique, and ``abstained`` with a reason where there is no verdict. Raises
    UnreadableInput, naming the row, where one is none of these or given twice; the judge does so
    where a text has no row.
    """
    scores = _scores(path)

    def judge(texts: Sequence[Text]) -> Iterator[Judged]:
        for text in texts:
            found = scores.get((text.corpus, text.id)) or scores.get(("", text.id))
            if found is None:
                raise UnreadableInput(f"{path}: no score of {text.id} in {text.corpus}")
            yield Judged(text, *found)

    return judge


def _scores(path: Path) -> dict[Key, tuple[float, float, float, str | None]]:
    found: dict[Key, tuple[float, float, float, str | None]] = {}
    # A row of scores has no text, so its id stands in: it must be there too.
    for item in read_all(find([str(path)], "jsonl"), ReadOptions(text_key="id", keep_rows=True)):
        if isinstance(item, Failure):
            raise UnreadableInput(f"{item.path}: {item.detail}")
        row = item.row or {}
        key = (str(row.get("corpus") or ""), item.id)
        if key in found:
            raise UnreadableInput(f"{path}: row {item.id} is there twice")
        try:
            found[key] = (*_probabilities(row), row.get("abstained"))
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableInput(f"{path}: row {item.id}: no score, no probabilities") from error
    return found


def _probabilities(row: Mapping[str, Any]) -> tuple[float, float, float]:
    if "probabilities" in row:
        given = row["probabilities"]
        return _number(given["human"]), _number(given["ai"]), _number(given["ai_refined"])
    return 1 - _number(row["score"]), NAN, NAN


def _number(value: float | None) -> float:
    return NAN if value is None else float(value)


def write_scores(path: Path, judged: Iterable[Judged]) -> None:
    """Write a row of scores for each text, without the text, as :func:`score_judge` reads it."""
    with atomic(path) as file:
        for each in judged:
            file.write(orjson.dumps(_row(each), option=orjson.OPT_APPEND_NEWLINE))


def _row(each: Judged) -> dict[str, Any]:
    """A row; NaN becomes null, and a lone score stays one."""
    text = each.text
    row: dict[str, Any] = {"id": text.id, "corpus": text.corpus, "label": text.label}
    row |= {"score": each.score, "abstained": each.abstained}
    if not math.isnan(each.ai):
        names = {"human": each.human, "ai": each.ai, "ai_refined": each.refined}
        row["probabilities"] = names
    return row
