"""Advertising: sentences put into foreign text, ads in feeds, and whole marketing messages."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from detector.noise.formulas import corroborated, select
from detector.noise.promotion import passages
from detector.noise.view import Evidence, Reading, View

# Cues of one message stand at most this far apart.
GAP = 60
# What stands before a firm's legal form is its name; the last characters tell it from its city.
FIRM = re.compile(
    r"([^\s,。:;!?]{2,16}?)(?:有限|股份|集团|公司|是|厂家|设备|机械|器材|建材|家具|装饰|装修)"
)
NAME = 4
# A feed shows one advertisement in several places, under a label in some of them only.
LABEL = re.compile(r"广告(?:通知:|\n)?")
TITLE = 8  # characters of a title that tell it from all others
FEED = 2  # labels that make a page a feed with advertisements
DIRECTORY = 12  # more lines with a number or an address are what the page is about


def measure(view: View) -> Reading | None:
    """Injected advertising sentences and marketing messages; the value is how many there are."""
    if not view.formulas:
        return None
    sentences = corroborated(view, select(view.formulas, ("injected_ad",)))
    sentences += [_foreign(view, e) for e in select(view.formulas, ("self_praise",))]
    sentences += [_domain(view, e) for e in select(view.formulas, ("bare_domain",))]
    sentences += passages(view, select(view.formulas, ("sales_call",)))
    sentences += _feed(view, select(view.formulas, ("ad_label",)))
    messages = list(_messages(view, select(view.formulas, ("ad_offer", "ad_call"))))
    contacts = select(view.formulas, ("contact_block",))
    if len(contacts) > DIRECTORY:
        contacts = []
    if not (sentences or messages or contacts):
        return None
    return Reading(float(len(sentences) + len(messages)), (*sentences, *messages, *contacts))


def _feed(view: View, labels: Sequence[Evidence]) -> Iterator[Evidence]:
    """Labelled advertisements, their copies, and offers between the news of a feed that has ads."""
    if not labels:
        return
    text, opened = view.text, set()
    for label in labels:
        yield replace(label, kind="injected_ad")
        said = LABEL.sub("", text[label.start : label.end], count=1)
        opened.add(said.split("\n", 1)[0][:TITLE])
    for start, end in view.lines.bounds:
        if end - start >= TITLE and text[start : start + TITLE] in opened:
            yield Evidence(start, end, "injected_ad", labels[0].strength)
    if len(labels) >= FEED:
        for offer in select(view.formulas, ("feed_offer",)):
            yield replace(offer, kind="injected_ad", strength=2 * offer.strength)


def _domain(view: View, clause: Evidence) -> Evidence:
    """The address at the end of a clause that sends nobody there and speaks of no site."""
    start = view.text.index("www.", clause.start)
    return replace(clause, start=start, kind="injected_ad")


def _foreign(view: View, praise: Evidence) -> Evidence:
    """A firm's praise of itself is an injected ad as far as the page speaks of other things.

    A firm that the rest of the page names again speaks on its own page or is its subject.
    """
    sentence = view.text[praise.start : praise.end]
    firm = FIRM.search(sentence)
    name = (firm[1] if firm else sentence.strip())[-NAME:]
    named = view.text.count(name) - sentence.count(name)
    return replace(praise, kind="injected_ad", strength=praise.strength / (1 + named))


def _messages(view: View, cues: Iterable[Evidence]) -> Iterator[Evidence]:
    """Offers close together with a call to act, widened to whole lines; strengths add up."""
    for run in _runs(list(cues)):
        words = {view.text[e.start : e.end]: e for e in run}
        offers = sum(e.kind == "ad_offer" for e in words.values())
        if 1 < offers < len(words):
            start, end = view.line_at(run[0].start)[0], view.line_at(run[-1].start)[1]
            yield Evidence(start, end, "ad_message", sum(e.strength for e in words.values()))


def _runs(cues: list[Evidence]) -> Iterator[list[Evidence]]:
    number, last = 0, -GAP
    numbered = []
    for cue in cues:
        number += cue.start - last > GAP
        last = cue.end
        numbered.append((number, cue))
    for _, group in groupby(numbered, key=lambda pair: pair[0]):
        yield [cue for _, cue in group]
