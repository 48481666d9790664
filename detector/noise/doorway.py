"""Doorway pages: line upon line of other people's titles, all holding the page's own query."""

import re
from collections import Counter

from detector.noise.heads import shared_head
from detector.noise.items import ItemBlock
from detector.noise.view import Evidence, Reading, View

LEAST = 10  # title lines
TITLE = 9  # mean characters a title
NAMED = 0.8  # share of snippets with one Latin word, above which no other word is looked for
SNIPPETS = 6  # cut-off lines
CUT_LEAST = 12  # characters of a cut-off line
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
    title = view.page.title or view.text[: view.text.find("\n", 1)].strip()
    queries = (title[i : i + QUERY] for i in range(len(title) - QUERY + 1))
    listed = "\n".join(block.texts)
    if block.chars < TITLE or not any(listed.count(query) > 1 for query in queries):
        return 0.0
    head = shared_head(block.texts, longest=10)
    return head.share if len(head.gram) >= QUERY and head.gram in title else 0.0


def _snippets(view: View) -> list[Evidence]:
    """Lines cut off with an ellipsis, as search results are, that all hold one word."""
    text = view.text
    if text.count("…") < SNIPPETS:
        return []
    cut = [
        (start, end)
        for start, end in view.lines.bounds
        if end - start >= CUT_LEAST and text.endswith(("…", "[…]"), start, end)
    ]
    if len(cut) < SNIPPETS:
        return []
    texts = [text[start:end] for start, end in cut]
    latin = Counter(word for t in texts for word in set(LATIN.findall(t)))
    share = max(latin.values(), default=0) / len(texts)
    if share < NAMED:
        head = shared_head(texts, longest=3)
        share = max(share, head.share * (len(head.gram) > 2))
    return [Evidence(cut[0][0], cut[-1][1], "doorway_snippet", share)]


def _first(view: View, block: ItemBlock) -> int:
    """Where the snippets begin: the page's own title may open the run."""
    opens = block is view.lists[0] and not view.text[: block.start].strip()
    return block.items[1 if opens else 0][0]
