"""The command line. Each verb's module is imported only when the verb is called."""

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn

import click

from detector.page import DetectorError

OK, FINDINGS, USAGE, FAILED, INTERRUPTED = 0, 1, 2, 3, 130


class Verb(NamedTuple):
    """Where a command is defined, and its line in ``detector --help``."""

    module: str
    help: str


#: The attribute of the module that holds the command is called as the verb is.
VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "scan": Verb("scan", "Judge files, folders or stdin: one verdict each."),
        "clean": Verb("clean", "Write the text without its noise."),
        "explain": Verb("explain", "Show one page with its spans and reasons."),
        "signals": Verb("signals", "List what is measured and what it means."),
        "config": Verb("settings", "Show the settings in force and their origins."),
        "corpus": Verb("corpus", "Make, join, check and describe corpora."),
        "train": Verb("train", "Train a model from corpora."),
        "calibrate": Verb("train", "Set a prose model's error budgets on human text."),
        "model": Verb("model", "Look inside a model directory, and verify it."),
        "evaluate": Verb("prose", "Measure the detector on marked pages and labelled texts."),
        "compare": Verb("prose", "Compare two judges of prose on the same texts."),
        "bench": Verb("measure", "Measure speed and memory on this machine."),
    }
)


class Cli(click.Group):
    """A group that imports a verb when it is called, and ends with the documented exit codes."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the verbs in the order of the table."""
        return list(VERBS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Import and return a verb."""
        if name not in VERBS:
            return None
        module = importlib.import_module(f"detector.cli.{VERBS[name].module}")
        command: click.Command = getattr(module, name)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs from the table, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, verb.help) for name, verb in VERBS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; a reader that went away ends it quietly."""
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:  # caught here: click itself would exit with 1
            _forget_stdout()
            return OK
        return code

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        """Run, then exit: 0, 1, 2, 3 or 130."""
        extra["standalone_mode"] = False
        try:
            code = super().main(args, **extra)
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except DetectorError as error:
            click.echo(f"Error: {error}", err=True)
            code = USAGE
        except click.Abort:
            click.echo("interrupted", err=True)
            code = INTERRUPTED
        sys.exit(code if isinstance(code, int) else OK)


def _forget_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush finds no broken pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.command(cls=Cli, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="detector")
def main() -> None:
    """Find tag spam and boilerplate in Chinese web text, and say why.

    \b
    detector scan page.html            judge a page
    detector scan crawl/ -o out.jsonl  judge a folder
    detector explain page.html         see what was found, and where

    Exit codes: 0 ok, 1 findings with --fail-on, 2 usage, 3 some documents failed, 130 interrupted.
    """
