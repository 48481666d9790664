"""Carriers into pages: a noisy one each, and clean twins of some."""

import random
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from detector.page import UnreadableInput
from detector.training.synth import grammar
from detector.training.synth.characters import hant
from detector.training.synth.draft import Block, Draft, Piece, join
from detector.training.synth.evasion import disguise
from detector.training.synth.furniture import FURNITURE, HONEST, paragraphs
from detector.training.synth.markup import blocks
from detector.training.synth.recipes import LATE, PROFILES, RECIPES, in_order
from detector.training.synth.scene import Carrier, Scene

VERSION: Final = "1.0.0"
ALL: Final = "*"
LONGEST: Final = 2400  # characters of a body; longer carriers give a stretch of it
REMEMBERED: Final = 64  # carriers whose sentences and titles other pages may borrow
LAYOUTS: Final = (*[("\n", "\n")] * 14, *[("\n", "\n\n")] * 3, ("\n\n", "\n\n"), (" ", " "))
MARKED_UP: Final = 0.5  # share of the pages that come with what their HTML would say
WALLS: Final = frozenset({"seo_kw_list", "adult_kw_list", "gambling_kw_list", "link_farm_titles"})
KINDS_ON_A_PAGE: Final = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make: weights by kind, own lists by kind, kinds never to make, the share of twins."""

    weights: Mapping[str, float] = field(default_factory=dict)
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    twins: float = 0.3

    def __post_init__(self) -> None:
        known = {*RECIPES, ALL}
        for kind in (*self.weights, *self.lists, *self.left_out):
            if kind not in known:
                raise UnreadableInput(f"no recipe is called {kind}; there are {', '.join(RECIPES)}")
        if not any(self.kinds().values()) and self.twins < 1:
            raise UnreadableInput("no recipe has a weight above 0")

    def kinds(self) -> dict[str, float]:
        """Return the weight of every kind; 0 where it, or one it brings along, is left out."""
        weights = {}
        for kind, recipe in RECIPES.items():
            base = self.weights.get(ALL, recipe.weight)
            barred = self.left_out.intersection((kind, *recipe.brings))
            weights[kind] = 0.0 if barred else self.weights.get(kind, base)
        return weights


class Generator:
    """Makes pages; the same carriers, plan and seed give the same rows."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan = plan
        self.seed = seed
        self.grammar = grammar.load()
        self.weights = {kind: weight for kind, weight in plan.kinds().items() if weight}
        found = ([kind for kind in profile if kind in self.weights] for profile in PROFILES)
        self.profiles = [kinds for kinds in found if kinds]
        self.others: deque[Carrier] = deque(maxlen=REMEMBERED)

    def rows(self, carriers: Iterator[Carrier]) -> Iterator[dict[str, Any]]:
        """Yield rows as long as carriers come: noisy pages, and behind some of them clean twins."""
        carrier: Carrier | None = None
        for number in count():
            rng = random.Random(f"{self.seed}:{number}")  # noqa: S311 - a corpus, not a secret
            twin = carrier is not None and rng.random() < self.plan.twins
            if carrier is not None and not twin:
                self.others.append(carrier)
            if not twin:
                carrier = next(carriers, None)
            if carrier is None:
                return
            yield self.row(carrier, number, rng, twin=twin)

    def row(
        self, carrier: Carrier, number: int, rng: random.Random, *, twin: bool
    ) -> dict[str, Any]:
        """Return one page as a row of a corpus."""
        scene = Scene(rng, self.grammar, carrier, self.plan.lists, self.others)
        recipes = [] if twin else self.choice(scene)
        draft = self.clean_page(scene) if twin else self.noisy_page(scene, recipes)
        text, spans = join(draft)
        marked_up = {"blocks": blocks(draft, scene)} if scene.chance(MARKED_UP) else {}
        noisy = any(span["severity"] == "spam" for span in spans)
        return {
            "id": f"synth-{self.seed}-{number:06d}",
            "text": text,
            "spans": spans,
            **carrier.extra,
            "source": f"synth on {carrier.source}#{carrier.id}",
            "group_id": carrier.group_id,
            "generator": {"model": "synth", "version": VERSION},
            "category": "spam" if noisy else "clean",
            "recipes": recipes,
            **marked_up,
        }

    def choice(self, scene: Scene) -> list[str]:
        """Return the kinds of one page, in the order to make them: of one profile, or any."""
        size = scene.pick(KINDS_ON_A_PAGE)
        pool = scene.pick(self.profiles) if self.profiles and scene.chance(0.6) else self.weights
        kinds = list(pool)
        drawn = scene.rng.choices(kinds, [self.weights[kind] for kind in kinds], k=size)
        return in_order(drawn)

    def noisy_page(self, scene: Scene, kinds: Sequence[str]) -> Draft:
        """Return the carrier with noise of these kinds, disguised or in traditional at times."""
        draft = start(scene)
        if scene.chance(0.12) and not WALLS.isdisjoint(kinds):
            draft.zones["body"].clear()
        early = [kind for kind in kinds if kind not in LATE]
        for kind in early:
            RECIPES[kind].make(draft, scene)
        if scene.chance(0.65):
            self.furnish(draft, scene)
        if scene.chance(0.25):
            disguise(draft, scene)
        if scene.chance(0.12):
            hant(draft, scene)
        for kind in kinds[len(early) :]:
            RECIPES[kind].make(draft, scene)
        return draft

    def clean_page(self, scene: Scene) -> Draft:
        """Return the carrier with what only looks like noise."""
        draft = start(scene)
        for _ in range(scene.count(0, 3)):
            kind, make = scene.pick(HONEST)
            if kind not in self.plan.left_out:
                make(draft, scene)
        if scene.chance(0.75):
            self.furnish(draft, scene)
        if scene.chance(0.08):
            hant(draft, scene)
        return draft

    def furnish(self, draft: Draft, scene: Scene) -> None:
        """Put ordinary furniture round the text."""
        for kind, (make, share) in FURNITURE.items():
            if kind not in self.plan.left_out and scene.chance(share):
                make(draft, scene)


def start(scene: Scene) -> Draft:
    """Return the carrier as a draft: its title at times, its text or a stretch of it."""
    gap, space = scene.pick(LAYOUTS)
    draft = Draft(gap, space)
    body = paragraphs(scene.carrier.text)
    if scene.title and scene.chance(0.7):
        if "".join(piece.text for piece in body[0][0]) == scene.title:
            body = body[1:]
        if scene.chance(0.3):
            tail = scene.say(scene.pick(("_{SITE}", "-{SITE}", " - {SITE}", "_{column}_{SITE}")))
            draft.zones["title"].append([[Piece(scene.title + tail)]])
        draft.zones["title"].append([[Piece(scene.title)]])
    draft.zones["body"] = stretch(body, scene)
    return draft


def stretch(body: list[Block], scene: Scene) -> list[Block]:
    """Return neighbouring paragraphs of at most LONGEST characters, at times one or two only."""
    first = scene.pick(range(len(body))) if len(body) > 40 else 0
    most = scene.count(1, 2) if scene.chance(0.06) else len(body)
    kept: list[Block] = []
    size = 0
    for block in body[first : first + most]:
        text = block[0][0].text
        if kept and size + len(text) > LONGEST:
            break
        kept.append([[Piece(text[: LONGEST - size])]])
        size += len(text)
    return kept
