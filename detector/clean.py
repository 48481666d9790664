"""Spans → clean text. Cuts what the verdict calls noise; never scores."""

import re
from collections.abc import Iterable

from detector.page import Span

# Characters nobody sees: zero-width, bidirectional marks, controls but for tab and line ends.
INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+"
)
GAPS = re.compile(r"\n[ \t\u3000]*(?:\n[ \t\u3000]*){2,}")


def clean(text: str, spans: Iterable[Span], *, unseen: bool = True) -> str:
    """``text`` without spam and furniture spans and without invisible characters.

    Suspected spans stay. Where a block was cut, at most one empty line remains. ``unseen`` may be
    false where the caller knows that no character is invisible.

    >>> from detector.page import Span
    >>> clean("當(dāng)前", [Span(1, 7, "boilerplate", "pinyin_annotation", "spam", 1.0, "")])
    '當前'
    """
    pieces, position = [], 0
    for span in sorted(spans, key=lambda s: s.start):
        if span.label != "ai_prose" and span.severity != "suspected":
            pieces.append(text[position : max(span.start, position)])
            position = max(position, span.end)
    pieces.append(text[position:])
    kept = "".join(pieces)
    if unseen:
        kept = INVISIBLE.sub("", kept)
    return GAPS.sub("\n\n", kept).strip() if len(pieces) > 1 else kept
