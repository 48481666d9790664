"""One document in, one result out, as bytes of JSON; nothing a document does leaves its result."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import orjson

from detector.core import Detector, verdict_json
from detector.page import LimitExceeded, Span, UnreadableInput
from detector.read import read
from detector.web import schema
from detector.web.body import loads
from detector.web.offsets import convert
from detector.web.problems import BadDocument, Fault, origin

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scorer:
    """Answers the documents of one request, the same way for one and for many."""

    detector: Detector
    options: schema.Options

    def result(self, index: int, value: object) -> bytes:
        """Return the result of a document that came as JSON value ``value``."""
        head = {"index": index, "id": schema.id_of(value)}
        started = time.perf_counter()
        try:
            found = self._verdict(schema.document(value))
            elapsed = round(1000 * (time.perf_counter() - started), 1)
            return orjson.dumps({**head, "status": "ok", **found, "elapsed_ms": elapsed})
        except BadDocument as error:
            fault = error.fault
        except LimitExceeded as error:
            fault = Fault("", "too_long", f"may have {error.limit} {error.what}")
        except UnreadableInput:
            fault = Fault("", "unreadable", "cannot be turned into text")
        except Exception as error:  # noqa: BLE001 - a fault of ours must not fail the batch either
            log.error("document %d: %s", index, origin(error))  # noqa: TRY400 - no text in logs
            fault = Fault("", "internal_error", "the detector failed on this document")
        return _refused(head, fault)

    def line(self, index: int, line: bytes) -> bytes:
        """Return the result of a document that came as a line of NDJSON, with its line feed."""
        try:
            value = loads(line)
        except ValueError:
            fault = Fault("", "malformed_json", "must be JSON in UTF-8")
            return _refused({"index": index, "id": None}, fault) + b"\n"
        return self.result(index, value) + b"\n"

    def _verdict(self, document: schema.Document) -> dict[str, object]:
        options = self.options
        page = read(
            document.source,
            content_type=document.content_type,
            url=document.url,
            title=document.title,
        )
        verdict = self.detector.check(
            page, preset=options.preset, thresholds=options.thresholds, lang=options.lang
        )
        if options.offset_unit != "codepoint":
            spans = _recounted(verdict.spans, page.text, options.offset_unit)
            verdict = replace(verdict, spans=spans)
        found = verdict_json(verdict, options.include)
        if "text" in options.include:
            found["text"] = page.text
        return found


def _recounted(spans: Sequence[Span], text: str, unit: str) -> tuple[Span, ...]:
    ends = np.array([(span.start, span.end) for span in spans], np.int64).reshape(-1, 2)
    counted = convert(text, ends, unit).tolist()
    return tuple(
        replace(span, start=start, end=end)
        for span, (start, end) in zip(spans, counted, strict=True)
    )


def _refused(head: Mapping[str, object], fault: Fault) -> bytes:
    return orjson.dumps({**head, "status": "error", "error": asdict(fault)})
