"""Doorway pages: line upon line of other people's titles, all holding the page's own query."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

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

# A page of search results: a title, what its page says, cut off, the next title.
RESULTS = 5
HEAD, ANSWER = 48, 24  # characters of a title at most; more than so many of what stands under it
FILLED = 0.5  # share of the page's lines that are such pairs
OWN, LONGEST = range(4, 31), 48  # different characters of a query; characters of one at most
SITE = re.compile(r"[_|]|\s-\s")  # what a title sets before the name of its site
ASKED = re.compile(
    r"\?|[吗呢怎哪几谁]|多(?:久|少|长|大)|什么|如何|为何|是不是|还是|能不能|可不可以|求助|有没有"
)
GUIDE = re.compile("问题|问答|解答|须知|指南|faq")  # the title of a page that answers by itself
LABELLED = re.compile("(?:热心)?网友(?:解答|回答|答复):")
ANSWERS = 0.6  # what such labels are worth where the titles do not echo the query
# A title that kept the name of its site, or was cut off itself, was taken from a list of results.
TAKEN = re.compile(
    r"[-_]\s?[^-_,。]{0,10}(?:网|百科|知道|问答|问答库|社区|论坛|经验)$|【[^】]{2,8}】$|(?:\.\.|…)$"
)
CUT = ("...", "…")
ALIKE, CHANCE, ALL = 8, 0.35, 0.85  # texts cut at one length differ by so little; see _even
ENOUGH = 0.75  # share of titles that ask, or of texts cut off, from which on all do
PLAIN, PROVEN = 0.85, 0.65  # what echoes are worth alone, and what a proof of cutting adds


def measure(view: View) -> Reading | None:
    """Share of a run's lines that hold the query the page is titled with; value: lines in runs."""
    found = [(b, s) for b in view.lists if not b.row and b.size >= LEAST and (s := _share(view, b))]
    evidence = [Evidence(_first(view, b), b.end, "doorway_snippet", s) for b, s in found]
    evidence += _snippets(view)
    evidence += _results(view)
    if not evidence:
        return None
    lines = sum(view.text.count("\n", e.start, e.end) + 1 for e in evidence)
    return Reading(lines, tuple(evidence))


def _title(view: View) -> str:
    return view.page.title or view.text[: view.text.find("\n", 1)].strip()


def _share(view: View, block: ItemBlock) -> float:
    title = _title(view)
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


def _results(view: View) -> list[Evidence]:
    """Titles that ask the page's query over and over, each above a text that was cut off."""
    lines, query = view.lines, SITE.split(_title(view))[0]
    if len(lines.bounds) < 2 * RESULTS or len(query) > LONGEST:
        return []
    filled = lines.length.nonzero()[0]
    size = lines.length[filled]
    over = (size[:-1] <= HEAD) & (size[1:] > np.maximum(size[:-1], ANSWER))
    heads: list[int] = []
    for k in over.nonzero()[0].tolist():
        if k and (not heads or k > heads[-1] + 1):
            heads.append(k)
    if len(heads) < max(RESULTS, FILLED * len(size) / 2):
        return []
    spans = [lines.bounds[i] for i in filled.tolist()]
    said = [view.text[start:end] for start, end in spans]
    strength = _echoed(query, [said[k] for k in heads], [said[k + 1] for k in heads])
    return [Evidence(spans[heads[0]][0], spans[heads[-1] + 1][1], "doorway_snippet", strength)]


def _echoed(query: str, titles: Sequence[str], texts: Sequence[str]) -> float:
    """How much titles echo a query, by what tells that they and their texts are search results."""
    own = set(filter(str.isalnum, query))
    echo = 0.0
    if len(own) in OWN and not GUIDE.search(query):
        echo = sum(len(own.intersection(title)) for title in titles) / (len(own) * len(titles))
    asked = sum(ASKED.search(title) is not None for title in titles) / len(titles)
    cut = sum(text.endswith(CUT) for text in texts) / len(texts)
    labelled = sum(LABELLED.match(text) is not None for text in texts) / len(texts)
    taken = any(map(TAKEN.search, titles))
    proof = max(taken, cut, labelled, _even(texts))
    listed = min(1.0, max(asked, cut, labelled) / ENOUGH)
    return max(echo, ANSWERS * labelled) * listed * (PLAIN + PROVEN * proof)


def _even(texts: Sequence[str]) -> float:
    """How many texts are about as long as each other: 0 for as many as by chance, 1 for most."""
    sizes = np.sort([len(text) for text in texts])
    most = int((sizes.searchsorted(sizes + ALIKE, side="right") - np.arange(len(sizes))).max())
    return float(np.clip((most / len(sizes) - CHANCE) / (ALL - CHANCE), 0.0, 1.0))
