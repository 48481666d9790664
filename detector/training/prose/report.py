"""One HTML file that holds a whole measurement: tables and plots, and nothing from elsewhere."""

import html
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from detector.training.prose.columns import Columns
from detector.training.prose.measure import SetReport
from detector.training.prose.plots import Plot, plots
from detector.training.prose.tables import NOTE, Table, summary, tables

STYLE: Final = """
body{font:14px/1.45 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;color:#1b1f24;
 max-width:1500px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.5rem;border-bottom:2px solid #d0d7de}
h3{font-size:.95rem;margin:1.4rem 0 .3rem}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(26rem,1fr));gap:1rem;
 align-items:start}
figure{margin:0}figcaption{font-weight:600;font-size:.85rem}figure svg{max-width:100%;height:auto}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:12px;white-space:nowrap}
th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid #e4e8ec;
 font-variant-numeric:tabular-nums}
th{cursor:pointer;background:#f6f8fa}th:first-child,td:first-child{text-align:left}
tbody tr:hover{background:#f0f6ff}.note{color:#57606a;font-size:.85rem}
"""
#: A click on a head sorts its column: by its first number where there is one, else as text.
SCRIPT: Final = """
for(const head of document.querySelectorAll("th"))head.onclick=()=>{
 const body=head.closest("table").tBodies[0],at=head.cellIndex,up=head.dataset.up!=="1";
 head.dataset.up=up?"1":"0";
 const key=row=>{const text=row.cells[at].textContent,number=parseFloat(text);
  return isNaN(number)?text:number};
 const order=(a,b)=>typeof a===typeof b?(a>b)-(a<b):typeof a==="number"?-1:1;
 body.append(...[...body.rows].sort((a,b)=>(up?1:-1)*order(key(a),key(b))))}
"""


def page(
    title: str, facts: Iterable[tuple[str, str]], sets: Sequence[tuple[SetReport, Columns]]
) -> str:
    """The report as a page that needs no network, headed by pairs of a word and its value.

    The same figures give the same bytes.
    """
    parts = [_facts(facts), _table(summary([report for report, _ in sets]))]
    for report, found in sets:
        parts += _section(report, found)
    return _document(title, parts)


def _document(title: str, parts: Iterable[str]) -> str:
    """A whole page with these elements in it."""
    name = html.escape(title)
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="en"><head><meta charset="utf-8"><title>{name}</title>',
            '<meta name="viewport" content="width=device-width">',
            f"<style>{STYLE}</style></head><body><h1>{name}</h1>",
            *parts,
            f'<p class="note">{html.escape(NOTE)}</p>',
            f"<script>{SCRIPT}</script></body></html>",
            "",
        ]
    )


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    shown = " · ".join(f"{html.escape(word)} <b>{html.escape(value)}</b>" for word, value in facts)
    return f'<p class="note">{shown}</p>'


def _section(report: SetReport, found: Columns) -> Iterator[str]:
    counts = ", ".join(f"{count} {label}" for label, count in report.labels.items())
    yield f"<h2>{html.escape(report.name)}</h2>"
    yield f'<p class="note">{html.escape(counts)}</p>'
    yield f'<div class="plots">{"".join(map(_figure, plots(report, found)))}</div>'
    yield from map(_table, tables(report))


def _figure(plot: Plot) -> str:
    return f"<figure><figcaption>{html.escape(plot.title)}</figcaption>{plot.svg}</figure>"


def _table(table: Table) -> str:
    heads = "".join(f"<th>{html.escape(head)}</th>" for head in table.heads)
    rows = (
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    return (
        f'<h3>{html.escape(table.title)}</h3><div class="wide"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
