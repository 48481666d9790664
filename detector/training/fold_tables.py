"""Rewrite the data files of ``detector/read/tables``. Needed only when a source changes.

Run ``python -m detector.training.fold_tables`` with ``opencc`` (Apache-2.0) and ``pypinyin`` (MIT)
installed. ``README.md`` in that folder names what each file is made from.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import import_module

from detector.read.chars import TABLES

HAN = [(0x3400, 0xA000), (0x20000, 0x323B0)]
# Latin letters without a canonical decomposition that stand for a plain letter.
LATIN_VARIANTS = {"ɡ": "g", "ɑ": "a", "đ": "d", "ø": "o", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t"}
# Punctuation families that serve as one separator; NFKC leaves them apart.
PUNCTUATION = {"·": "•‧∙⋅・･", "-": "‐‑‒–−", "|": "│┃∣￨❘", "'": "‘’‛", '"': "“”„‟″"}
KEEP = set("…‥⁇⁈⁉。")  # NFKC would spell these out or merge them
SPACES = "\t\x0b\x0c\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
EXPANDED = [
    (0xDF, 0x250),
    (0x2100, 0x2190),
    (0x2460, 0x2500),
    (0x3200, 0x3400),
    (0xFB00, 0xFB07),
    (0x1F100, 0x1F300),
]
SMALL = "LATIN LETTER SMALL CAPITAL "
SQUARED = ("NEGATIVE SQUARED LATIN CAPITAL LETTER ", "NEGATIVE CIRCLED LATIN CAPITAL LETTER ")


def every() -> Iterator[str]:
    """Yield every character that is neither a surrogate nor Hangul nor plain Han."""
    for cp in range(0x110000):
        if not (0xD800 <= cp < 0xE000 or 0xAC00 <= cp < 0xD7B0 or 0x3400 <= cp < 0xA000):
            yield chr(cp)


def simplified() -> dict[str, str]:
    """Map traditional, regional and Japanese forms to mainland simplified ones."""
    opencc = import_module("opencc")
    t2s, jp2t = opencc.OpenCC("t2s"), opencc.OpenCC("jp2t")
    table: dict[str, str] = {}
    for cp in (cp for low, high in HAN for cp in range(low, high)):
        char = chr(cp)
        plain = t2s.convert(char)
        if plain == char and not encodable(char, "gb2312") and not encodable(char, "big5"):
            plain = t2s.convert(jp2t.convert(char))
        if len(plain) == 1 and plain != char:
            table[char] = plain
    chained = {char: table.get(plain, plain) for char, plain in table.items()}
    return {char: plain for char, plain in chained.items() if char != plain}


def encodable(char: str, encoding: str) -> bool:
    """Tell whether a legacy character set has this character."""
    return bool(char.encode(encoding, "ignore"))


def plain_letter(char: str) -> str:
    """Return the bare Latin letter or ASCII digit a character stands for, or itself."""
    name = unicodedata.name(char, "")
    for prefix in (SMALL, *SQUARED):
        if name.startswith(prefix) and len(name) == len(prefix) + 1:
            return name[-1].lower()
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    parts = unicodedata.normalize("NFD", char)
    marked = (
        len(parts) > 1
        and parts[0].isascii()
        and parts[0].isalpha()
        and all(map(unicodedata.combining, parts[1:]))
    )
    return parts[0] if marked else LATIN_VARIANTS.get(char, char)


def compatible(han: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return (character → character, character → string) for all but plain Han."""
    single: dict[str, str] = {}
    several: dict[str, str] = {}
    separators = {char: target for target, chars in PUNCTUATION.items() for char in chars}
    separators |= dict.fromkeys(SPACES, " ")
    for char in every():
        if char in KEEP or char in "\n\r" or unicodedata.category(char) == "Mn":
            continue
        text = separators.get(char) or step(char, separators, han)
        if len(text) == 1 and text != char:
            single[char] = text
        elif len(text) > 1 and any(low <= ord(char) < high for low, high in EXPANDED):
            several[char] = text
    return single, several


def step(char: str, separators: dict[str, str], han: dict[str, str]) -> str:
    """Fold one character until nothing changes."""
    for _ in range(4):
        text = "".join(
            separators.get(c, c) for c in unicodedata.normalize("NFKC", plain_letter(char))
        )
        text = "".join(plain_letter(c.lower()[:1]) for c in text)
        text = "".join(han.get(c, c) for c in text if not unicodedata.combining(c)).replace(
            "⁄", "/"
        )
        if not text or text[0] == " " or text == char:
            return char
        char = text if len(text) == 1 else char
        if len(text) > 1:
            return text
    return char


def readings(han: dict[str, str]) -> dict[str, set[str]]:
    """Map each toneless syllable to the folded characters that can be read so."""
    table: dict[str, set[str]] = defaultdict(set)
    for cp, spoken in import_module("pypinyin.constants").PINYIN_DICT.items():
        char = chr(cp)
        for reading in spoken.split(","):
            base = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
            syllable = "".join(c for c in base if c.isascii() and c.isalpha())
            for spelling in {syllable, syllable.replace("v", "u")}:
                table[spelling].add(han.get(char, char))
    table["r"].add("儿")
    return table


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Turn (source, target) pairs into target → sources, in code-point order."""
    groups: dict[str, str] = defaultdict(str)
    for source, target in sorted(pairs):
        groups[target] += source
    return groups


def write(name: str, rows: Iterable[tuple[str, str]]) -> None:
    """Write ``key TAB value`` lines, sorted."""
    lines = "".join(f"{key}\t{value}\n" for key, value in sorted(rows))
    (TABLES / name).write_text(lines, encoding="utf-8", newline="\n")


def main() -> None:
    """Write the four tables."""
    han = simplified()
    single, several = compatible(han)
    write("simplify.tsv", grouped(han.items()).items())
    write(
        "compat.tsv",
        (
            (f"{ord(k):04x}", " ".join(f"{ord(c):04x}" for c in v))
            for k, v in grouped(single.items()).items()
        ),
    )
    write("expand.tsv", several.items())
    write("readings.tsv", ((k, "".join(sorted(v))) for k, v in readings(han).items()))


if __name__ == "__main__":
    main()
