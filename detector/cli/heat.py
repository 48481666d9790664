"""Why prose scores what it does, as lines of text: a bar a sentence, and words for and against."""

from collections.abc import Iterator
from typing import Final

from detector.cli.terminal import DIM, painted
from detector.files.visible import fitted, visible
from detector.page import Lang
from detector.prose.heat import Heat

BAR: Final = 10
WORDS: Final = {
    "zh": ("逐句（AI 概率）", "像 AI 的词", "像人的词"),
    "en": ("sentences (probability of AI)", "words for AI", "words for a human"),
}
HOT: Final = (("31", 0.85), ("33", 0.6))  # colours of sentences at least so probable


def lines(found: Heat, text: str, cells: int, *, colour: bool, lang: Lang) -> Iterator[str]:
    """Yield a line a sentence, then the words."""
    sentences, speaking_for, against = WORDS[lang]
    yield "─" * cells
    yield sentences
    for each in found.sentences:
        filled = round(each.score * BAR)
        bar = "█" * filled + "░" * (BAR - filled)
        shown = fitted(visible(" ".join(text[each.start : each.end].split())), cells - BAR - 8)
        style = next((style for style, least in HOT if each.score >= least), DIM)
        line = f"  {each.score:.2f} {bar} {shown}"
        yield painted(line, style) if colour else line
    for name, words in ((speaking_for, found.speaking_for), (against, found.speaking_against)):
        if words:
            yield f"{name}: " + " ".join(f"{word}({weight:+.1f})" for word, weight in words)
