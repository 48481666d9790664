"""Content filter for Chinese web text: tag spam, boilerplate and AI prose, as spans.

>>> from detector import Detector
>>> page = "今天(jīn)天气(qì)很(hěn)好(hǎo)，我们(men)去公园(yuán)散(sàn)步(bù)。"
>>> Detector().check(page).clean_text
'今天天气很好，我们去公园散步。'
"""

from detector.core import Detector, verdict_json
from detector.page import DetectorError, Page, Span, Verdict

__all__ = ["Detector", "DetectorError", "Page", "Span", "Verdict", "verdict_json"]
