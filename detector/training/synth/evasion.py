"""Disguises of an advertiser: the same words, unreadable to a word list."""

import re
from typing import Final

from detector.training.synth.draft import Draft, Piece
from detector.training.synth.scene import Scene

FILLERS: Final = "★△◇§≯≦∽∝❤*_~^|-·"
LOOKALIKES: Final = str.maketrans("aeocpxwnvyu", "аеосрхωηνуμ")
FULL_WIDTH: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
CIRCLED: Final = str.maketrans("1234567890", "①②③④⑤⑥⑦⑧⑨⓪")
KEYCAP: Final = {ord(digit): f"{digit}\ufe0f\u20e3" for digit in "0123456789"}
NAMES: Final = {
    "微信": ("威信", "徽信", "薇信", "微❤信", "【微】【信】", "V信", "vx", "wei信", "微亻言"),
    "公众号": ("公众呺", "公棕号", "公众號", "gong众号"),
    "扣扣": ("ＱＱ", "扣扣", "Q-Q"),
    "最大": ("zui大",),
}
LATIN: Final = re.compile(r"[a-z0-9.]{4,}")
HAN_RUN: Final = re.compile(r"[\u4e00-\u9fff]{2,}")
ZERO_WIDTH: Final = ("\u200b", "\u200c", "\u200d", "\ufeff", "\u2060")

#: Kinds whose text is disguised; the others are read by machines and stay readable.
DISGUISED: Final = frozenset({"injected_ad", "ad_message", "gambling_kw_inline", "adult_kw_list"})


def disguise(draft: Draft, scene: Scene) -> None:
    """Disguise what the page's advertisers say, all of it in one way."""
    how = scene.pick(WAYS)
    for block in draft.blocks():
        for line in block:
            for number, (text, marks) in enumerate(line):
                if any(mark.kind in DISGUISED for mark in marks):
                    line[number] = Piece(how(text, scene), marks)


def _fillers(text: str, scene: Scene) -> str:
    sign = scene.pick(FILLERS)
    match = HAN_RUN.search(text)
    return text if match is None else text.replace(match[0], sign.join(match[0]), 1)


def _lookalikes(text: str, _: Scene) -> str:
    return LATIN.sub(lambda match: match[0].translate(LOOKALIKES), text)


def _full_width(text: str, _: Scene) -> str:
    return LATIN.sub(lambda match: match[0].translate(FULL_WIDTH), text)


def _circled(text: str, _: Scene) -> str:
    return text.translate(CIRCLED)


def _keycaps(text: str, _: Scene) -> str:
    return text.translate(KEYCAP)


def _entities(text: str, scene: Scene) -> str:
    shape = scene.pick(("{:x};", "&#{};", "&#x{:x};"))
    return HAN_RUN.sub(lambda match: "".join(shape.format(ord(c)) for c in match[0]), text, count=1)


def _split(text: str, scene: Scene) -> str:
    sign = scene.pick("-_· ")
    return LATIN.sub(lambda match: sign.join(match[0]), text)


def _zero_width(text: str, scene: Scene) -> str:
    return HAN_RUN.sub(lambda match: scene.pick(ZERO_WIDTH).join(match[0]), text)


def _bracketed(text: str, _: Scene) -> str:
    return HAN_RUN.sub(lambda match: "".join(f"【{c}】" for c in match[0]), text, count=1)


def _names(text: str, scene: Scene) -> str:
    for name, disguises in NAMES.items():
        text = text.replace(name, scene.pick(disguises))
    return text


WAYS: Final = (
    _fillers, _lookalikes, _full_width, _circled, _keycaps, _entities, _split, _zero_width,
    _bracketed, _names, _names, _names,
)  # fmt: skip
