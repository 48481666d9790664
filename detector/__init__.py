"""Content filter for Chinese web text: tag spam, boilerplate and AI prose, as spans.

>>> from detector import Detector
>>> page = "今天(jīn)天气(qì)很(hěn)好(hǎo)，我们(men)去公园(yuán)散(sàn)步(bù)。"
>>> Detector().check(page).clean_text
'今天天气很好，我们去公园散步。'
"""

from typing import TYPE_CHECKING

from detector.page import DetectorError, Page, Span, Verdict

if TYPE_CHECKING:
    from detector.core import Detector, verdict_json

__all__ = ["Detector", "DetectorError", "Page", "Span", "Verdict", "verdict_json"]


def __getattr__(name: str) -> object:
    """Load the corridor at first use, so that ``detector --help`` does not wait for it."""
    if name in ("Detector", "verdict_json"):
        from detector import core  # noqa: PLC0415 - see above

        return getattr(core, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
