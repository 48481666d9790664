"""TOML and environment into one frozen :class:`Config`; every value knows where it came from."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from detector.page import ConfigError, Family, Lang

PRESETS = ("strict", "balanced", "recall")
LANGS = get_args(Lang)
FAMILIES = get_args(Family)
PREFIX = "DETECTOR__"
DEFAULT = "default"
NONE = "none"

MIB = 1024 * 1024

#: What a value must be, in words; keyed by the type of its default.
EXPECTED = {int: "a whole number", float: "a number", str: "a string"}


@dataclass(frozen=True, slots=True)
class Judge:
    """How strict to be, in which language to explain, and thresholds that replace the preset's."""

    preset: str = "balanced"
    lang: Lang = "zh"
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise :class:`ConfigError` for a name or a threshold that cannot be."""
        _one_of("judge.preset", self.preset, PRESETS)
        _one_of("judge.lang", self.lang, LANGS)
        for family, threshold in self.thresholds.items():
            if family not in FAMILIES:
                raise _unknown(f"judge.thresholds.{family}", family, FAMILIES)
            if not 0 <= threshold <= 1:
                message = f"judge.thresholds.{family}: {threshold} is not between 0 and 1"
                raise ConfigError(message)


@dataclass(frozen=True, slots=True)
class Models:
    """Which model answers for a family: ``default`` is what ``models/default.toml`` names.

    ``none`` is no model (rules alone, prose not judged); anything else is the path of a model's
    directory.
    """

    noise: str = DEFAULT
    prose: str = DEFAULT


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest inputs taken; one place for the library, the command line and the service."""

    max_chars: int = 2_000_000
    max_file_bytes: int = 64 * MIB
    max_decompressed_bytes: int = 64 * MIB
    max_decompression_ratio: int = 200
    max_documents: int = 256
    max_body_bytes: int = 16 * MIB

    def __post_init__(self) -> None:
        """Raise :class:`ConfigError` where a limit is not positive or makes another useless."""
        for each in fields(self):
            if getattr(self, each.name) < 1:
                raise ConfigError(f"limits.{each.name}: must be 1 or more")
        for container in ("max_file_bytes", "max_decompressed_bytes", "max_body_bytes"):
            if getattr(self, container) < self.max_chars:
                message = (
                    f"limits.{container} is {getattr(self, container)}, so limits.max_chars = "
                    f"{self.max_chars} could never be reached"
                )
                raise ConfigError(message)


@dataclass(frozen=True, slots=True)
class Web:
    """Where the service listens; loopback unless told otherwise."""

    host: str = "127.0.0.1"
    port: int = 8000

    def __post_init__(self) -> None:
        """Raise :class:`ConfigError` for a port that does not exist."""
        highest = 65_535
        if not 0 <= self.port <= highest:
            raise ConfigError(f"web.port: {self.port} is not between 0 and {highest}")


@dataclass(frozen=True, slots=True)
class Config:
    """All settings. ``origins`` maps a dotted key to where its value came from."""

    judge: Judge = field(default_factory=Judge)
    models: Models = field(default_factory=Models)
    limits: Limits = field(default_factory=Limits)
    web: Web = field(default_factory=Web)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def with_judge(
        self,
        *,
        preset: str | None = None,
        lang: Lang | None = None,
        thresholds: Mapping[str, float] | None = None,
        origin: str = "argument",
    ) -> "Config":
        """Return a copy with the values that are given; thresholds are added to those in force."""
        given: dict[str, object] = {"preset": preset, "lang": lang}
        given = {key: value for key, value in given.items() if value is not None}
        keys = [f"judge.{key}" for key in given]
        if thresholds:
            given["thresholds"] = {**self.judge.thresholds, **thresholds}
            keys += [f"judge.thresholds.{family}" for family in thresholds]
        judge = replace(self.judge, **given)  # type: ignore[arg-type]
        return replace(self, judge=judge, origins={**self.origins, **dict.fromkeys(keys, origin)})

    def settings(self) -> Iterator[tuple[str, object, str]]:
        """Yield every (dotted key, value, origin), section by section."""
        for name in SECTIONS:
            section = getattr(self, name)
            for each in fields(section):
                key, value = f"{name}.{each.name}", getattr(section, each.name)
                nested = isinstance(value, Mapping)
                for path, leaf in _leaves(key, value) if nested else [(key, value)]:
                    yield path, leaf, self.origins.get(path, DEFAULT)


SECTIONS: Mapping[str, type] = MappingProxyType(
    {"judge": Judge, "models": Models, "limits": Limits, "web": Web}
)

#: Every key there is, with the type its value must have.
KINDS: Mapping[str, type] = MappingProxyType(
    {
        f"{name}.{each.name}": type(each.default)
        for name, section in SECTIONS.items()
        for each in fields(section)
        if each.default is not MISSING
    }
    | {f"judge.thresholds.{family}": float for family in FAMILIES}
)


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Return the settings of a TOML file, overridden by ``DETECTOR__SECTION__KEY`` variables.

    Raises :class:`ConfigError` that names the key and its origin: an unknown key, a wrong type,
    values that contradict each other, a file that cannot be read.
    """
    found: dict[str, tuple[object, str]] = {}
    if path is not None:
        for key, value in _leaves("", _read_toml(path)):
            found[key] = (_typed(key, value, f"{path}: {key}"), str(path))
    for name in sorted(environ):
        if name.startswith(PREFIX):
            key = name.removeprefix(PREFIX).lower().replace("__", ".")
            found[key] = (_typed(key, _parse(key, environ[name]), name), name)
    origins = {key: origin for key, (_, origin) in found.items()}
    sections = {
        name: kind(**_section(name, {key: value for key, (value, _) in found.items()}))
        for name, kind in SECTIONS.items()
    }
    return Config(**sections, origins=origins)


def _read_toml(path: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - only where there is a file: start-up time

    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _leaves(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Yield (dotted key, value) of a nested table."""
    for name, value in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if isinstance(value, Mapping):
            if key not in SECTIONS and key != "judge.thresholds":
                raise _unknown(key, key, [*SECTIONS, *KINDS])
            yield from _leaves(key, value)
        else:
            yield key, value


def _parse(key: str, text: str) -> object:
    """Read an environment variable's text as the type its key asks for, if it can be."""
    try:
        return KINDS.get(key, str)(text)
    except ValueError:
        return text


def _typed(key: str, value: object, where: str) -> object:
    """Return the value, a float where a whole number stands for one; complain about ``where``."""
    if key not in KINDS:
        raise _unknown(where, key, KINDS)
    wanted = KINDS[key]
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is not wanted:  # not isinstance: a TOML true is no number
        raise ConfigError(f"{where}: expected {EXPECTED[wanted]}, not {value!r}")
    return value


def _section(name: str, values: Mapping[str, object]) -> dict[str, Any]:
    """Return the keyword arguments of one section, thresholds nested again."""
    own = {
        key.removeprefix(f"{name}."): value
        for key, value in values.items()
        if key.startswith(f"{name}.")
    }
    nested = {key.split(".")[1]: own.pop(key) for key in list(own) if "." in key}
    return own | ({"thresholds": nested} if nested else {})


def _one_of(key: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ConfigError(f"{key}: {value!r} is not one of {', '.join(choices)}")


def _unknown(where: str, name: str, known: Any) -> ConfigError:  # noqa: ANN401 - any collection
    from difflib import get_close_matches  # noqa: PLC0415 - only when something is wrong

    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return ConfigError(f"{where}: unknown key" + (f"; did you mean {near[0]}?" if near else ""))
