"""What a recipe works with: chance, words, the carrier, and places in the draft."""

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeVar

from detector.page import Family, Severity
from detector.read.segment import words
from detector.training.synth.draft import Block, Draft, Line, Mark, Piece
from detector.training.synth.grammar import Grammar

T = TypeVar("T")

SENTENCE_END: Final = re.compile(r"[。！？!?；…]+[”’」』）)]*")
PAUSE: Final = re.compile(r"[，、,：:]")
HAN_WORD: Final = re.compile(r"[\u4e00-\u9fff]{2,8}|[A-Za-z][A-Za-z0-9]{2,15}")
TITLE_LENGTH: Final = 40
LIST_SHARE: Final = 0.6  # of the items of a kind, where the user gave a list of his own


@dataclass(frozen=True, slots=True)
class Carrier:
    """A document noise is put into."""

    id: str
    text: str
    title: str = ""
    group_id: str = ""
    source: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place inside a line: before character ``at`` of its piece number ``piece``."""

    line: Line
    piece: int
    at: int


class Scene:
    """One page's chance and vocabulary."""

    def __init__(
        self,
        rng: random.Random,
        grammar: Grammar,
        carrier: Carrier,
        lists: Mapping[str, Sequence[str]],
        others: Sequence[Carrier],
    ) -> None:
        self.rng = rng
        self.grammar = grammar
        self.carrier = carrier
        self.lists = lists
        self.others = others
        self.slope = 0.4 + 3 * rng.random()  # small: this page does everything at length
        self.fixed: dict[str, str] = {}
        self.title = carrier.title or _headline(carrier.text)
        self.fixed["TITLE"] = self.title
        self.fixed["SENTENCE"] = carrier.text[:90].split("\n")[0]
        self.fixed["TOPIC"] = self.keywords[0]
        self.fixed["TOPIC_WORD"] = self.keywords[-1]
        self.fixed["META_WORDS"] = ", ".join(self.keywords)

    @cached_property
    def keywords(self) -> list[str]:
        """Up to ten words of the carrier, the most frequent of its head first."""
        head = f"{self.title}。{self.carrier.text[:240]}"
        found = (word for word in words(head) if HAN_WORD.fullmatch(word))
        common = frozenset(self.grammar.symbols["common"])
        count = Counter(word for word in found if word not in common)
        return [word for word, _ in count.most_common(10)] or ["生活"]

    def say(self, text: str, **fixed: str) -> str:
        """Return ``text`` expanded; keyword arguments are constants of this call."""
        if not fixed:
            return self.grammar.expand(text, self.rng, self.fixed)
        known = self.fixed | fixed
        said = self.grammar.expand(text, self.rng, known)
        self.fixed.update((key, known[key]) for key in known.keys() - fixed.keys())
        return said

    def entry(self, kind: str, symbol: str) -> str:
        """Return one entry for a kind: of the user's list, if there is one, or of the grammar."""
        own = self.lists.get(kind)
        if own and self.rng.random() < LIST_SHARE:
            return self.pick(own)
        return self.grammar.one(symbol, self.rng, self.fixed)

    def entries(self, kind: str, symbol: str, count: int) -> list[str]:
        """Return ``count`` entries for a kind."""
        return [self.entry(kind, symbol) for _ in range(count)]

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[int(self.rng.random() * len(choices))]

    def chance(self, probability: float) -> bool:
        """Return True as often as ``probability`` says."""
        return self.rng.random() < probability

    def count(self, low: int, high: int) -> int:
        """Return a number from ``low`` to ``high``; which end is likelier, the page decides."""
        return low + int((high - low + 1) * self.rng.random() ** self.slope)

    def other(self) -> Carrier:
        """Return another carrier seen lately (at the very start: the page's own)."""
        return self.pick(self.others) if self.others else self.carrier

    def spot(self, draft: Draft, where: re.Pattern[str]) -> Spot | None:
        """Return a place behind a match of ``where`` in the unmarked body, if there is one."""
        lines = [line for line in draft.lines("body") if not all(piece.marks for piece in line)]
        for _ in range(4 if lines else 0):
            line = self.pick(lines)
            piece = self.pick(range(len(line)))
            ends = [] if line[piece].marks else [m.end() for m in where.finditer(line[piece].text)]
            if ends:
                return Spot(line, piece, self.pick(ends))
        return None


def _headline(text: str) -> str:
    """Return a title for a text without one: its first line, or the first clause of that."""
    line = text.lstrip().split("\n", 1)[0][:200]
    return (
        line
        if len(line) <= TITLE_LENGTH
        else re.split(r"[，。！？,!?：:；]", line)[0][:TITLE_LENGTH]
    )


def mark(kind: str, family: Family = "tag_spam", severity: Severity = "spam") -> Mark:
    """Return a new mark."""
    return Mark(family, kind, severity)


def place(draft: Draft, scene: Scene, new: Block, zones: str) -> None:
    """Put a block into one of the zones (a word each, repeat one to make it likelier).

    ``between`` is a place between two paragraphs of the body.
    """
    zone = scene.pick(zones.split())
    if zone == "between":
        body = draft.zones["body"]
        body.insert(scene.pick(range(1, len(body))) if len(body) > 1 else len(body), new)
        return
    blocks = draft.zones[zone]
    blocks.insert(scene.pick(range(len(blocks) + 1)), new)


def rows(new: Sequence[str], *marks: Mark) -> Block:
    """Return a block with one line a string."""
    return [[Piece(line, marks)] for text in new for line in text.split("\n")]
