"""One run over many documents: settings, input, progress, and the summary at the end."""

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

import click

from detector.cli import FAILED, FINDINGS, OK
from detector.cli.options import Options, config_of, format_of, reading_of
from detector.cli.progress import Progress, Tally, complain
from detector.cli.work import Numbered, Result, Task, chosen, run
from detector.files import find, read_all
from detector.page import DetectorError


class Batch:
    """The run that a verb's paths and options ask for; leaving it prints the summary.

    ``keep_rows``: documents keep the rows they came in. ``loud``: failed documents are told on
    stderr, for a verb whose output has no place for them.
    """

    def __init__(
        self,
        paths: Iterable[str],
        options: Options,
        *,
        keep_rows: bool = False,
        loud: bool = False,
    ) -> None:
        self.config = config_of(options)
        self.sources = find(paths, format_of(options))
        self.options, self.loud = options, loud
        self.progress = Progress(self.sources, options["progress"])
        self.tally = Tally()
        reading = reading_of(
            options, self.config, keep_rows=keep_rows, on_bytes=self.progress.on_bytes
        )
        self.items = read_all(self.sources, reading)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.progress.close()
        if not isinstance(error, click.UsageError | DetectorError):  # nothing was run at all
            click.echo(self.tally.summary(self.progress.seconds()), err=True)

    def numbered(self) -> Iterator[Numbered]:
        """Return the items that were chosen, with their places in the input."""
        return chosen(
            self.items, self.options["limit"], self.options["sample"], self.options["seed"]
        )

    def results(self, numbered: Iterable[Numbered], task: Task) -> Iterator[Result]:
        """Yield the results, counted; with ``--on-error fail`` the first failure ends the run."""
        for result in run(numbered, task, self.options["workers"]):
            self.tally.add(result)
            self.progress.on_document()
            yield result
            stop = result.failure is not None and self.options["on_error"] == "fail"
            if self.loud or stop:
                complain(result)
            if stop:
                click.get_current_context().exit(FAILED)  # an exception: no half output file

    def code(self, fail_on: str | None = None) -> int:
        """Return the exit code; an incomplete run is never called complete."""
        if self.tally.failed:
            return FAILED
        return FINDINGS if self.tally.found(fail_on) else OK
