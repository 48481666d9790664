"""The corridor on one screen: bytes or text in, an explained verdict out. Read this first."""

import gc
from collections.abc import Collection, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Self

from detector import judge
from detector.artefacts import installed
from detector.clean import clean
from detector.config import DEFAULT, NONE, Config
from detector.noise.model import Tagger
from detector.noise.model import load as load_tagger
from detector.noise.tagger import tag_view
from detector.noise.view import View
from detector.page import Abstention, Label, Lang, Language, LimitExceeded, Page, Span, Verdict
from detector.prose import reading
from detector.prose.model import Prose
from detector.prose.model import load as load_prose
from detector.read import chars, read
from detector.read.fingerprint import simhash

RULES = "rules-2"
WARMING = "今天(jīn)天气很(hěn)好。\n标签: #天气 #公园 #散步 #\n"
INCLUDE = frozenset({"spans", "signals", "clean_text"})


class Detector:
    """One page at a time through the corridor; holds its configuration and the models it names."""

    def __init__(
        self,
        config: Config | None = None,
        model: Tagger | None = None,
        prose: Prose | None = None,
    ) -> None:
        """Load the models, or take those given; ModelMismatch where one is not what it says."""
        self.config = config or Config()
        self.tagger = model or tagger(self.config.models.noise)
        self.prose = prose or prose_model(self.config.models.prose)

    def warm(self) -> Self:
        """The same detector with every table loaded, for a process that judges many pages.

        The tables then leave the garbage collector's sight and it runs less often: a page makes a
        few thousand short-lived objects and no cycles, and collecting cost a tenth of the time.
        """
        self.check(WARMING)
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        return self

    def check(  # noqa: PLR0913 - everything a caller may know about a page
        self,
        source: Page | str | bytes,
        *,
        content_type: str | None = None,
        url: str | None = None,
        title: str | None = None,
        preset: str | None = None,
        thresholds: Mapping[str, float] | None = None,
        lang: Lang | None = None,
    ) -> Verdict:
        """The verdict on one page.

        ``source`` is a page already read, text, HTML or bytes of any encoding; a preset,
        thresholds and language given here win over the configuration. Raises
        :class:`LimitExceeded` where the page is longer than the configured limit, never on what
        the page says.
        """
        page = (
            source
            if isinstance(source, Page)
            else read(source, content_type=content_type, url=url, title=title)
        )
        settings = self.config.judge
        if len(page.text) > self.config.limits.max_chars:
            raise LimitExceeded("characters", len(page.text), self.config.limits.max_chars)
        own = {**settings.thresholds, **thresholds} if thresholds else settings.thresholds
        bounds = judge.thresholds(preset or settings.preset, own)

        view = View(page)
        findings = tag_view(view, lang or settings.lang, self.tagger)
        spans = judge.settle(findings.spans, bounds)
        prose = reading.read(view.folded, judge.cuts(spans), self.prose)
        labels = judge.labels(spans, prose, bounds)
        written = judge.written(prose, bounds, lang or settings.lang)
        census = view.folded.census

        return Verdict(
            action=judge.strictest(labels),
            score=max((label.score for label in labels), default=0.0),
            labels=labels,
            spans=judge.in_order(spans, written),
            composition=judge.composition(len(page.text), spans),
            signals=findings.signals,
            abstained=judge.abstentions(page.text, view.han, prose),
            language=chars.language(census),
            clean_text=clean(page.text, spans, unseen=census.unseen > 0),
            fingerprint=simhash(view.text),
            chars=len(page.text),
            versions=versions(
                self.tagger.label if self.tagger else None, self.prose.label if self.prose else NONE
            ),
        )


@cache
def tagger(setting: str) -> Tagger | None:
    """The tagger a setting of ``models.noise`` names; one and the same for every detector."""
    path = model_path("noise", setting)
    return load_tagger(path) if path else None


@cache
def prose_model(setting: str) -> Prose | None:
    """The prose model a setting of ``models.prose`` names; one and the same for every detector."""
    path = model_path("prose", setting)
    return load_prose(path) if path else None


def model_path(family: str, setting: str) -> Path | None:
    """The directory a setting names for a family of models; None for no model."""
    if setting == NONE:
        return None
    return installed(family) if setting == DEFAULT else Path(setting)


@cache
def versions(tagger: str | None, prose: str) -> Mapping[str, str]:
    """What answers: the package, the rules and the model of the noise room, the prose model."""
    rooms = {"noise": "+".join(filter(None, (RULES, tagger))), "prose": prose}
    try:
        return {"detector": version("detector"), **rooms}
    except PackageNotFoundError:  # run from a checkout that was never installed
        return {"detector": "0+unknown", **rooms}


def verdict_json(verdict: Verdict, include: Collection[str] = INCLUDE) -> dict[str, object]:
    """The verdict as the JSON object every face shows; ``include`` names the large parts wanted."""
    labels = [
        {key: value for key, value in _fields(label).items() if value is not None}
        for label in verdict.labels
    ]
    found: dict[str, object] = {
        "action": verdict.action,
        "score": verdict.score,
        "labels": labels,
        "composition": dict(verdict.composition),
        "language": _fields(verdict.language),
        "abstained": [_fields(a) for a in verdict.abstained],
        "fingerprint": {"simhash": verdict.fingerprint},
        "chars": verdict.chars,
        "versions": dict(verdict.versions),
    }
    if "spans" in include:
        found["spans"] = [_fields(span) for span in verdict.spans]
    if "signals" in include:
        found["signals"] = {
            s.name: {"value": s.value, "score": s.score, "message": s.message}
            for s in verdict.signals
        }
    if "clean_text" in include:
        found["clean_text"] = verdict.clean_text
    return found


def _fields(noun: Span | Label | Language | Abstention) -> dict[str, object]:
    """A flat noun as a dict; ``dataclasses.asdict`` copies deeply and takes ten times as long."""
    return {name: getattr(noun, name) for name in noun.__slots__}
