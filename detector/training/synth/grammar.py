r"""A grammar of words: ``{symbol}`` becomes one of its alternatives, drawn anew each time.

The word files in ``words/`` hold sections. ``[symbol]`` takes one alternative a line, with an
optional tab and a whole-number weight; ``[symbol words]`` takes every word as one. ``\n`` and
``\s`` in a line stand for a line break and a space, a line that begins with ``# `` is a comment.
A symbol written in capitals is drawn once a page: every ``{SITE}`` of a page is the same site.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from detector.noise.lexicon import GROUPS, read_list

MINORS = re.compile("学生|萝|幼|童|少女")  # words of a list that no page of ours repeats
_SECTION = re.compile(r"\[([a-z][a-z_0-9]*)( words)?\]")
_REFERENCE = re.compile(r"\{([A-Za-z][A-Za-z_0-9]*)\}")
_WEIGHTED = re.compile(r"(.*)\t(\d+)")
_ESCAPE = re.compile(r"\\([ns])")
_ESCAPED = {"n": "\n", "s": " "}

Template = tuple[str, ...]  # literal, symbol, literal, symbol, …, literal


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """The alternatives of every symbol."""

    symbols: Mapping[str, Sequence[str]]
    parsed: dict[str, Template] = field(default_factory=dict)

    def expand(self, text: str, rng: random.Random, fixed: dict[str, str]) -> str:
        """Return ``text`` with its references replaced; ``fixed`` holds the page's constants.

        Raises KeyError for an unknown symbol.
        """
        if "{" not in text:
            return text
        template = self.parsed.get(text)
        if template is None:
            template = self.parsed[text] = tuple(_REFERENCE.split(text))
        parts = list(template)
        for index in range(1, len(parts), 2):
            parts[index] = self.one(parts[index], rng, fixed)
        return "".join(parts)

    def one(self, symbol: str, rng: random.Random, fixed: dict[str, str]) -> str:
        """Return one expansion of a symbol."""
        if symbol in fixed:
            return fixed[symbol]
        if symbol.isupper():
            fixed[symbol] = self.one(symbol.lower(), rng, fixed)
            return fixed[symbol]
        choices = self.symbols[symbol]
        return self.expand(choices[int(rng.random() * len(choices))], rng, fixed)


@cache
def load() -> Grammar:
    """Return the shipped grammar; the lists of the noise room are its ``{lex_…}`` symbols."""
    symbols: dict[str, list[str]] = {}
    for file in sorted(files(__package__).joinpath("words").iterdir(), key=lambda each: each.name):
        for symbol, entry in _entries(file.read_text("utf-8")):
            symbols.setdefault(symbol, []).append(entry)
    for group in GROUPS:
        symbols[f"lex_{group}"] = [word for word in read_list(group) if not MINORS.search(word)]
    return Grammar(MappingProxyType(symbols))


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield (symbol, alternative), each as often as its weight says."""
    symbol, words = "", False
    for line in text.split("\n"):
        section = _SECTION.fullmatch(line)
        if section:
            symbol, words = section[1], bool(section[2])
        elif not line or line.startswith("# "):
            continue
        elif words:
            yield from ((symbol, word) for word in line.split())
        else:
            weighted = _WEIGHTED.fullmatch(line)
            entry, weight = weighted.groups() if weighted else (line, "1")
            entry = _ESCAPE.sub(lambda match: _ESCAPED[match[1]], entry)
            yield from [(symbol, entry)] * int(weight)


def references(text: str) -> list[str]:
    """Return the symbols a text refers to."""
    return _REFERENCE.findall(text)
