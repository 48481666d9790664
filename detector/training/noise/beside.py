"""Furniture from main text: what of an HTML page lies beside the text taken from it."""

from collections.abc import Iterator
from typing import Any, Final

from detector.page import Block, Page

GRAM: Final = 6  # characters; a block of fewer is looked for as a whole
MOST: Final = 0.5  # of a block's n-grams must be in the main text for it to be of it
SKIP: Final = 12  # characters of main text a short block may stand from where the last one ended
PROBE: Final = 40  # characters by which a block's place is found


def beside(page: Page, main: str) -> list[dict[str, Any]]:
    """Spans (boilerplate) of the blocks that are not of the main text, the page's title spared.

    Short blocks count as main text only in its order: a menu says many words that a text says too.
    """
    solid = _solid(main)
    grams = {solid[i : i + GRAM] for i in range(len(solid) - GRAM + 1)}
    texts = [_solid(page.text[block.start : block.end]) for block in page.blocks]
    long = [number for number, text in enumerate(texts) if _share(text, grams) >= MOST]
    taken = {*long, *_short(texts, set(long), solid), *_titles(page, long)} if long else set()
    return [
        {"start": block.start, "end": block.end, "label": "boilerplate"}
        for number, block in enumerate(page.blocks)
        if number not in taken
    ]


def _solid(text: str) -> str:
    return "".join(text.split())


def _share(text: str, grams: set[str]) -> float:
    """How much of a block's n-grams the main text has, 0 for a short block."""
    own = [text[i : i + GRAM] for i in range(len(text) - GRAM + 1)]
    return sum(gram in grams for gram in own) / len(own) if own else 0.0


def _short(texts: list[str], long: set[int], solid: str) -> Iterator[int]:
    """Short blocks between the long ones, where the main text goes on with them."""
    place = 0
    for number in range(max(min(long) - 1, 0), min(max(long) + 2, len(texts))):
        text = texts[number]
        at = solid.find(text[:PROBE], place)
        if number in long:
            place = at + len(text[:PROBE]) if at >= 0 else place
        elif len(text) < GRAM and 0 <= at < place + SKIP:
            place = at + len(text)
            yield number


def _titles(page: Page, long: list[int]) -> Iterator[int]:
    """Headings above the text that are the page's title or a part of it."""
    for number, block in enumerate(page.blocks[: long[0]]):
        if not block.link_chars and not block.hidden and _is_title(page, block):
            yield number


def _is_title(page: Page, block: Block) -> bool:
    text = page.text[block.start : block.end]
    return block.tag == "h1" or (len(text) > GRAM and text in (page.title or ""))
