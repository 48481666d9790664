"""A verdict as a page of text: a header, then the text with its spans and a margin of reasons."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from detector.cli.terminal import ACTIONS, BENIGN, BOLD, DIM, FAMILIES, SUSPECTED, painted
from detector.files.visible import fitted, padded, units, visible, width, wrapped
from detector.page import Label, Lang, Span, Verdict

#: The margin's share of the width, and the fewest cells in which a reason can be read.
MARGIN_SHARE, MARGIN_LEAST = 0.3, 16
RULE = " │ "
BAR = 30

OPEN, CLOSE = "⟦", "⟧"

WORDS: Mapping[Lang, Mapping[str, str]] = {
    "zh": {
        "chars": "字",
        "composition": "构成",
        "body": "正文",
        "not judged": "未判定",
        "raw": "去噪前",
        "suspected": "疑似",
        "benign": "正常部件",
        "spam": "",
    },
    "en": {
        "chars": "characters",
        "composition": "made of",
        "body": "body",
        "not judged": "not judged",
        "raw": "with noise",
        "suspected": "suspected",
        "benign": "benign",
        "spam": "",
    },
}


@dataclass(slots=True)
class Row:
    """One line of the view: pieces of text with their styles, and the spans that begin in it."""

    pieces: list[tuple[str, str | None]] = field(default_factory=list)
    cells: int = 0
    spans: list[Span] = field(default_factory=list)


class View:
    """Draws verdicts ``cells`` wide, in colours or with brackets in their place."""

    def __init__(self, cells: int, *, colour: bool, lang: Lang) -> None:
        self.margin = max(int(cells * MARGIN_SHARE), MARGIN_LEAST)
        self.text = cells - self.margin - width(RULE)
        self.cells, self.colour, self.words = cells, colour, WORDS[lang]
        self.told: set[tuple[str, str]] = set()

    def lines(self, name: str, text: str, verdict: Verdict) -> Iterator[str]:
        """Yield the lines of the view."""
        self.told.clear()
        yield from self._header(name, verdict)
        yield self._paint("─" * self.cells, DIM)
        for row in self._rows(text, verdict.spans):
            yield from self._with_margin(row)

    def _paint(self, text: str, style: str | None) -> str:
        return painted(text, style) if self.colour else text

    def _header(self, name: str, verdict: Verdict) -> Iterator[str]:
        words, language = self.words, verdict.language
        yield self._paint(fitted(visible(name), self.cells, keep_end=True), BOLD)
        yield self._paint(f"{verdict.action} {verdict.score:.2f}", ACTIONS[verdict.action]) + (
            f" · {verdict.chars:,} {words['chars']} · {language.code}/{language.script}"
        )
        for label in verdict.labels:
            sign = "≥" if label.score >= label.threshold else "<"
            bounds = f"{label.score:.2f} {sign} {label.threshold:.2f}"
            action = self._paint(padded(label.action, 6), ACTIONS[label.action])
            yield f"  {label.name:<12} {bounds}  {action}  {label.confidence}{self._more(label)}"
        for abstention in verdict.abstained:
            yield f"  {abstention.name:<12} {words['not judged']}: {abstention.reason}"
        yield from self._composition(verdict)

    def _more(self, label: Label) -> str:
        """What the page scores with its noise, and the probabilities of each author."""
        if label.probabilities is None:
            return ""
        shares = ", ".join(f"{name} {share:.2f}" for name, share in label.probabilities.items())
        return f"  {self.words['raw']} {label.raw_score:.2f}  ({shares})"

    def _composition(self, verdict: Verdict) -> Iterator[str]:
        """Yield the bar and its legend: a block for every part, as long as its share."""
        grounds = {"body": ("░", None), "tag_spam": ("█", "31"), "boilerplate": ("▒", "33")}
        bar, shares = "", []
        for name, share in verdict.composition.items():
            sign, style = grounds.get(name, ("▓", "35"))
            bar += self._paint(sign * round(share * BAR), style)
            shares.append(f"{self._paint(sign, style)} {self.words.get(name, name)} {share:.0%}")
        yield f"{self.words['composition']} {bar}"
        yield f"  {'  '.join(shares)}"

    def _rows(self, text: str, spans: tuple[Span, ...]) -> Iterator[Row]:
        """Yield the text in rows that fit."""
        row = Row()
        for piece, style, opened in self._pieces(text, spans):
            if opened:
                row.spans.append(opened)
            for number, line in enumerate(piece.split("\n")):
                if number:
                    yield row
                    row = Row()
                for unit in units(visible(line), self.text):
                    cells = width(unit)
                    if row.cells + cells > self.text:
                        yield row
                        row = Row()
                    row.pieces.append((unit, style))
                    row.cells += cells
        yield row

    def _pieces(
        self, text: str, spans: tuple[Span, ...]
    ) -> Iterator[tuple[str, str | None, Span | None]]:
        """Yield (text, style, span that opens here) between the edges of the spans.

        Where spans lie over each other the one that opened last shows.
        """
        edges = sorted(
            [(span.start, 1, -span.end, span) for span in spans]
            + [(span.end, 0, -span.start, span) for span in spans],
            key=lambda edge: edge[:3],
        )
        position, active = 0, list[Span]()
        for place, opens, _, span in edges:
            style = self._style(active[-1]) if active else None
            yield text[position:place].replace("\r\n", "\n"), style, None
            position = place
            if opens:
                active.append(span)
                yield ("" if self.colour else OPEN), None, span
            else:
                active.remove(span)
                yield ("" if self.colour else self._closing(span)), None, None
        yield text[position:].replace("\r\n", "\n"), None, None

    def _style(self, span: Span) -> str | None:
        if not self.colour:
            return None
        styles = {"spam": FAMILIES[span.label], "suspected": SUSPECTED, "benign": BENIGN}
        return styles[span.severity]

    def _closing(self, span: Span) -> str:
        severity = "" if span.severity == "spam" else f"({span.severity})"
        return f"{CLOSE}{span.kind}{severity}"

    def _with_margin(self, row: Row) -> Iterator[str]:
        """Yield the row with what its margin says; the margin may be longer than the row."""
        text = "".join(
            self._paint("".join(unit for unit, _ in group), style)
            for style, group in groupby(row.pieces, key=lambda piece: piece[1])
        )
        shown = text + " " * (self.text - row.cells)
        empty = " " * self.text
        for number, note in enumerate(self._notes(row.spans) or [""]):
            yield f"{empty if number else shown}{RULE}{note}".rstrip()

    def _notes(self, spans: list[Span]) -> list[str]:
        """Return the margin's lines: kind, how often, score; the reason where a kind is new."""
        counts = Counter((span.kind, span.severity) for span in spans)
        notes: list[str] = []
        for (kind, severity), count in counts.items():
            own = [span for span in spans if (span.kind, span.severity) == (kind, severity)]
            times = f" ×{count}" if count > 1 else ""
            head = f"{self.words[severity]} {kind}{times} {max(span.score for span in own):.2f}"
            notes += [self._paint(line, BOLD) for line in wrapped(head.strip(), self.margin)]
            if (kind, severity) not in self.told:
                self.told.add((kind, severity))
                reason = wrapped(visible(own[0].reason), self.margin)
                notes += [self._paint(line, DIM) for line in reason]
        return notes
