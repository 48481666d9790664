"""The terminal: whether to colour, in which styles, and lines it can always show."""

import os
import sys

RESET = "\x1b[0m"
BOLD, DIM = "1", "2"

#: Colour of what a document is to happen to.
ACTIONS = {"pass": "32", "review": "33", "block": "31", "error": "35"}

#: Highlight of a span that counts, per family: text on a ground that bright and dark themes bear.
FAMILIES = {"tag_spam": "97;41", "boilerplate": "30;43", "ai_prose": "97;45"}
SUSPECTED, BENIGN = "2;4", "2"


def wanted(choice: str) -> bool:
    """Return whether to colour stdout: as asked, else on a terminal that did not say NO_COLOR."""
    if choice != "auto":
        return choice == "always"
    refused = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not refused


def painted(text: str, style: str | None) -> str:
    """Return the text in a style, or as it is."""
    return f"\x1b[{style}m{text}{RESET}" if style and text else text


def encoded(line: str) -> bytes:
    """Return a line as stdout takes it, with ``?`` for what its encoding lacks."""
    return f"{line}\n".encode(sys.stdout.encoding or "utf-8", "replace")
