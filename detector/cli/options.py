"""Options that several verbs share, and what they become."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from detector.config import FAMILIES, LANGS, PRESETS, Config, load
from detector.files import FORMATS, Document, ReadOptions, find, read_all
from detector.files.document import AUTO
from detector.files.readers import check_encoding
from detector.page import UnreadableInput

Function = TypeVar("Function", bound=Callable[..., Any])
Options = Mapping[str, Any]

OUTPUT = click.Path(dir_okay=True, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Pair(click.ParamType):  # type: ignore[type-arg]
    """``key=value``."""

    name = "key=value"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Return the pair."""
        key, equals, wanted = value.partition("=")
        if not equals:
            self.fail(f"{value!r} is not key=value", param, ctx)
        return key, wanted


form_option = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)
report_option = click.option(
    "-o", "--output", type=click.File("w", encoding="utf-8"), default="-", help="Default: stdout."
)


def _thresholds(
    _ctx: click.Context, _param: click.Parameter, values: Sequence[str]
) -> dict[str, float]:
    """Return family → threshold of ``label=x``, x a number between 0 and 1."""
    found = {}
    for value in values:
        family, _, number = value.partition("=")
        try:
            found[family] = float(number)
        except ValueError:
            raise click.BadParameter(f"{value!r} is not label=x with a number x") from None
        if family not in FAMILIES:
            raise click.BadParameter(f"{family!r} is not one of {', '.join(FAMILIES)}")
        if not 0 <= found[family] <= 1:
            raise click.BadParameter(f"{number} is not between 0 and 1")
    return found


def _encoding(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """Return ``auto`` or a codec's own name."""
    try:
        return check_encoding(value)
    except UnreadableInput as error:
        raise click.BadParameter(str(error)) from None


def _all(*options: Callable[[Function], Function]) -> Callable[[Function], Function]:
    def decorate(function: Function) -> Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


input_options = _all(
    click.option(
        "--input-format",
        type=click.Choice([AUTO, *dict.fromkeys(FORMATS.values())]),
        default=AUTO,
        help="What the input is. Default: told by its name, else by its first bytes.",
    ),
    click.option(
        "--text-key", metavar="KEY", help="Field of a row. Default: text, html, content(_base64)."
    ),
    click.option("--id-key", metavar="KEY", help="Field that names a row. Default: id."),
    click.option(
        "--encoding",
        callback=_encoding,
        default=AUTO,
        help="Encoding of the input. Default: auto.",
    ),
)

judge_options = _all(
    click.option(
        "--preset", type=click.Choice(PRESETS), help="How strict to be. Default: as configured."
    ),
    click.option(
        "--threshold",
        "thresholds",
        metavar="LABEL=X",
        callback=_thresholds,
        multiple=True,
        help="A family's own threshold, in place of the preset's. Repeatable.",
    ),
    click.option("--lang", type=click.Choice(LANGS), help="Language of the reasons."),
    click.option(
        "--config",
        "config_path",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A TOML file with settings.",
    ),
)

batch_options = _all(
    click.option(
        "--workers",
        type=click.IntRange(0),
        default=1,
        show_default=True,
        help="Processes to work in; 0: one a core.",
    ),
    click.option(
        "--on-error",
        type=click.Choice(["skip", "fail"]),
        default="skip",
        show_default=True,
        help="What to do after a document that cannot be read.",
    ),
    click.option("--limit", type=click.IntRange(1), help="Take the first N documents only."),
    click.option("--sample", type=click.IntRange(1), help="Take N of the documents at random."),
    click.option("--seed", type=int, default=0, show_default=True, help="Seed of --sample."),
    click.option(
        "--progress",
        type=click.Choice([AUTO, "off", "on"]),
        default=AUTO,
        help="Show progress on stderr. Default: if it is a terminal and stdout is not.",
    ),
)


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """Where a library is missing within, name the extra that brings it: UnreadableInput."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise UnreadableInput(f"{error}; install detector[{extra}]") from error


def config_of(options: Options) -> Config:
    """Return the settings of the file, the environment and the command line, the last one first."""
    return load(options["config_path"], os.environ).with_judge(
        preset=options["preset"],
        lang=options["lang"],
        thresholds=options["thresholds"],
        origin="command line",
    )


def reading_of(options: Options, config: Config, **extra: Any) -> ReadOptions:
    """Return how to read the input."""
    names = ("encoding", "text_key", "id_key")
    return ReadOptions(config.limits, **{name: options[name] for name in names}, **extra)


def format_of(options: Options) -> str | None:
    """Return the format asked for, None where each file tells its own."""
    asked: str = options["input_format"]
    return None if asked == AUTO else asked


def first_document(
    path: str, options: Options, config: Config, name: str | None = None
) -> Document:
    """Return the first document of a path, or the one called ``name``.

    Raises :class:`UnreadableInput` that says why there is none.
    """
    for item in read_all(find([path], format_of(options)), reading_of(options, config)):
        if name is not None and item.id != name:
            continue
        if isinstance(item, Document):
            return item
        raise UnreadableInput(f"{item.path}: {item.detail}")
    raise UnreadableInput(f"{path}: no document" + (f" called {name}" if name else ""))
