"""Text read in the wrong encoding: what each mistake leaves behind, told by marks of its own."""

import re
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from detector.noise.view import Evidence, View
from detector.read import chars

# Gates are substrings or counts of classes, so that clean prose never meets a regex here.
REPLACED = re.compile(r"\ufffd{2,}|(?:锟斤拷)+|(?:烫烫烫)+")
REPLACED_GATES = ("锟", "烫烫烫")
# UTF-8 read as Latin-1 or CP1252: a lead letter and a sign that no language puts after it.
UTF8_GATES = ("â€", "ã€", "ï¼", "Ã")
UTF8_AS_LATIN = re.compile(r"(?:[Â-ïÃ][\x80-¿€™œžšŠ‚ƒ„…†‡ˆ‰‹‘’“”•–—˜›Ÿ]{1,2}){3,}")
# GBK read as Latin-1: many letters with marks and many signs, in pairs and without a blank.
GBK_AS_LATIN = re.compile(r"(?:[\xa1-\xf7][\xa1-\xfe]){5,}")
LATIN_LEAST, LATIN_SHARE = 5, 0.33  # letters with marks
# UTF-8 read as GBK: the commonest characters and marks always turn into these.
GBK_GATES = ("锛", "銆", "鐨", "鈥")
TURNED = frozenset("锛銆鐨鈥涓浜浠浣鍙鍥鍦澶灏鎴鏈鏄鏂鏃娉鐢缃缁瑕杩閮鍏鍒鍔鍚鍜")
GBK_RUN = re.compile(r"[\u0370-\u04ff\u2500-\u257f\u3040-\u30ff㐀-鿿\ue000-\uf8ff！-～€?�·]{6,}")
TURNED_LEAST, TURNED_SHARE = 3, 0.1
# GBK out of step by a byte: rare characters, and some of nobody's, next to each other.
PRIVATE_RUN = re.compile(r"[?？㐀-鿿]{0,4}(?:[\ue000-\uf8ff]+[?？㐀-鿿]{0,5})+")
RARE_LEAST = 2
BARE_ENTITIES = re.compile(r"(?:(?:[0-9a-fA-F]{4}|[1-6]\d{4});){4,}")
# The same from the first semicolon on: the engine skips from one to the next.
ENTITY_RUN = re.compile(r";(?<=[0-9a-fA-F]{4};)(?:(?:[0-9a-fA-F]{4}|[1-6]\d{4});){3}")
ENTITIES = 8


def encodings(view: View) -> Iterator[Evidence]:
    """Text read in the wrong encoding; each run as strong as the page's garbage is long."""
    runs: list[tuple[int, int, bool]] = []
    if chars.REPLACEMENT in view.folded.shape or any(map(view.text.__contains__, REPLACED_GATES)):
        runs += [(*m.span(), False) for m in REPLACED.finditer(view.text)]
    runs += [(*found.span(), True) for found in _misread(view)]
    total = float(sum(end - start for start, end, _ in runs))
    for start, end, is_original in runs:
        yield Evidence(start, end, "encoding_garbage", total, is_original)


def _misread(view: View) -> Iterator[re.Match[str]]:
    """Runs of the original text that only a wrong encoding makes."""
    text, classes = view.page.text, view.folded.census.classes
    if classes[chars.TONED] >= LATIN_LEAST:
        if any(map(text.__contains__, UTF8_GATES)):
            yield from UTF8_AS_LATIN.finditer(text)
        yield from _where(GBK_AS_LATIN, text, _lettered)
    if any(map(text.__contains__, GBK_GATES)):
        yield from _where(GBK_RUN, text, _turned)
    if classes[chars.PRIVATE_USE]:
        yield from _where(PRIVATE_RUN, text, _rare)
    if text.count(";") >= ENTITIES and ENTITY_RUN.search(text):
        yield from BARE_ENTITIES.finditer(text)


def _where(run: re.Pattern[str], text: str, told: Callable[[str], bool]) -> Iterator[re.Match[str]]:
    return (found for found in run.finditer(text) if told(found.group()))


def _lettered(run: str) -> bool:
    """Whether enough of a run is letters, and of several kinds; a row of dots has none."""
    letters = [char for char in run if char >= "À"]
    return len(letters) >= LATIN_SHARE * len(run) and len(set(letters)) >= LATIN_LEAST


def _turned(run: str) -> bool:
    """Whether a run holds as many of the characters that misread text turns into as such text."""
    marks = [char for char in run if char in TURNED]
    return len(marks) >= max(TURNED_LEAST, TURNED_SHARE * len(run)) and len(set(marks)) > 1


def _rare(run: str) -> bool:
    """Whether a run holds rare characters; signs of an icon font stand among common ones."""
    return int(rare_han().take(chars.codepoints(run)).sum()) >= RARE_LEAST


@cache
def rare_han() -> NDArray[np.bool_]:
    """Whether a code point is Han and not among the 3,755 common ones of GB 2312."""
    common = bytes(
        x for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for x in (high, low)
    )
    table: NDArray[np.bool_] = chars.class_table() == chars.HAN
    table[chars.codepoints(common.decode("gb2312", "ignore"))] = False
    return table
