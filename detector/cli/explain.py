"""``detector explain``: one page with its spans and reasons."""

import shutil
import sys
from typing import Any

import click

from detector.cli import OK
from detector.cli.explained import View
from detector.cli.options import config_of, first_document, input_options, judge_options
from detector.cli.terminal import encoded, wanted
from detector.files.document import AUTO

#: Cells of a view that goes to a file or a pipe.
UNLIMITED = 120


@click.command()
@click.argument("path", metavar="PATH|-")
@click.option("--id", "name", help="Which row of a jsonl file. Default: the first.")
@click.option(
    "--color",
    "colour",
    type=click.Choice([AUTO, "always", "never"]),
    default=AUTO,
    help="Default: on a terminal, unless NO_COLOR is set.",
)
@click.option("--width", "cells", type=click.IntRange(60), help="Cells. Default: the terminal's.")
@input_options
@judge_options
def explain(path: str, name: str | None, colour: str, cells: int | None, **options: Any) -> int:
    """Show one page: scores, then its text with every span marked and the reason in the margin.

    Suspected and harmless spans are dimmed. Without colours a span stands in ⟦brackets⟧kind.
    Control characters are shown as symbols. Where prose was judged, the sentences follow with a
    score each, and the words that weigh most.
    """
    from detector.cli.heat import lines
    from detector.core import Detector
    from detector.judge import cuts
    from detector.prose.heat import heat
    from detector.read import read
    from detector.read.fold import fold

    config = config_of(options)
    item = first_document(path, options, config, name)
    page = read(item.content, content_type=item.content_type, url=item.url, title=item.title)
    detector = Detector(config)
    verdict = detector.check(page)
    cells = cells or (shutil.get_terminal_size().columns if sys.stdout.isatty() else UNLIMITED)
    shown, lang = wanted(colour), config.judge.lang
    found = [*View(cells, colour=shown, lang=lang).lines(item.id, page.text, verdict)]
    if detector.prose is not None and any(label.name == "ai_prose" for label in verdict.labels):
        why = heat(fold(page.text), cuts(verdict.spans), detector.prose)
        found += lines(why, page.text, cells, colour=shown, lang=lang)
    for line in found:
        sys.stdout.buffer.write(encoded(line))
    return OK
