"""What a model is taught, from a TOML file: corpora, caps, augmentation, strengths."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from detector.page import ConfigError


@dataclass(frozen=True, slots=True)
class Corpus:
    """A file of labelled texts: how much a row counts, and which registers to leave out.

    A refined text counts ``refined`` times as much as another: they are few, and near to human.
    """

    path: Path
    weight: float = 1.0
    refined: float = 1.0
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Caps:
    """How many texts are taken: of a register and label, and of a generator in a register.

    Registers whose names begin alike are one where ``merge`` has that beginning. A human text
    that another text was made from is always taken.
    """

    register: int = 2500
    generator: int = 2500
    merge: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Augment:
    """How texts are varied: long ones are cropped; sentences fall out; human and AI text mix.

    ``crop`` is the length of a crop in plain signs and ``crops`` how many a text gives at most;
    ``drop`` the share of texts that lose a third of their sentences; ``mix`` the share of AI texts
    that get a human text of the same group, or register, after them.
    """

    crop: int = 400
    crops: int = 2
    drop: float = 0.0
    mix: float = 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """How it is fitted.

    ``strength`` is the inverse penalty on n-grams, ``iterations`` of L-BFGS; n-grams in fewer than
    ``rare`` crops are left out; ``folds`` of registers make the evidence the second stage is taught
    on; ``whole`` limits the plain signs of a text the second stage sees.
    """

    strength: float = 5e5
    iterations: int = 60
    rare: int = 8
    folds: int = 8
    whole: int = 3000


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole recipe; ``seed`` decides every draw."""

    corpora: tuple[Corpus, ...]
    seed: int = 0
    caps: Caps = field(default_factory=Caps)
    augment: Augment = field(default_factory=Augment)
    fit: Fit = field(default_factory=Fit)


SECTIONS: Final[Mapping[str, type]] = {"caps": Caps, "augment": Augment, "fit": Fit}


def load(path: Path) -> Recipe:
    """The recipe in a file; paths in it are relative to it. ConfigError names what is wrong."""
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    corpora = found.pop("corpus", [])
    seed = found.pop("seed", 0)
    if not corpora:
        raise ConfigError(f"{path}: no [[corpus]]")
    if unknown := [*(found.keys() - SECTIONS.keys())]:
        raise ConfigError(f"{path}: unknown key {', '.join(sorted(unknown))}")
    sections = {
        name: _section(kind, found.get(name, {}), f"{path}: {name}")
        for name, kind in SECTIONS.items()
    }
    return Recipe(tuple(_corpus(each, path) for each in corpora), int(seed), **sections)


def _corpus(values: Mapping[str, Any], path: Path) -> Corpus:
    if "path" not in values:
        raise ConfigError(f"{path}: a [[corpus]] has no path")
    found: Corpus = _section(
        Corpus, {**values, "path": path.parent / values["path"]}, f"{path}: corpus"
    )
    return found


def _section(kind: type, values: Mapping[str, Any], where: str) -> Any:  # noqa: ANN401 - any section
    known = {each.name: each for each in fields(kind)}
    if unknown := [*(values.keys() - known.keys())]:
        raise ConfigError(f"{where}: unknown key {', '.join(sorted(unknown))}")
    typed = {}
    for name, value in values.items():
        default = known[name].default
        whole = isinstance(default, float) and type(value) is int
        typed[name] = float(value) if whole else tuple(value) if isinstance(value, list) else value
        if not isinstance(typed[name], Path if name == "path" else type(default)):
            raise ConfigError(f"{where}.{name}: {value!r} is no {type(default).__name__}")
    return kind(**typed)
