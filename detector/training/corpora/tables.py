"""What was found in corpora, as text tables."""

from collections.abc import Iterable, Sequence
from typing import Final

from detector.training.corpora.dedup import Deduplicated, Loss, mixed
from detector.training.corpora.leaks import LEAK, Cue
from detector.training.corpora.lint import NEAR, QUANTILES, Astray, Fault, Report, Shared, Twins
from detector.training.corpora.split import Stratum
from detector.training.render import Cell, table

EXAMPLES: Final = 3  # of rows alike; JSON has all
CUES: Final = 15  # shown where fewer are leaks


def lint_text(report: Report) -> str:
    """Return a report of `detector corpus lint`; sections where nothing was found are left out."""
    rows = [
        (f"{each.file} {each.label}", each.rows, each.undated, each.late) for each in report.content
    ]
    quantiles = [f"{quantile} %" for quantile in QUANTILES]
    lengths: list[Sequence[Cell]] = [
        (x.label, x.texts, *(f"{p:.0f}" for p in x.percentiles)) for x in report.lengths
    ]
    parts = [
        table("rows", ["", "rows", "no date", "after 2022-11"], rows),
        table("lengths in characters, percentiles", ["", "texts", *quantiles], lengths),
        _if_any("faults of the schema", ["", "rows", "for example"], map(_fault, report.faults)),
        _if_any(
            _SHARED,
            ["", "the same", "near", "across groups", "for example"],
            map(_shared, report.shared),
        ),
        _if_any(
            _ODDS,
            ["", "", ""],
            _conflicts(report.conflicts),
        ),
        _if_any(
            "groups in several splits", ["", "groups", "for example"], map(_astray, report.astray)
        ),
        _if_any(
            _CUES,
            ["", "register", "human against", "AUROC", "texts"],
            map(_cue, _worst(report.cues)),
        ),
        _outcome(report),
    ]
    return "\n".join(part for part in parts if part)


_SHARED: Final = f"texts that stand twice, but for format or with a likeness of {NEAR} or more"
_ODDS: Final = "texts that are the same or nearly so, and labels at odds"
_CUES: Final = f"format cues, the worst first; a leak is {LEAK} or more from .5"


def _if_any(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    found = [*rows]
    return table(title, heads, found) if found else ""


def _fault(fault: Fault) -> Sequence[Cell]:
    return f"{fault.file}: {fault.what}", len(fault.ids), ", ".join(fault.ids[:EXAMPLES])


def _shared(shared: Shared) -> Sequence[Cell]:
    where = f"{shared.split} and {shared.other}" if shared.leaking else f"in {shared.split}"
    first = shared.twins[0]
    return where, shared.same, shared.near, shared.across, f"{first.id} = {first.other_id}"


def _conflicts(twins: Sequence[Twins]) -> Iterable[Sequence[Cell]]:
    for each in twins[:EXAMPLES]:
        yield (
            f"{each.file} {each.id}: {each.label}",
            "=",
            f"{each.other_file} {each.other_id}: {each.other_label}",
        )
    if len(twins) > EXAMPLES:
        yield f"{len(twins) - EXAMPLES} more", "", ""


def _astray(astray: Astray) -> Sequence[Cell]:
    return " and ".join(astray.splits), len(astray.groups), ", ".join(astray.groups[:EXAMPLES])


def _worst(cues: Sequence[Cue]) -> Sequence[Cue]:
    return cues[: max(CUES, sum(cue.leak for cue in cues))]


def _cue(cue: Cue) -> Sequence[Cell]:
    name = f"{cue.measure}{' (leak)' if cue.leak else ''}"
    return name, cue.register or "all", cue.label, cue.auroc, f"{cue.humans} + {cue.machines}"


def _outcome(report: Report) -> str:
    leaks = sum(cue.leak for cue in report.cues)
    failed = (
        f"to put right: {', '.join(report.failed)}" if report.failed else "nothing to put right"
    )
    return f"{failed}; format leaks: {leaks}\n"


def losses_text(losses: Iterable[Loss], found: Deduplicated) -> str:
    """Return what `detector corpus dedup` dropped, file by file."""
    rows = [(x.file, x.rows, x.kept, x.exact, x.near, x.conflict, x.group) for x in losses]
    heads = ["", "rows", "kept", "the same", "near", "at odds", "group held against"]
    relabelled, tied = sum(each.relabelled for each in found.dropped), len(mixed(found))
    notes = {
        "dropped rows had another label; --drop-conflicts keeps neither": relabelled,
        "pairs of groups shared a text; --merge-groups makes them one": tied,
    }
    shown = [f"{count} {note}\n" for note, count in notes.items() if count]
    return "\n".join([table("deduplicated", heads, rows), *shown])


def strata_text(strata: Iterable[Stratum]) -> str:
    """Return how registers and labels were split."""
    found = [*strata]
    heads = ["", "groups", "rows", "train", "dev", "test", "dev share", "test share"]
    return table(
        "rows by register and label", heads, [*map(_stratum, found), _stratum(_all(found))]
    )


def _stratum(each: Stratum) -> Sequence[Cell]:
    rows = each.train + each.dev + each.test
    name = f"{each.register or '–'} {each.label}"
    shares = (each.dev / rows, each.test / rows)
    return name, each.groups, rows, each.train, each.dev, each.test, *shares


def _all(strata: Sequence[Stratum]) -> Stratum:
    sums = (
        sum(getattr(each, name) for each in strata) for name in ("groups", "train", "dev", "test")
    )
    return Stratum("all", "", *sums)
