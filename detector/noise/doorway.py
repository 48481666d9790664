"""Doorway pages: line upon line of other people's titles, all holding the page's own query."""

import re
from collections import Counter

from detector.noise.items import ItemBlock, shared_head
from detector.noise.view import Evidence, Reading, View

LEAST = 10  # title lines
TITLE = 9  # mean characters a title
SNIPPETS = 6  # cut-off lines
CUT_OFF = re.compile(r"^.{12,}(?:…|\[…\])$", re.MULTILINE)
LATIN = re.compile(r"[a-z]{4,}")
QUERY = 5  # characters the common query has at least; shorter ones are mere topics


def measure(view: View) -> Reading | None:
    """Share of a run's lines that hold the query the page is titled with; value: such lines."""
    found = [(b, s) for b in view.lists if not b.row and b.size >= LEAST and (s := _share(view, b))]
    evidence = [Evidence(_first(view, b), b.end, "doorway_snippet", s) for b, s in found]
    evidence += _snippets(view)
    if not evidence:
        return None
    return Reading(sum(b.size for b, _ in found), tuple(evidence))


def _share(view: View, block: ItemBlock) -> float:
    length = float((block.items[:, 1] - block.items[:, 0]).mean())
    title = view.page.title or view.text[: view.text.find("\n", 1)].strip()
    head = shared_head(block.texts, longest=10)
    return head.share if length >= TITLE and len(head.gram) >= QUERY and head.gram in title else 0.0


def _snippets(view: View) -> list[Evidence]:
    """Lines cut off with an ellipsis, as search results are, that all hold one word."""
    cut = [m.span() for m in CUT_OFF.finditer(view.text)] if view.text.count("…") >= SNIPPETS else []
    if len(cut) < SNIPPETS:
        return []
    texts = [view.text[a:b] for a, b in cut]
    latin = Counter(word for t in texts for word in set(LATIN.findall(t)))
    named = max(latin.values(), default=0) / len(texts)
    share = max(named, shared_head(texts).share if len(shared_head(texts).gram) >= 3 else 0.0)
    return [Evidence(cut[0][0], cut[-1][1], "doorway_snippet", share)]


def _first(view: View, block: ItemBlock) -> int:
    """Where the snippets begin: the page's own title may open the run."""
    opens = not view.text[: block.start].strip()
    return int(block.items[1 if opens else 0, 0])
