"""Verdicts as an aligned table for people, row by row, however wide the characters are."""

from collections.abc import Sequence

from detector.files.visible import fitted, padded, visible

ACTION, SCORE, CHARS, GAP = 6, 5, 9, "  "

#: The name's share of what the fixed columns leave: names are cut in front, findings behind.
NAME_SHARE = 0.4

Kinds = Sequence[tuple[str, str, int]]


class Table:
    """Columns for a terminal of ``cells`` cells: action, score, characters, document, findings."""

    def __init__(self, cells: int) -> None:
        left = max(cells - ACTION - SCORE - CHARS - 4 * len(GAP), 20)
        self.name = int(left * NAME_SHARE)
        self.found = left - self.name

    def header(self) -> str:
        """Return the line of column names."""
        return self._line("action", "score", "chars", "document", "found")

    def verdict(self, action: str, score: float, chars: int, name: str, kinds: Kinds) -> str:
        """Return the line of a document; ``kinds`` are (family, kind, spans) found as spam."""
        found = " · ".join(f"{kind} ×{count}" if count > 1 else kind for _, kind, count in kinds)
        return self._line(action, f"{score:.2f}", f"{chars:,}", name, found)

    def failure(self, name: str, detail: str) -> str:
        """Return the line of a document that failed."""
        return self._line("error", "", "", name, detail)

    def _line(self, action: str, score: str, chars: str, name: str, found: str) -> str:
        cells = (
            padded(action, ACTION),
            padded(score, SCORE, right=True),
            padded(chars, CHARS, right=True),
            padded(fitted(visible(name), self.name, keep_end=True), self.name),
            fitted(visible(found), self.found),
        )
        return GAP.join(cells).rstrip()
