"""The card of a corpus: what can be counted is written by the machine, all else by hand.

The counted part stands between two marks; writing it anew leaves all other words as they are.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from detector.page import UnreadableInput
from detector.prose.model import LABELS
from detector.training.corpora.leaks import FORMAT, LEAK
from detector.training.corpora.lint import NEAR, QUANTILES, Report
from detector.training.corpora.schema import date_of
from detector.training.corpora.store import Entry

BEGIN: Final = "<!-- counted by `detector corpus card`: begin -->"
END: Final = "<!-- counted by `detector corpus card`: end -->"
SHOWN: Final = 40  # rows of a table: of a thousand addresses the first tell enough

HAND: Final = """
## Provenance

Who gathered it, from where, when and how; what was left out.

## Known limits

What it must not be used for.
"""


def card(path: Path, entries: Sequence[Entry], report: Report) -> str:
    """Return a new card: header, title, the counted part, and headings to write under."""
    name = path.name.partition(".")[0]
    header = [
        "---",
        f"language: [{', '.join(_languages(entries))}]",
        f"license: {_license(entries)}",
        _size(entries),
        "task_categories: [text-classification]",
        "---",
        f"# {name}",
    ]
    return "\n".join([*header, "", counted(path, entries, report)]) + HAND


def updated(old: str, path: Path, entries: Sequence[Entry], report: Report) -> str:
    """Return a card with its counted part, and the size in its header, written anew.

    Raises UnreadableInput where the card has no counted part to replace.
    """
    part = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}\n?", re.DOTALL)
    new, count = part.subn(lambda _: counted(path, entries, report), old)
    if count != 1:
        raise UnreadableInput(f"the card must hold one part between {BEGIN} and {END}")
    return re.sub(r"\A(---\n(?:(?!---).*\n)*?)size: .*", rf"\1{_size(entries)}", new)


def counted(path: Path, entries: Sequence[Entry], report: Report) -> str:
    """Return the part of a card that is counted, marks around it."""
    parts = [BEGIN, *_sections(entries, report)]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return "\n\n".join([*parts, f"sha256 of `{path.name}`: {digest}", END]) + "\n"


def _sections(entries: Sequence[Entry], report: Report) -> Iterator[str]:
    texts = [entry.text for entry in entries]
    groups = len({text.group for text in texts})
    chars = sum(len(text.text) for text in texts)
    yield f"{len(texts):,} texts in {groups:,} groups, {chars:,} characters."
    sources = Counter((text.source.partition(":")[0], text.label) for text in texts)
    yield "## Sources\n\n" + _crossed("source", sources)
    licences = Counter(
        (str(entry.row.get("license") or "unknown"), entry.text.label) for entry in entries
    )
    yield "## Licences\n\n" + _crossed("licence", licences)
    yield "## Registers\n\n" + _crossed("register", Counter((t.register, t.label) for t in texts))
    generators = Counter((t.generator, t.label) for t in texts if t.label != "human")
    if generators:
        yield "## Generators\n\n" + _crossed("generator", generators)
    yield "## Splits\n\n" + _crossed("split", Counter((t.split, t.label) for t in texts))
    heads = ["label", "texts", *(f"{q} %" for q in QUANTILES)]
    lengths = [
        [x.label, f"{x.texts:,}", *(f"{p:.0f}" for p in x.percentiles)] for x in report.lengths
    ]
    yield "## Lengths\n\nPercentiles, in characters.\n\n" + _table(heads, lengths)
    yield "## Dates\n\n" + _dates(entries, report)
    yield "## Duplicates\n\n" + _duplicates(report)
    yield "## Format leaks\n\n" + _leaks(report)


def _languages(entries: Iterable[Entry]) -> list[str]:
    return sorted({str(entry.row.get("lang") or "zh") for entry in entries})


def _license(entries: Iterable[Entry]) -> str:
    found = {str(entry.row.get("license") or "unknown") for entry in entries}
    return found.pop().lower() if len(found) == 1 else "other"


def _size(entries: Sequence[Entry]) -> str:
    return f"size: {len(entries)} rows"


def _crossed(name: str, counts: Counter[tuple[str, str]]) -> str:
    """A table of names by label, the most frequent first."""
    rows: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (key, label), count in counts.items():
        rows[key][label] += count
    ranked = sorted(rows, key=lambda key: (-rows[key].total(), key))
    shown = [[key or "–", *(f"{rows[key][label]:,}" for label in LABELS)] for key in ranked[:SHOWN]]
    if rest := ranked[SHOWN:]:
        left = sum((rows[key] for key in rest), Counter())
        shown.append([f"{len(rest)} more", *(f"{left[label]:,}" for label in LABELS)])
    return _table([name, *LABELS], shown)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, the first column to the left and all others to the right."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _dates(entries: Sequence[Entry], report: Report) -> str:
    rows = []
    for found in report.content:
        dates = sorted(date_of(e.row) for e in entries if e.text.label == found.label)
        known = [date for date in dates if date]
        span = f"{known[0]} to {known[-1]}" if known else "–"
        rows.append([found.label, span, f"{found.undated:,}", f"{found.late:,}"])
    return _table(["label", "written", "no date", "after 2022-11"], rows)


def _duplicates(report: Report) -> str:
    same, near = sum(s.same for s in report.shared), sum(s.near for s in report.shared)
    return (
        f"{same:,} texts stand a second time but for their format, {len(report.conflicts):,} of "
        f"them with another label; {near:,} pairs share {NEAR:.0%} of their five-letter shingles."
    )


def _leaks(report: Report) -> str:
    found = [cue for cue in report.cues if cue.leak]
    note = (
        f"AUROC of a measurement that reads no word, where it is {LEAK} or more from .5 "
        f"({len(FORMAT)} were tried)."
    )
    rows = [
        [cue.measure, cue.register or "all", cue.label, f"{cue.auroc:.3f}"] for cue in found[:SHOWN]
    ]
    if not rows:
        return f"{note} None."
    return f"{note}\n\n{_table(['measurement', 'register', 'human against', 'AUROC'], rows)}"
