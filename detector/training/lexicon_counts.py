"""Count the entries of the word lists in spam and in clean text, and suggest weights.

The unit is the row: an entry counts once a row, and counts are put in relation to the characters
read, because keyword lines are short and clean documents are long. An entry inside a longer one
counts too. A suggestion is a suggestion: an entry that neither side knows gets about the middle,
and a person decides.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import ahocorasick_rs
import click

from detector.noise.lexicon import GROUPS, read_list
from detector.page import UnreadableInput
from detector.read.fold import fold
from detector.training.rows import Sampling, choose, read_rows

SMOOTHING: Final = 1.0  # one imagined row a side: an unseen entry has an opinion of neither
FULL_WEIGHT: Final = 6.0  # log-odds of 1, about 400 times as dense in spam as in clean text
LEAST: Final = 0.1  # below this an entry says nothing: drop it
LONGEST_ROW: Final = 20_000  # characters; a wall of keywords repeats itself long before


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows hold each entry, and how much text there was."""

    rows: Counter[str]
    characters: int

    def density(self, entry: str) -> float:
        """Rows holding ``entry`` for a million characters, smoothed."""
        return (self.rows[entry] + SMOOTHING) * 1e6 / (self.characters + 1)


def count(entries: Iterable[str], texts: Iterable[str]) -> Counts:
    """Count the texts that hold each entry, after folding."""
    words = list(entries)
    matcher = ahocorasick_rs.AhoCorasick(words)
    rows: Counter[str] = Counter()
    characters = 0
    for text in texts:
        folded = fold(text[:LONGEST_ROW]).text
        characters += len(folded)
        rows.update(set(matcher.find_matches_as_strings(folded, overlapping=True)))
    return Counts(rows, characters)


def suggest(entry: str, spam: Counts, clean: Counts) -> float:
    """Weight between 0 and 1: log-odds over :data:`FULL_WEIGHT`, cut at both ends."""
    log_odds = math.log(spam.density(entry) / clean.density(entry))
    return min(max(log_odds / FULL_WEIGHT, 0.0), 1.0)


def _texts(paths: Iterable[Path], sampling: Sampling) -> Iterator[str]:
    for path in paths:
        yield from (str(row["text"]) for row in choose(read_rows(path), sampling))


def _pairs(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, _sep, value in (item.partition("=") for item in values))


ROWS = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--group",
    "groups",
    type=click.Choice(GROUPS),
    multiple=True,
    help="Lists to count; all if none is named.",
)
@click.option(
    "--spam", type=ROWS, multiple=True, required=True, help="Rows of spam (.jsonl, .gz, .zst)."
)
@click.option("--clean", type=ROWS, multiple=True, required=True, help="Rows of clean text.")
@click.option(
    "--clean-where",
    callback=_pairs,
    multiple=True,
    metavar="KEY=VALUE",
    help="Only clean rows like this.",
)
@click.option(
    "--sample", type=click.IntRange(min=1), help="At most so many rows of each clean file."
)
def main(
    groups: tuple[str, ...],
    spam: tuple[Path, ...],
    clean: tuple[Path, ...],
    clean_where: tuple[tuple[str, str], ...],
    sample: int | None,
) -> None:
    """Print group, entry, weight, spam rows, clean rows and suggested weight, tab-separated."""
    lists = {group: read_list(group) for group in groups or GROUPS}
    words = sorted(set().union(*lists.values()))
    try:
        in_spam = count(words, _texts(spam, Sampling()))
        in_clean = count(words, _texts(clean, Sampling(where=clean_where, sample=sample)))
    except UnreadableInput as error:
        raise click.ClickException(str(error)) from error
    for group, entries in lists.items():
        for word, weight in entries.items():
            numbers = f"{in_spam.rows[word]}\t{in_clean.rows[word]}"
            click.echo(
                f"{group}\t{word}\t{weight:g}\t{numbers}\t{suggest(word, in_spam, in_clean):.2f}"
            )


if __name__ == "__main__":
    main()
