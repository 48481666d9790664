"""What stderr says: progress while it runs, a summary at the end."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from time import monotonic

import click

from detector.cli.work import Result
from detector.files.document import AUTO
from detector.files.find import Source
from detector.files.visible import visible

#: Seconds between two updates: smooth on a terminal, sparse in a log.
ON_TERMINAL, IN_LOG = 0.1, 5.0

ACTIONS = ("pass", "review", "block")


class Progress:
    """Documents, documents a second and time left, on one line of stderr."""

    def __init__(self, sources: Iterable[Source], mode: str) -> None:
        sizes = [source.size for source in sources]
        self.total = sum(size or 0 for size in sizes) if None not in sizes else 0
        self.terminal = sys.stderr.isatty()
        self.shown = mode == "on" or (mode == AUTO and self.terminal and not sys.stdout.isatty())
        self.documents = self.read = 0
        self.begun = self.updated = monotonic()

    def on_bytes(self, size: int) -> None:
        """Count bytes of the input."""
        self.read += size
        self._update()

    def on_document(self) -> None:
        """Count a document that is done."""
        self.documents += 1
        self._update()

    def seconds(self) -> float:
        """Return the seconds since the start."""
        return monotonic() - self.begun

    def close(self) -> None:
        """Take the line away again."""
        if self.shown and self.terminal:
            click.echo("\r\x1b[K", err=True, nl=False)

    def _update(self) -> None:
        now = monotonic()
        if self.shown and now - self.updated >= (ON_TERMINAL if self.terminal else IN_LOG):
            self.updated = now
            line = self._line()
            click.echo(f"\r\x1b[K{line}" if self.terminal else line, err=True, nl=not self.terminal)

    def _line(self) -> str:
        seconds = self.seconds()
        line = f"{self.documents} documents, {self.documents / seconds:.0f}/s"
        if not self.total or not self.read:
            return line
        left = seconds * (self.total - self.read) / self.read
        return f"{line}, {self.read / self.total:.0%}, {_clock(left)} left"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class Tally:
    """Counts of a run: documents, per action, per kind, failed."""

    def __init__(self) -> None:
        self.actions: Counter[str] = Counter()
        self.kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.failed = 0

    def add(self, result: Result) -> None:
        """Count one result."""
        if result.action is None:
            self.failed += 1
            return
        self.actions[result.action] += 1
        for family, kind, _ in result.kinds:
            self.kinds[family][kind] += 1

    def found(self, threshold: str | None) -> bool:
        """Return whether any document's action is ``threshold`` or stricter."""
        if threshold is None:
            return False
        return any(self.actions[action] for action in ACTIONS[ACTIONS.index(threshold) :])

    def summary(self, seconds: float) -> str:
        """Return the summary: one line, and one a family in which something was found."""
        documents = self.actions.total() + self.failed
        counts = [f"{self.actions[action]} {action}" for action in ACTIONS]
        counts += [f"{self.failed} failed"] if self.failed else []
        noun = "document" if documents == 1 else "documents"
        lines = [f"{documents} {noun} in {seconds:.1f} s: {' · '.join(counts)}"]
        for family, kinds in sorted(self.kinds.items()):
            listed = " · ".join(f"{kind} {count}" for kind, count in kinds.most_common())
            lines.append(f"  {family:<12} {listed}")
        return "\n".join(lines)


def complain(result: Result) -> None:
    """Tell on stderr about a document that failed."""
    if result.failure:
        failure = result.failure
        click.echo(visible(f"{failure.path}: {failure.detail} ({failure.code})"), err=True)
