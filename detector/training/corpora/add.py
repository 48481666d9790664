"""Rows of others into rows of ours, by the schema of corpora/README.md."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from types import MappingProxyType
from typing import Any, Final

from detector.page import UnreadableInput
from detector.prose.model import LABELS
from detector.training.corpora.foreign import Raw
from detector.training.corpora.schema import KNOWN, SPLITS, STRINGS

SPLIT_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {**{name: name for name in SPLITS}, "val": "dev", "valid": "dev", "validation": "dev"}
)
#: What tables of several writers say where nobody but a person wrote.
NOBODY: Final = frozenset(("human", "humans", "人类", "人工", "none", "null", "nan", "-"))


@dataclass(frozen=True, slots=True)
class Recipe:
    """Which column each field is read from, and what is the same in every row.

    ``columns`` maps our fields to their columns, ``labels`` their labels to ours. ``where`` keeps
    the rows with these values in these columns of theirs.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    where: Sequence[tuple[str, str]] = ()
    drop_empty: bool = False


class _LeftOutError(Exception):
    """A row that is not wanted."""


class _FaultyError(_LeftOutError):
    """A row that cannot be used."""


@dataclass(slots=True)
class Intake:
    """Rows being taken in: what was left out and why, and how many ids had to be changed.

    With ``skip``, faulty rows are counted in ``faulty`` and left out; without, the first raises
    UnreadableInput.
    """

    recipe: Recipe
    skip: bool = False
    taken: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    faulty: int = 0
    renamed: int = 0
    _ids: set[str] = field(default_factory=set)

    def rows(self, raws: Iterable[Raw]) -> Iterator[dict[str, Any]]:
        """Yield the rows in our schema, with unique ids.

        Raises UnreadableInput where no row is left, or a column that was named stands nowhere.
        """
        unseen = set(self.recipe.columns.values())
        for raw in raws:
            unseen.difference_update(raw.row)
            try:
                row = _row(raw, self.recipe)
            except _LeftOutError as error:
                self._note(raw, error)
                continue
            row["id"] = self._unique(row["id"], raw)
            self.taken[row["label"]] += 1
            yield row
        if not self.taken:
            raise UnreadableInput(f"no row is left: {_listed(self.left_out) or 'there was none'}")
        if unseen:
            raise UnreadableInput(f"no row has a column {', '.join(sorted(unseen))}")

    def summary(self) -> str:
        """Return what was taken, left out and renamed, in one line."""
        parts = [f"{self.taken.total()} rows: {_listed(self.taken)}"]
        parts += [f"left out: {_listed(self.left_out)}"] if self.left_out else []
        parts += [f"{self.renamed} ids made unique"] if self.renamed else []
        return " · ".join(parts)

    def _note(self, raw: Raw, error: _LeftOutError) -> None:
        if isinstance(error, _FaultyError):
            if not self.skip:
                raise UnreadableInput(f"{raw.place}: {error}") from error
            self.faulty += 1
        self.left_out[str(error)] += 1

    def _unique(self, name: str, raw: Raw) -> str:
        """The name itself, else with the file's before it, else file and number."""
        names = (name, f"{raw.stem}-{name}", raw.name)
        free = chain(names, (f"{raw.name}-{number}" for number in count(2)))
        found = next(each for each in free if each not in self._ids)
        self.renamed += found != name
        self._ids.add(found)
        return found


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.most_common())


def _row(raw: Raw, recipe: Recipe) -> dict[str, Any]:
    if raw.fault:
        raise _FaultyError(raw.fault)
    if any(str(raw.row.get(column)) != wanted for column, wanted in recipe.where):
        raise _LeftOutError("not asked for")
    row = _mapped(raw.row, recipe.columns)
    if "text" not in row:
        has = ", ".join(raw.row)
        raise _FaultyError(f"no column {recipe.columns.get('text', 'text')}; it has {has}")
    text = _text(row["text"], drop_empty=recipe.drop_empty)
    label = _label(recipe.constants.get("label", row.get("label")), recipe.labels)
    name = row.get("id")
    first = {"id": raw.name if name in (None, "") else str(name), "text": text, "label": label}
    row |= _constants(recipe, label)
    rest = {key: value for key, value in (row | _tidied(row)).items() if key not in first}
    return first | {k: v for k, v in rest.items() if k not in KNOWN or v not in (None, "")}


def _mapped(theirs: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """The row with its columns called as our fields are; those that nobody named are kept."""
    moved = set(columns.values()) - {"id", "text", *KNOWN}
    kept = {key: value for key, value in theirs.items() if key not in moved}
    return kept | {ours: theirs[name] for ours, name in columns.items() if name in theirs}


def _text(value: object, *, drop_empty: bool) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise (_LeftOutError if drop_empty else _FaultyError)("no text")
    if not isinstance(value, str):
        raise _FaultyError(f"text is a {type(value).__name__}")
    return value


def _label(value: object, labels: Mapping[str, str]) -> str:
    name = labels.get(str(value), str(value))
    if name in LABELS:
        return name
    if value in (None, ""):
        raise _FaultyError("no label; give one by --label or name the column by --map label=…")
    raise _FaultyError(f"label {value!r} is none of {', '.join(LABELS)}; use --label-values")


def _constants(recipe: Recipe, label: str) -> dict[str, str]:
    """What is the same in every row; no human text has a generator."""
    left_out = {"generator"} if label == "human" else set()
    return {key: value for key, value in recipe.constants.items() if key not in left_out}


def _tidied(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that others write in another form, in ours."""
    tidy: dict[str, Any] = {
        name: str(row[name])
        for name in STRINGS
        if isinstance(row.get(name), int | float) and not isinstance(row[name], bool)
    }
    split, generator = row.get("split"), row.get("generator")
    if isinstance(split, str):
        tidy["split"] = SPLIT_NAMES.get(split.lower(), split)
    if isinstance(generator, str):
        tidy["generator"] = None if generator.lower() in NOBODY else {"model": generator}
    return tidy
