"""The recipes, one a kind, and which of them stand together on real pages."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from detector.training.synth import characters, furniture, inline, lists, templates
from detector.training.synth.draft import Draft
from detector.training.synth.scene import Scene

Make = Callable[[Draft, Scene], None]


class Recipe(NamedTuple):
    """How noise of a kind is made, how often, and the kinds it brings along."""

    make: Make
    weight: float = 1.0
    brings: tuple[str, ...] = ()


RECIPES: Final[Mapping[str, Recipe]] = {
    # tag_spam
    "topic_hashtags": Recipe(lists.topic_hashtags, 0.7, ("seo_kw_tags",)),
    "seo_kw_tags": Recipe(lists.seo_kw_tags, 1.2),
    "seo_kw_list": Recipe(lists.seo_kw_list, 1.2),
    "adult_kw_list": Recipe(lists.adult_kw_list),
    "gambling_kw_list": Recipe(lists.gambling_kw_list),
    "gambling_kw_inline": Recipe(inline.gambling_kw_inline, 2.0, ("prevnext",)),
    "kw_inline_offtopic": Recipe(inline.kw_inline_offtopic, 2.0),
    "query_repeat": Recipe(inline.query_repeat),
    "geo_kw_list": Recipe(lists.geo_kw_list),
    "b2b_tags": Recipe(lists.b2b_tags, 1.5),
    "repeat_stuffing": Recipe(lists.repeat_stuffing),
    "title_stuffing": Recipe(lists.title_stuffing),
    "kw_breakdown": Recipe(lists.kw_breakdown),
    "meta_leak": Recipe(templates.meta_leak, 0.8),
    "longtail_heading": Recipe(inline.longtail_heading, 1.2),
    "longtail_kw_list": Recipe(lists.longtail_kw_list, 1.2),
    "doorway_snippet": Recipe(lists.doorway_snippet, 0.7),
    "link_farm_titles": Recipe(lists.link_farm_titles, 1.5),
    "link_farm_sites": Recipe(lists.link_farm_sites),
    "vendor_anchor_kw": Recipe(inline.vendor_anchor_kw),
    # boilerplate
    "scraper_intro": Recipe(templates.scraper_intro, 1.5),
    "scraper_outro": Recipe(templates.scraper_outro, 1.5),
    "source_footer": Recipe(templates.source_footer, 1.2),
    "category_footer": Recipe(templates.category_footer, 0.7),
    "template_header": Recipe(templates.template_header, 0.8),
    "template_footer": Recipe(templates.template_footer, 0.8),
    "disclaimer": Recipe(templates.disclaimer, 1.2),
    "editor_voice": Recipe(templates.editor_voice, 1.2),
    "injected_ad": Recipe(templates.injected_ad, 2.0),
    "ad_message": Recipe(templates.ad_message),
    "summary_dup": Recipe(templates.summary_dup),
    "stitched_text": Recipe(templates.stitched_text, 0.5),
    "templated_comments": Recipe(templates.templated_comments, 0.7),
    "random_id": Recipe(templates.random_id, 0.6),
    "extraction_debris": Recipe(templates.extraction_debris, 0.8),
    "duplicate_title": Recipe(templates.duplicate_title, 0.5),
    "encoding_garbage": Recipe(characters.encoding_garbage, 0.6),
    "noise_insertion": Recipe(characters.noise_insertion, 0.5),
    "nonsense_insertion": Recipe(characters.nonsense_insertion, 0.8),
    "control_chars": Recipe(characters.control_chars, 0.7),
    "pinyin_annotation": Recipe(characters.pinyin_annotation),
    # furniture on its own: benign, never by itself what makes a page spam
    **{kind: Recipe(make, 0.0) for kind, (make, _) in furniture.FURNITURE.items()},
}

#: These replace or copy the body, so they run before anything is put into it.
EARLY: Final = ("doorway_snippet", "ad_message", "summary_dup")
#: These work on single characters, so they run when all else stands, in this order.
LATE: Final = (
    "encoding_garbage",
    "noise_insertion",
    "nonsense_insertion",
    "control_chars",
    "pinyin_annotation",
)


def in_order(kinds: Iterable[str]) -> list[str]:
    """Return the kinds in the order their recipes must run in."""
    order = (*EARLY, *(kind for kind in RECIPES if kind not in (*EARLY, *LATE)), *LATE)
    wanted = frozenset(kinds)
    return [kind for kind in order if kind in wanted]


#: Company noise keeps on real pages.
PROFILES: Final = tuple(
    tuple(line.split())
    for line in """
    scraper_intro scraper_outro source_footer editor_voice pinyin_annotation adult_kw_list
    scraper_intro scraper_outro longtail_heading injected_ad source_footer longtail_kw_list
    topic_hashtags seo_kw_tags link_farm_titles category_footer meta_leak
    gambling_kw_inline summary_dup kw_breakdown template_footer disclaimer gambling_kw_list
    gambling_kw_list link_farm_sites longtail_kw_list template_header disclaimer noise_insertion
    b2b_tags title_stuffing repeat_stuffing geo_kw_list vendor_anchor_kw kw_inline_offtopic
    kw_inline_offtopic query_repeat link_farm_titles stitched_text disclaimer vendor_anchor_kw
    control_chars pinyin_annotation nonsense_insertion link_farm_titles template_header
    injected_ad source_footer extraction_debris random_id
    seo_kw_list adult_kw_list link_farm_sites doorway_snippet template_footer
    editor_voice templated_comments disclaimer duplicate_title injected_ad
    """.strip().split("\n")
)
