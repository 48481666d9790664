"""What the learned tagger sees: segments, their hashed n-grams, and the signals over each.

Serving and training both read these functions, so a model never meets a feature made otherwise.
All offsets are into the folded text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.noise.items import SHARED
from detector.noise.leads import LEADS
from detector.noise.lexicon import GROUPS
from detector.noise.lines import Ints
from detector.noise.series import Floats, around, best_stretch, distance
from detector.noise.table import rules
from detector.noise.view import Evidence, View
from detector.page import Block
from detector.read import chars

Rows = NDArray[np.int64]

SCHEMA: Final = 2  # raise when a feature changes its meaning: older models must then be refused
BITS: Final = 16  # hashed n-grams: 65,536 rows; twice as many won nothing on held-out pages
LONG_LINE: Final = 60  # a longer line is cut into sentences
LEXICON_FULL: Final = 3.0  # lexicon weight in a segment that counts as much as any more
CONTRAST_BITS: Final = 14  # bigram counts of one page; a page has some thousand bigrams
SIZES: Final = (1, 2, 3)  # of the n-grams
PLAIN: Final = "p"  # the tag of a block where nothing was marked up
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CELLS: Final = frozenset({"td", "th"})
NEAR: Final = 4  # segments on either side that make a neighbourhood
TEXTLESS: Final = 0.3  # what a segment must hold of text to belong to the page's best stretch

POSITION: Final = ("length", "line", "opens", "closes", "ends", "place", "left", "few", "again")
CONTRAST: Final = ("echo", "echoes")
MARKUP: Final = ("marked_up", "linked", "hidden", "heading", "item", "cell")
AROUND: Final = ("linked_near", "ended_near", "length_near", "in_text", "before_text", "after_text")
LIST: Final = ("list", "items", "row", "keyword", "tagged", "named", "head")


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Lines and, of long lines, sentences: ``start`` and ``end`` (n each), without blank ones."""

    start: Ints
    end: Ints

    def __len__(self) -> int:
        """How many."""
        return len(self.start)

    def at(self, offsets: Ints) -> Ints:
        """Index of the segment each offset lies in or follows."""
        return np.maximum(np.searchsorted(self.start, offsets, side="right") - 1, 0)


def names(kinds: Sequence[str]) -> list[str]:
    """Names of the columns of :func:`dense`, for a model that reads rules of these kinds."""
    return [
        *POSITION,
        *(f"class_{number}" for number in range(chars.CLASS_COUNT)),
        *CONTRAST,
        *MARKUP,
        *AROUND,
        *(f"lexicon_{group}" for group in GROUPS),
        *(f"list_{name}" if name != "list" else name for name in LIST),
        *(f"share_{name}" for name in SHARED),
        *(f"lead_{name}" for name in LEADS),
        *(f"rule_{kind}" for kind in kinds),
    ]


def cut(view: View) -> Segments:
    """The segments of a page: lines, sentences of long lines, lists apart from what is round them.

    A closing bracket or a repeated mark stays with the sentence it ends.
    """
    if not len(view.cps):
        return Segments(np.zeros(0, np.int64), np.zeros(0, np.int64))
    lines, marks = view.lines, view.terminals
    size = lines.end - lines.start
    line = np.maximum(np.searchsorted(lines.start, marks, side="right") - 1, 0)
    newline = view.cls[marks] == chars.NEWLINE
    after = np.append(view.cls, chars.NEWLINE)[marks + 1]
    held = (after == chars.TERMINAL) | (after == chars.CLOSE)
    edges = marks[newline | ((size[line] > LONG_LINE) & ~held)] + 1
    fences = [edge for block in view.lists for edge in (block.start, block.end)]
    start = np.unique(np.concatenate(([0], edges, fences)).astype(np.int64))
    start = start[start < len(view.cps)]
    ink = (view.cls != chars.NEWLINE) & (view.cls != chars.SPACE)
    filled = np.add.reduceat(ink, start, dtype=np.int64) > 0
    end = np.append(start[1:], len(view.cps))
    return Segments(start[filled], end[filled])


