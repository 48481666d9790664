"""Random pages: hypothesis over our own alphabet, and a slice of the mutator in fuzz.py."""

import itertools
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.core import Detector
from detector.page import Span

sys.path.insert(0, str(Path(__file__).parent))  # scripts, no package
import fuzz
import mutate

DETECTOR = Detector()
QUICK = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)

# Characters and pieces our rules care about; bare text() would never meet two of them in a row.
PIECES = st.sampled_from(
    [
        *"#｜|（）()發当前手机电脑查询网址的是了在。，,-_:：\n\r\t\x05\u200b\u3000\ud800Ａa1āé",
        *mutate.FRAGMENTS,
    ]
)
TEXTS = st.lists(PIECES, max_size=60).map("".join)
LISTS = st.builds(
    lambda items, mark: mark.join(items),
    st.lists(TEXTS, max_size=12),
    st.sampled_from(list("|-#、,_ \n")),
)


@QUICK
@given(TEXTS | LISTS, st.sampled_from(mutate.CONTENT_TYPES))
def test_any_text_gets_a_sound_verdict(text: str, content_type: str | None) -> None:
    assert fuzz.check(DETECTOR, mutate.Sample(text, content_type)) is not None


@QUICK
@given(
    st.binary(max_size=200) | TEXTS.map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(mutate.CONTENT_TYPES),
)
def test_any_bytes_get_a_sound_verdict(data: bytes, content_type: str | None) -> None:
    assert fuzz.check(DETECTOR, mutate.Sample(data, content_type)) is not None


@pytest.mark.parametrize("seed", range(4))
def test_mutated_pages_get_a_sound_verdict(seed: int) -> None:
    seeds = fuzz.seed_texts(fuzz.SEED_FOLDERS)
    for sample in itertools.islice(mutate.inputs(seeds, seed), 250):
        fuzz.check(DETECTOR, sample)


def test_the_mutator_repeats_itself_for_a_seed() -> None:
    first, again = (
        list(itertools.islice(mutate.inputs(mutate.FRAGMENTS, 7), 50)) for _ in range(2)
    )
    assert first == again
    assert {type(sample.source) for sample in first} == {str, bytes}


@pytest.mark.parametrize("fault", ["outside", "empty", "space", "overlap"])
def test_the_invariants_would_notice(fault: str) -> None:
    start, end = {"outside": (3, 99), "empty": (2, 2), "space": (0, 3), "overlap": (3, 5)}[fault]
    spans = [
        Span(3, 4, "tag_spam", "seo_kw_list", "spam", 0.9, ""),
        Span(start, end, "tag_spam", "seo_kw_list", "spam", 0.9, ""),
    ]
    with pytest.raises(AssertionError):
        fuzz._verify_spans(" 手机电脑网址", spans)
