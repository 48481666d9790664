"""``detector signals``: what is measured, and what a measure means."""

import re
from collections.abc import Sequence
from typing import Any

import click
import orjson

from detector.cli import OK
from detector.cli.options import config_of, first_document, input_options, judge_options
from detector.files.visible import padded, visible, width
from detector.noise.table import SIGNALS, rules
from detector.page import Signal

HEADINGS = {
    "zh": (("信号", "含义"), ("类别", "名称", "下限", "上限", "级别", "理由")),
    "en": (("signal", "meaning"), ("family", "kind", "low", "high", "severity", "reason")),
}
MEASURED = {"zh": ("信号", "数值", "证据", "说明"), "en": ("signal", "value", "weight", "message")}


#: Where a message has its number.
PLACEHOLDER = re.compile(r"\{[^}]*\}")


@click.command()
@click.argument("path", required=False, metavar="[PATH|-]")
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table")
@input_options
@judge_options
def signals(path: str | None, shape: str, **options: Any) -> int:
    """List all signals and rules; with PATH, what was measured on the first document in it.

    A rule says nothing where a signal's strength is under low; at high it is nearly sure.
    """
    config = config_of(options)
    lang = config.judge.lang
    if path is None:
        click.echo(_listed(lang) if shape == "table" else _json(_catalogue()))
        return OK
    from detector.core import Detector
    from detector.read import read

    item = first_document(path, options, config)
    page = read(item.content, content_type=item.content_type, url=item.url, title=item.title)
    found = Detector(config).check(page).signals
    click.echo(_measured(found, lang) if shape == "table" else _json(_values(found)))
    return OK


def _catalogue() -> dict[str, Any]:
    """Return everything in both languages."""
    names = ("kind", "family", "low", "high", "severity", "zh", "en")
    return {
        "signals": [{"name": row.name, "zh": row.zh, "en": row.en} for row in SIGNALS],
        "rules": [{name: getattr(rule, name) for name in names} for rule in rules().values()],
    }


def _listed(lang: str) -> str:
    signal_names, rule_names = HEADINGS[lang]
    found = [[row.name, PLACEHOLDER.sub("N", getattr(row, lang))] for row in SIGNALS]
    by_family = sorted(rules().values(), key=lambda rule: rule.family, reverse=True)
    ruled = [
        [r.family, r.kind, f"{r.low:g}", f"{r.high:g}", r.severity, getattr(r, lang)]
        for r in by_family
    ]
    return f"{aligned(signal_names, found)}\n\n{aligned(rule_names, ruled)}"


def _measured(found: Sequence[Signal], lang: str) -> str:
    rows = [[s.name, f"{s.value:g}", f"{s.score:.2f}", visible(s.message)] for s in found]
    return aligned(MEASURED[lang], rows)


def _values(found: Sequence[Signal]) -> dict[str, Any]:
    return {s.name: {"value": s.value, "score": s.score, "message": s.message} for s in found}


def aligned(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in which every column is as wide as its widest cell."""
    table = [names, *rows]
    widths = [max(width(row[column]) for row in table) for column in range(len(names))]
    return "\n".join(
        "  ".join(padded(cell, cells) for cell, cells in zip(row, widths, strict=True)).rstrip()
        for row in table
    )


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
