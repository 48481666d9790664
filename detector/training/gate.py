"""The quality gate: floors and ceilings that may only move the right way.

Everything it measures on lives in the repository: the sample pages, the written cases, and
synthetic pages made from the project's own carriers with a fixed seed. ``tests/gate.json`` holds
the bounds; ``python -m detector.training.gate`` compares, ``--write`` moves them to what is
measured now. A bound that gets worse takes ``--lower REASON``, and the file keeps the reason.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from detector.core import Detector
from detector.training.evaluate import evaluate
from detector.training.gold import FAMILIES, flagged, gold_page, judged
from detector.training.rows import read_rows
from detector.training.synth import Plan, synthesise

PAGES, SEED = 400, 5
FEWEST = 5  # gold spans a kind needs for a floor of its own
EACH = 6  # of so many rows by a language model one is judged
SLACK = 0.005  # rounding; the measure itself is exact and repeats

Bounds = dict[str, dict[str, float]]


def measure(root: Path) -> Bounds:
    """Floors (F1 a family, recall a kind) and ceilings (share flagged a sort of clean page)."""
    detector = Detector()
    synth = [*synthesise([str(root / "corpora/synth-noise/carriers.jsonl")], PAGES, Plan(), SEED)]
    samples = [*read_rows(root / "corpora/samples/gold.jsonl")]
    cases = [*read_rows(root / "tests/cases/noise.jsonl")]
    floors = _floors(detector, "samples", samples) | _floors(detector, "synth", synth)
    floors |= {
        f"{path.name} ai_prose found": _written(detector, [*read_rows(path)][::EACH])
        for path in sorted((root / "corpora/llm-written").glob("*.jsonl"))
    }
    clean: dict[str, list[str]] = defaultdict(list)
    clean["synth"] = [row["text"] for row in synth if row["category"] == "clean"]
    for case in cases:
        if not case.get("must") and set(FAMILIES) <= set(case.get("must_not", ())):
            sort = case["id"].partition(".")[0]
            clean[case["id"] if sort == "hard" else f"like {sort}"].append(case["text"])
    return {"floors": floors, "ceilings": {k: _alarms(detector, v) for k, v in clean.items()}}


def _floors(detector: Detector, name: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    pages = [gold_page(row) for row in rows]
    report = evaluate([judged(page, detector.check(page.text)) for page in pages])
    families = {f"{name} {c.family} F1": c.f1.value for c in report.characters}
    kinds = {
        f"{name} {k.family}.{k.kind} found": k.found / k.spans
        for k in report.kinds
        if k.spans >= FEWEST
    }
    return {key: round(value, 3) for key, value in (families | kinds).items()}


def _written(detector: Detector, rows: list[Mapping[str, Any]]) -> float:
    """Share of rows by a language model that are called so; the model was taught on them."""
    labels = (detector.check(row["text"]).labels for row in rows)
    found = sum(any(x.name == "ai_prose" and x.action != "pass" for x in each) for each in labels)
    return round(found / len(rows), 3)


def _alarms(detector: Detector, texts: list[str]) -> float:
    return round(sum(bool(flagged(detector.check(text))) for text in texts) / len(texts), 3)


def worse(bounds: Bounds, now: Bounds) -> list[str]:
    """What fell below its floor or rose above its ceiling, one line each; [] where all hold."""
    faults = []
    for key, floor in bounds["floors"].items():
        found = now["floors"].get(key, 0.0)
        if found < floor - SLACK:
            faults.append(f"{key}: {found:.3f} is below the floor of {floor:.3f}")
    for key, ceiling in bounds["ceilings"].items():
        found = now["ceilings"].get(key, 0.0)
        if found > ceiling + SLACK:
            faults.append(
                f"{key}: {found:.3f} of clean pages flagged, the ceiling is {ceiling:.3f}"
            )
    return faults


@click.command()
@click.option("--root", default=".", type=click.Path(path_type=Path), help="The repository.")
@click.option("--write", is_flag=True, help="Move the bounds to what is measured now.")
@click.option("--lower", metavar="REASON", help="Let a bound get worse; the reason is kept.")
def main(root: Path, lower: str | None, *, write: bool) -> None:
    """Hold the detector to tests/gate.json."""
    path = root / "tests/gate.json"
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {"floors": {}, "ceilings": {}}
    now = measure(root)
    faults = worse(kept, now)
    for fault in faults:
        click.echo(fault, err=True)
    if write and (lower or not faults):
        reasons = kept.get("lowered", [])
        if faults and lower:
            day = datetime.now(UTC).date().isoformat()
            reasons = [*reasons, {"date": day, "reason": lower, "what": faults}]
        text = json.dumps({**now, "lowered": reasons}, ensure_ascii=False, indent=1, sort_keys=True)
        path.write_text(text + "\n", "utf-8")
        click.echo(f"wrote {path}", err=True)
    elif faults:
        sys.exit(1)


if __name__ == "__main__":
    main()
