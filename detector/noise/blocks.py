"""Blocks of an HTML page as numbers: what each is, where it stands, what stands round it.

Numpy alone, no loop over characters. :mod:`detector.noise.layout` reads main text and furniture
off these numbers.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.noise.lines import Ints
from detector.noise.series import Floats, best_stretch, distance, stacked
from detector.page import Page
from detector.read import chars

# Tags that do the same work; the last group is whatever the reader adds one day.
TAGS: Final = (
    "h1",
    "h2 h3 h4 h5 h6 caption legend",
    "p blockquote pre",
    "li dt dd",
    "div section article main body center",
    "td th tr table",
    "form label fieldset option optgroup select textarea button search menu",
    "nav header footer aside address hgroup",
    "",
)
_GROUP: Final = {tag: number for number, group in enumerate(TAGS) for tag in group.split()}
HEADLINE, PARAGRAPH, FORM = _GROUP["h1"], _GROUP["p"], _GROUP["form"]
BITS: Final = 12  # of a row in the table of n-grams, one such table for each length
OPENING: Final = 8  # characters that a title and a heading share where one of them is cut
LONG: Final = 200.0  # a longer block is no more of a paragraph than one of this length
# A block's worth where the stretch with the most text is sought: clauses count, blocks and links
# cost. Chosen by eye on pages with a comment form, a picture strip and two columns.
BLOCK_COST, LINK_COST, MOST_LINK = 8.0, 1.0, 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """The blocks of one page (n of them).

    ``own`` (n by features) is what each block is, ``place`` (n by features) where it stands,
    ``page`` (features) what the page is like. Blocks of one ``shape`` have the same tag and about
    the same length and shares of links and digits. ``rows`` (3 by characters) are the rows of the
    tables of 1- to 3-grams, ``valid`` (3 by characters) whether an n-gram lies inside its block.
    """

    start: Ints
    end: Ints
    link: Floats
    tag: Ints
    shape: Ints
    own: Floats
    place: Floats
    page: Floats
    rows: Ints
    valid: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.start)

    @property
    def length(self) -> Floats:
        """Characters of each block."""
        return (self.end - self.start).astype(np.float32)

    @property
    def weight(self) -> Floats:
        """Characters of each block, at most ``LONG``."""
        capped: Floats = np.minimum(self.length, LONG).astype(np.float32)
        return capped

    def said(self, words: Floats) -> Floats:
        """What the n-grams of each block say of it, given a number for each (3 by rows)."""
        score = np.zeros(self.rows.shape[1], np.float32)
        for weights, rows, valid in zip(words, self.rows, self.valid, strict=True):
            score += weights[rows] * valid
        grams = np.maximum(3 * self.length - 1, 1)
        total: Floats = np.add.reduceat(score, self.start)
        total /= np.sqrt(grams)
        return total


def blocks_of(page: Page) -> Blocks:
    """The blocks of a page, which must have some."""
    text = page.text
    each = [(b.start, b.end, b.link_chars, b.hidden, _GROUP.get(b.tag, -1)) for b in page.blocks]
    start, end, link, hidden, tag = np.array(each, np.int64).T
    tag = tag % len(TAGS)
    cps = chars.codepoints(text)
    cls = chars.classes(cps)
    rows, valid = _grams(cps, cls)
    length = (end - start).astype(np.float32)
    linked = np.minimum(link / length, 1.0).astype(np.float32)
    counts = _class_counts(cls, start)
    marks = counts[:, chars.TERMINAL] + counts[:, chars.COMMA]
    titled = np.array(_titled(page), np.float32)
    prose = np.where(marks > 0, length * (1 - linked) * (1 - hidden), 0.0)
    worth = np.where(linked < 0.5, np.minimum(prose, LONG), 0.0)
    low, high = best_stretch(worth - BLOCK_COST - LINK_COST * np.minimum(link, MOST_LINK))
    number = np.arange(len(start))
    inside = (number >= low) & (number < high)
    own = (
        *_size(length),
        linked,
        linked > 0.9,
        linked < 0.1,
        hidden,
        *_signs(counts, cls[end - 1], length),
        *(tag == group for group in range(len(TAGS))),
        _repeats(rows, valid, start),
        titled,
        *_seams(cls, start),
        inside,
        *_siblings(tag, length),
        np.minimum(prose, LONG) / LONG,
    )
    head = _head((tag == HEADLINE) | (titled > 0), low)
    place = (
        start / len(text),
        number / len(start),
        np.log1p(number) / 5,
        np.log1p(len(start) - 1 - number) / 5,
        *distance(number, low, high),
        np.log1p(np.maximum(start[low] - end, 0)) / 8,
        np.log1p(np.maximum(start - end[high - 1], 0)) / 8,
        np.sign(number - head) * np.log1p(np.abs(number - head)) / 4,
        number == head,
        number > head,
    )
    about = (
        np.log(len(start)) / 6,
        np.log(len(text)) / 10,
        link.sum() / length.sum(),
        prose.sum() / length.sum(),
        prose[low:high].sum() / length.sum(),
        (high - low) / len(start),
        np.log1p(length[low:high].sum()) / 8,
        np.mean(tag == PARAGRAPH),
        hidden.mean(),
    )
    return Blocks(
        start,
        end,
        link.astype(np.float32),
        tag,
        _shape(tag, length, linked, counts[:, chars.DIGIT] / length),
        stacked(own),
        stacked(place),
        np.array(about, np.float32),
        rows,
        valid,
    )


def _grams(cps: chars.CodePoints, cls: chars.Classes) -> tuple[Ints, NDArray[np.bool_]]:
    """Rows of the 1- to 3-gram at each character; digits are all alike, and so is white space.

    A line's last bigram ends in the line break, so that the words of a button have an end.
    """
    plain = np.where(cls == chars.DIGIT, np.uint32(48), cps)
    plain = np.where(cls == chars.SPACE, np.uint32(32), plain).astype(np.uint32)
    padded = np.concatenate((plain, np.full(2, 10, np.uint32)))
    one = padded[:-2] * np.uint32(0x9E3779B1)
    two = (one ^ (one >> np.uint32(15))) + padded[1:-1] * np.uint32(0x85EBCA6B)
    three = (two ^ (two >> np.uint32(13))) + padded[2:] * np.uint32(0xC2B2AE35)
    mixed = np.stack((one, two * np.uint32(0x27D4EB2F), three * np.uint32(0x165667B1)))
    mixed ^= mixed >> np.uint32(16)
    rows = ((mixed * np.uint32(0x9E3779B1)) >> np.uint32(32 - BITS)).astype(np.int64)
    ink = padded != 10
    return rows, np.stack((ink[:-2], ink[:-2], ink[:-2] & ink[1:-1]))


def _class_counts(cls: chars.Classes, start: Ints) -> Floats:
    """Characters of each class from each block's start to the next one's (n by classes)."""
    width = chars.CLASS_COUNT
    size = np.diff(np.append(start, len(cls)))
    number = np.repeat(np.arange(len(start)) * width, size) + cls[start[0] :]
    return np.bincount(number, minlength=len(start) * width).reshape(-1, width).astype(np.float32)


def _size(length: Floats) -> tuple[NDArray[np.generic], ...]:
    return np.log1p(length) / 4, length <= 4, length <= 8, length <= 16


def _signs(counts: Floats, last: chars.Classes, length: Floats) -> tuple[NDArray[np.generic], ...]:
    """Sentence marks, the last character, and the make-up of a block."""
    share = counts / length[:, None]
    made_of = (
        chars.DIGIT,
        chars.HAN,
        chars.LATIN,
        chars.SEPARATOR,
        chars.SPACE,
        chars.OTHER_PUNCT,
        chars.OPEN,
    )
    return (
        np.minimum(counts[:, chars.TERMINAL], 4) / 4,
        np.minimum(counts[:, chars.COMMA], 6) / 6,
        last == chars.TERMINAL,
        last == chars.COMMA,
        last == chars.CLOSE,
        counts[:, chars.DIGIT] > 5,
        *(share[:, each] for each in made_of),
    )


def _repeats(rows: Ints, valid: NDArray[np.bool_], start: Ints) -> Floats:
    """How often a block's text stands on the page, on a log scale."""
    key = np.add.reduceat(rows[2] * rows[1] * valid[1], start)
    _, which, times = np.unique(key, return_inverse=True, return_counts=True)
    often: Floats = np.log(times[which]).astype(np.float32)
    return often


