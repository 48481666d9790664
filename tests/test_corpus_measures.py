"""What the checks of a corpus count: ranks, near copies, leaks of format."""

import random
from itertools import combinations

import numpy as np
import pytest
from corpus_texts import prose

from detector.training.corpora import leaks, near, store
from detector.training.corpora.texts import Text
from detector.training.stats import auroc

# auroc


def test_auroc_is_the_share_of_pairs_in_order() -> None:
    rng = np.random.default_rng(3)
    scores, positive = rng.integers(0, 9, 60).astype(float), rng.random(60) < 0.4
    pairs = [
        (high > low) + (high == low) / 2 for high in scores[positive] for low in scores[~positive]
    ]
    assert auroc(scores, positive) == pytest.approx(np.mean(pairs))


def test_auroc_of_one_class_is_undefined() -> None:
    assert np.isnan(auroc(np.array([1.0, 2.0]), np.array([True, True])))


# near


def test_format_makes_no_other_text() -> None:
    assert near.digest("《开门》，说：Ａ1！") == near.digest("「開 門」\n说 a1")
    assert near.digest("！！") != near.digest("。。")


def test_near_pairs_are_those_counted_one_by_one() -> None:
    rng = random.Random(5)
    originals = [prose(seed) for seed in range(30)]
    changed = [
        "".join("变" if rng.random() < share else char for char in text)
        for text in originals
        for share in (0.01, 0.02, 0.04, 0.08)
    ]
    texts = [*dict.fromkeys([*originals, *changed, "短"])]
    sets = [set(near.shingles(near.letters(text)).tolist()) for text in texts]
    counted = {
        (one, other): len(sets[one] & sets[other]) / max(len(sets[one] | sets[other]), 1)
        for one, other in combinations(range(len(texts)), 2)
    }
    wanted = {pair for pair, alike in counted.items() if alike >= 0.8}
    found = {(pair.first, pair.second): pair.similarity for pair in near.likeness(texts, 0.8).near}
    assert len(wanted) > 50
    assert set(found) <= wanted
    assert len(wanted - set(found)) <= near.MISSED * len(wanted)
    assert all(found[pair] == pytest.approx(counted[pair]) for pair in found)


def test_copies_are_compared_once() -> None:
    found = near.likeness([prose(1), prose(2), prose(1) + "！"], 0.8)
    assert found.same.tolist() == [0, 1, 0]
    assert found.near == []


def test_ties_are_called_as_their_first_name() -> None:
    ties = near.Ties()
    names = "a b c d".split()
    assert [ties.name(name) for name in names] == names
    assert ties.tie("d", "c")
    assert ties.tie("b", "d")
    assert not ties.tie("c", "b")
    assert [ties.name(name) for name in names] == ["a", "b", "b", "b"]


# leaks


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("space density", "你 好　吗", 2 / 3),
        ("newline density", "你\n\n好", 2 / 2),
        ("length", "你 好", 2),
        ("ASCII punctuation", "好,3.5 是，对.", 2 / 3),
        ("straight quotes", '“好”"', -1 / 3),
        ("no final punctuation", "好\n", 1),
        ("no final punctuation", "（好。）\n", 0),
        ("traditional characters", "開門", 1),
        ("digit share", "第12回", 2 / 4),
        ("comma density", "好，好,", 2 / 4),
        ("sentence-length spread", "一二三。四。\n五六", (np.std([3, 1, 2]) / 2)),
        ("marker words", "首先，其次。", 2 / 6),
    ],
)
def test_trivial_measurements(name: str, text: str, value: float) -> None:
    texts = ["", text, "。", text]
    found = leaks.TRIVIAL[name](texts)
    assert found[[1, 3]] == pytest.approx([value, value])
    assert np.isfinite(found).all()


def test_measurements_do_not_depend_on_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*(prose(seed, seed % 4) for seed in range(20)), "", "無標點 12", 'a.b. c\n\n"x"']
    whole = {name: measure(texts) for name, measure in leaks.TRIVIAL.items()}
    monkeypatch.setattr(leaks, "BATCH", 3)
    for name, measure in leaks.TRIVIAL.items():
        assert measure(texts) == pytest.approx(whole[name])
        assert measure([]).shape == (0,)


def labelled(text: str, label: str, register: str = "") -> Text:
    return Text("", text, label, register, "", "", "", "", "")


def test_a_planted_leak_comes_first() -> None:
    texts = [labelled(prose(seed), "human", "news") for seed in range(60)]
    texts += [labelled(prose(seed).replace("，", "， "), "ai", "news") for seed in range(60, 120)]
    texts += [labelled(prose(seed), "ai_refined", "blog") for seed in range(10)]
    cues = leaks.audit(texts, store.ignore)
    assert {(cue.register, cue.label) for cue in cues} == {("", "ai"), ("news", "ai")}
    assert [(cue.measure, cue.auroc) for cue in cues[:2]] == [("space density", 1.0)] * 2
    assert not any(cue.leak for cue in cues if cue.measure in {"straight quotes", "digit share"})