def grams(view: View) -> Rows:
    """Rows of the hash table for the 1- to 3-gram at each character (3 by characters).

    Digits are all alike, and so is white space.
    """
    padded = _plain(view)
    one = padded[:-2] * np.uint32(0x9E3779B1)
    two = (one ^ (one >> np.uint32(15))) + padded[1:-1] * np.uint32(0x85EBCA6B)
    three = (two ^ (two >> np.uint32(13))) + padded[2:] * np.uint32(0xC2B2AE35)
    return _rows(np.stack((one, two * np.uint32(0x27D4EB2F), three * np.uint32(0x165667B1))))


def pairs(view: View) -> NDArray[np.int64]:
    """The second row of :func:`grams`, in a third of the time."""
    padded = _plain(view)
    one = padded[:-2] * np.uint32(0x9E3779B1)
    two = (one ^ (one >> np.uint32(15))) + padded[1:-1] * np.uint32(0x85EBCA6B)
    return _rows(two * np.uint32(0x27D4EB2F))


def _plain(view: View) -> NDArray[np.uint32]:
    """The page's code points, digits and white space as one each, and two zeros."""
    plain = np.zeros(len(view.cps) + 2, np.uint32)
    plain[:-2] = view.cps
    plain[:-2][view.cls == chars.DIGIT] = 48
    plain[:-2][view.cls == chars.SPACE] = 32
    return plain


def _rows(mixed: NDArray[np.uint32]) -> NDArray[np.int64]:
    mixed = mixed ^ (mixed >> np.uint32(16))
    return ((mixed * np.uint32(0x9E3779B1)) >> np.uint32(32 - BITS)).astype(np.int64)


def dense(
    view: View, found: Segments, rows: Rows, evidence: Sequence[Evidence], kinds: Sequence[str]
) -> Floats:
    """Signals over each segment (segments by ``names(kinds)``), all of the order of 1."""
    length = (found.end - found.start).astype(np.float32)
    counts = _class_counts(view, found)
    markup = _markup(view, found, length)
    parts = (
        _position(view, found, rows, length),
        counts / length[:, None],
        _contrast(found, rows, length),
        markup,
        _around(counts, markup[:, MARKUP.index("linked")], length),
        _lexicon(view, found),
        _lists(view, found),
        _rules(found, evidence, kinds),
    )
    return np.hstack(parts).astype(np.float32)


def _class_counts(view: View, found: Segments) -> Floats:
    width = chars.CLASS_COUNT
    number = np.repeat(np.arange(len(found)), np.diff(np.append(found.start, len(view.cps))))
    flat = number * width + view.cls[int(found.start[0]) :]
    return np.bincount(flat, minlength=len(found) * width).reshape(-1, width).astype(np.float32)