def _titled(page: Page) -> list[bool]:
    """Whether a block stands in the page's title, or opens as a part of it does."""
    title, text = page.title or "", page.text
    return [
        b.end - b.start >= 5
        and (
            text[b.start : b.end] in title
            or (b.end - b.start > OPENING and text[b.start : b.start + OPENING] in title)
        )
        for b in page.blocks
    ]


def _seams(cls: chars.Classes, start: Ints) -> tuple[NDArray[np.generic], ...]:
    """Whether a block opens a line, and whether the next one does."""
    opens = cls[np.maximum(start - 1, 0)] == chars.NEWLINE
    opens[0] = True
    return opens, np.append(opens[1:], True)


def _shape(tag: Ints, length: Floats, linked: Floats, digits: Floats) -> Ints:
    size = np.minimum(np.log2(length + 1), 9).astype(np.int64)
    return ((tag * 10 + size) * 3 + (linked * 2.99).astype(np.int64)) * 2 + (digits > 0.2)


def _siblings(tag: Ints, length: Floats) -> tuple[NDArray[np.generic], ...]:
    """Difference in length from the neighbours, their tags, and the run of one tag."""
    size, same = np.log1p(length) / 4, tag[1:] == tag[:-1]
    step = np.abs(np.diff(size))
    edges = np.flatnonzero(np.append(True, ~same))
    run = np.diff(np.append(edges, len(tag)))
    return (
        np.append(0.0, step),
        np.append(step, 0.0),
        np.append(False, same),
        np.append(same, False),
        np.log(np.repeat(run, run)) / 4,
    )


def _head(candidate: NDArray[np.bool_], low: int) -> int:
    """The last block like a title that does not stand below the text's first blocks."""
    found = np.flatnonzero(candidate[: low + 3])
    return int(found[-1]) if len(found) else low
