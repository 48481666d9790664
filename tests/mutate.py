"""Make pages worse: seeded mutations of text, markup and bytes."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

LONG = 1200  # what mutation may grow an input to, in characters
ENCODINGS = (
    "utf-8",
    "gb18030",
    "gbk",
    "big5",
    "big5hkscs",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-8-sig",
)
CONTENT_TYPES = (
    None,
    "text/plain",
    "text/html",
    "text/markdown",
    "text/html; charset=gb2312",
    "text/plain; charset=x-no",
)

# Characters our rules and readers care about, then pieces of cloaking, templates and markup.
MARKS = (
    "#|-_、,，。()（）[]【】「」&;<>\"'=/\\ \t\r\n\0\x05\x08\x0b\x1b\x7f\x85❤≯①㎏ﬁ𝐀😀"
    "\u00ad\u200b\u200d\u202e\u2028\u3000\ufeff\ufffd\ue000\ud800\udfff\U0010ffff"
)
PIECES = """
767e;5ea6; &#x767e; &#99999999; &nbsp; &amp;lt; 當(dāng)前 當（dang）前 (dāng) 發(fā é́ 微❤信
ｗｗｗ．ａ．ｃｏｍ w-w-w 4️⃣ 大_尺_度 👨‍👩‍👧 标签:#手机 相关文章: 本文标题: 小编 (SEO元描述:
当前路径:http://a.example/b 1111111111111111 ((((((((((((((((
<p> </p> <html> </html> <title> <script> </script> <!-- --> <a/href='x'> <![CDATA[ <table><tr> <br>
<svg> <div/style='display:none'> <meta/charset=big5> <template> <textarea>
<?xml/version='1.0'encoding='utf-16'?>
"""
FRAGMENTS: Sequence[str] = (*MARKS, *PIECES.split())

Mutation = Callable[[random.Random, str, Sequence[str]], str]


def _cut(rng: random.Random, text: str) -> tuple[int, int]:
    start = rng.randint(0, len(text))
    return start, rng.randint(start, min(len(text), start + rng.choice((1, 4, 30, 400))))


def insert(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """Put fragments in, one place or many."""
    for _turn in range(rng.choice((1, 1, 3, 12))):
        at = rng.randint(0, len(text))
        text = text[:at] + rng.choice(FRAGMENTS) * rng.choice((1, 1, 1, 2, 20)) + text[at:]
    return text


def splice(rng: random.Random, text: str, seeds: Sequence[str]) -> str:
    """Put a piece of another seed in."""
    other, (start, end) = rng.choice(seeds), _cut(rng, text)
    a, b = _cut(rng, other)
    return text[:start] + other[a:b] + text[end:]


def duplicate(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """Repeat a piece in its place."""
    start, end = _cut(rng, text)
    return text[:end] + text[start:end] * rng.choice((1, 2, 30)) + text[end:]


def delete(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """Take a piece out."""
    start, end = _cut(rng, text)
    return text[:start] + text[end:]


def truncate(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """Keep only one end."""
    at = rng.randint(0, len(text))
    return text[:at] if rng.random() < 0.5 else text[at:]


def weave(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """Put one fragment between all characters of a piece."""
    start, end = _cut(rng, text)
    thread = rng.choice(FRAGMENTS)
    return text[:start] + thread.join(text[start:end]) + text[end:]


def scramble(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """Replace characters by random ones of every plane."""
    chars = list(text)
    for _turn in range(rng.randint(1, 8) if chars else 0):
        top = rng.choice((0x80, 0x3000, 0xA000, 0x10000, 0x110000))
        chars[rng.randrange(len(chars))] = chr(rng.randrange(top))
    return "".join(chars)


MUTATIONS: Sequence[Mutation] = (
    insert,
    insert,
    splice,
    duplicate,
    delete,
    truncate,
    weave,
    scramble,
)


def to_bytes(rng: random.Random, text: str) -> bytes:
    """Encode a text somehow, and damage some of the results."""
    data = bytearray(
        text.encode(rng.choice(ENCODINGS), rng.choice(("ignore", "replace", "xmlcharrefreplace")))
    )
    if rng.random() < 0.5:
        for _ in range(rng.randint(1, 6) if data else 0):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    if rng.random() < 0.3:
        del data[rng.randint(0, len(data)) :]
    if rng.random() < 0.1:
        data[rng.randint(0, len(data)) :] += rng.choice(
            (b"\xff\xfe", b"\xef\xbb\xbf", b"\0\0", b"\x1b$B", b"\x81", b"\xf4\x90")
        )
    return bytes(data)


def to_html(rng: random.Random, text: str) -> str:
    """Wrap a text in markup, not all of it sound."""
    tag = rng.choice(
        (
            "p",
            "div",
            "li",
            "td",
            "a",
            "span style='font-size:0'",
            "pre",
            "template",
            "textarea",
            "svg",
        )
    )
    body = text.replace("\n", f"</{tag.split()[0]}><{tag}>")
    return rng.choice(
        ("<html><body>{}</body></html>", "<!doctype html><title>{}", "{}", "<p>{}</html>")
    ).format(f"<{tag}>{body}")


@dataclass(frozen=True, slots=True)
class Sample:
    """One input of the fuzzer."""

    source: str | bytes
    content_type: str | None


def inputs(seeds: Sequence[str], seed: int) -> Iterator[Sample]:
    """Yield inputs without end; the same seed yields the same inputs."""
    rng = random.Random(seed)
    while True:
        text = rng.choice(seeds)
        for _ in range(rng.choice((0, 1, 1, 2, 4))):
            text = rng.choice(MUTATIONS)(rng, text, seeds)[:LONG]
        form, content_type = rng.random(), rng.choice(CONTENT_TYPES)
        if form < 0.35:
            text = to_html(rng, text)
        yield Sample(to_bytes(rng, text) if form > 0.7 or form < 0.1 else text, content_type)