def _position(view: View, found: Segments, rows: Rows, length: Floats) -> Floats:
    """Length, line length, ends of the line, closing mark, place on the page, repeats."""
    total, many = max(len(view.cps), 1), len(found)
    lines = view.lines
    line = np.maximum(np.searchsorted(lines.start, found.start, side="right") - 1, 0)
    closing = np.searchsorted(view.terminals, (found.start, found.end))
    text_hash = np.add.reduceat(rows[2] * rows[1], found.start)
    _, inverse, times = np.unique(text_hash, return_inverse=True, return_counts=True)
    columns = (
        np.log1p(length) / 4,
        np.log1p(lines.end[line] - lines.start[line]) / 5,
        found.start <= lines.start[line],
        found.end >= lines.end[line],
        closing[1] > closing[0],
        found.start / total,
        np.log1p(total - found.end) / 8,
        np.full(many, 1 / np.sqrt(many)),
        np.log(times[inverse]),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _contrast(found: Segments, rows: Rows, length: Floats) -> Floats:
    """How much of a segment the rest of the page says too: share and mean log of its bigrams."""
    small = rows[1] >> (BITS - CONTRAST_BITS)
    times = np.bincount(small, minlength=1 << CONTRAST_BITS)[small]
    echo = np.stack((times > 1, np.log(times)), axis=1).astype(np.float32)
    mean: Floats = (np.add.reduceat(echo, found.start, axis=0) / length[:, None]).astype(np.float32)
    return mean


def _markup(view: View, found: Segments, length: Floats) -> Floats:
    """What the HTML says of each segment: shares of its characters in links, hidden, in tags."""
    blocks = view.page.blocks
    marked = any(block.tag != PLAIN or block.link_chars for block in blocks)
    columns = np.zeros((len(found), len(MARKUP)), np.float32)
    if not marked:
        return columns
    columns[:, 0] = 1.0
    said = np.array([_of_block(block) for block in blocks], np.float32)
    origin = view.folded.origin
    edges = np.searchsorted(origin, [(block.start, block.end) for block in blocks])
    change = np.zeros((len(origin) + 1, said.shape[1]), np.float32)
    np.add.at(change, edges[:, 0], said)
    np.add.at(change, edges[:, 1], -said)
    held = np.cumsum(np.cumsum(change, axis=0), axis=0)
    held = np.vstack((np.zeros((1, held.shape[1]), np.float32), held))
    columns[:, 1:] = (held[found.end] - held[found.start]) / length[:, None]
    return columns


def _of_block(block: Block) -> tuple[float, ...]:
    linked = block.link_chars / max(block.end - block.start, 1)
    heading = block.tag in HEADINGS
    return linked, block.hidden, heading, block.tag == "li", block.tag in CELLS


def _around(counts: Floats, linked: Floats, length: Floats) -> Floats:
    """The same of the neighbourhood, and where the page's best stretch of running text lies.

    That stretch is the run of segments with the greatest sum of unlinked sentences less
    ``TEXTLESS`` a segment.
    """
    ended = np.minimum(counts[:, chars.TERMINAL], 1).astype(np.float32)
    long = (np.log1p(length) / 4).astype(np.float32)
    (near,) = around(np.stack((linked, ended, long), axis=1), np.ones_like(length), (NEAR,))
    low, high = best_stretch((1 - linked) * ended * long - TEXTLESS)
    place = np.arange(len(length))
    inside = (place >= low) & (place < high)
    return np.column_stack((near, inside, *distance(place, low, high))).astype(np.float32)


def _lexicon(view: View, found: Segments) -> Floats:
    weights = np.zeros((len(found), len(GROUPS)), np.float32)
    hits = view.hits
    if len(hits.start):
        np.add.at(weights, found.at(hits.start.astype(np.int64)), hits.weight)
    full: Floats = (np.minimum(weights, LEXICON_FULL) / LEXICON_FULL).astype(np.float32)
    return full


def _lists(view: View, found: Segments) -> Floats:
    columns = np.zeros((len(found), len(LIST) + len(SHARED) + len(LEADS)), np.float32)
    leads = list(LEADS)
    for block in view.lists:
        low, high = np.searchsorted(found.start, (block.start, block.end))
        columns[low:high, : len(LIST)] = (
            1.0,
            np.log(block.size) / 4,
            block.row,
            block.keyword,
            block.tagged,
            block.named,
            block.head.share,
        )
        if block.hit:
            shares = tuple(block.shares.values())
            columns[low:high, len(LIST) : len(LIST) + len(SHARED)] = shares
        if block.lead:
            columns[low:high, len(LIST) + len(SHARED) + leads.index(block.lead)] = 1.0
    return columns


def _rules(found: Segments, evidence: Sequence[Evidence], kinds: Sequence[str]) -> Floats:
    """Probability a rule of each kind gives the segment, times the share of it that is covered."""
    columns = np.zeros((len(found), len(kinds)), np.float32)
    table, place = rules(), {kind: number for number, kind in enumerate(kinds)}
    for each in evidence:
        number = place.get(each.kind)
        if number is None or each.original:
            continue
        probability = table[each.kind].probability(each.strength)
        low = int(np.searchsorted(found.end, each.start, side="right"))
        high = int(np.searchsorted(found.start, each.end, side="left"))
        if probability and low < high:
            start, end = found.start[low:high], found.end[low:high]
            covered = np.minimum(end, each.end) - np.maximum(start, each.start)
            share = probability * covered / (end - start)
            columns[low:high, number] = np.maximum(columns[low:high, number], share)
    return columns
