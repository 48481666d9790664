"""The fingerprint: stable, well-formed, near for near copies."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.read.chars import codepoints
from detector.read.fingerprint import CHUNK, GRAM, hashes, simhash

ESSAY = "".join(
    f"第{i}天,我们沿着河边走到{place},看了{thing},晚上回到旅店写下{i * 7}行日记。"
    for i, (place, thing) in enumerate(
        [("石桥", "落日"), ("集市", "皮影"), ("渡口", "渔船"), ("书院", "古碑"), ("山门", "云海")]
        * 4
    )
)


def distance(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


@given(st.text(max_size=50))
@settings(max_examples=200)
def test_sixteen_hex_digits(text: str) -> None:
    assert len(simhash(text)) == 16
    assert 0 <= int(simhash(text), 16) < 1 << 64


def test_empty_is_zero_and_short_is_not() -> None:
    assert simhash("") == "0" * 16
    assert len({simhash(""), simhash("茶"), simhash("酒"), simhash("茶酒")}) == 4


def test_the_value_is_part_of_the_contract() -> None:
    # Stored fingerprints must stay comparable: a change of this value needs a line in CHANGELOG.
    assert simhash("内容相同的页面指纹相近") == "44c85aed163818d9"


def test_near_copies_are_near_and_others_far() -> None:
    copy = ESSAY[:300] + "(广告位招租)" + ESSAY[300:]
    other = "".join(reversed(ESSAY))
    assert distance(simhash(ESSAY), simhash(copy)) <= 6
    assert distance(simhash(ESSAY), simhash(other)) >= 16


def test_chunks_do_not_show() -> None:
    text = "".join(chr(0x4E00 + i * 7 % 20_000) for i in range(3 * CHUNK + 100))
    every = hashes(codepoints(text).astype(np.uint64))
    grams = hashes(codepoints(text).astype(np.uint64), thin=True)
    bits = np.unpackbits(grams.view(np.uint8).reshape(-1, 8), axis=1)
    assert len(every) == len(text) - GRAM + 1
    assert 0.2 * len(every) < len(grams) < 0.3 * len(every)
    assert simhash(text) == np.packbits(2 * bits.sum(axis=0) > len(grams)).tobytes().hex()


def test_lone_surrogates_and_nul() -> None:
    assert len(simhash("\ud800\0\udfff" * 5)) == 16
