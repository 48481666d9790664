"""The routes: ``POST /v1/score`` and the two probes."""

from collections.abc import Callable, Iterator

import orjson
from flask import Blueprint, Response, current_app, request

from detector.web import schema
from detector.web.body import loads, read_body
from detector.web.engine import Engine
from detector.web.problems import problem
from detector.web.results import Scorer

blueprint = Blueprint("score", __name__)

JSON, NDJSON = "application/json", "application/x-ndjson"


@blueprint.get("/healthz")
def alive() -> Response:
    """Answer as long as the process does."""
    return Response(b'{"status":"ok"}', content_type=JSON)


@blueprint.get("/readyz")
def ready() -> Response:
    """Answer 200 once documents can be scored, 503 before."""
    _engine().detector()
    return Response(b'{"status":"ready"}', content_type=JSON)


@blueprint.post("/v1/score")
def score() -> Response:
    """Answer a JSON request with one object, an NDJSON request with a stream of lines."""
    engine = _engine()
    engine.detector()
    answer = ANSWERS.get(request.mimetype)
    charset = request.mimetype_params.get("charset", "utf-8")
    if answer is None or charset.lower() != "utf-8":
        types = ", ".join(ANSWERS)
        raise problem(415, "unsupported_type", f"must be {types}, in UTF-8", Accept=types)
    options = schema.query(request.args)
    return answer(engine, options, read_body(request, engine.config.limits))


def _object(engine: Engine, defaults: dict[str, object], body: bytes) -> Response:
    try:
        value = loads(body)
    except ValueError as error:
        raise problem(400, "malformed_json", "the body must be JSON in UTF-8") from error
    documents, options = schema.envelope(value, defaults, engine.config.limits.max_documents)
    scorer = Scorer(engine.detector(), options)
    results = [orjson.Fragment(scorer.result(*each)) for each in enumerate(documents)]
    return Response(orjson.dumps({"results": results}), content_type=JSON)


def _lines(engine: Engine, defaults: dict[str, object], body: bytes) -> Response:
    lines = [line for line in body.split(b"\n") if line.strip()]
    most = engine.config.limits.max_documents
    _, options = schema.envelope({"documents": lines}, defaults, most)
    scorer = Scorer(engine.detector(), options)

    def stream() -> Iterator[bytes]:
        for index, line in enumerate(lines):
            yield scorer.line(index, line)

    return Response(stream(), content_type=NDJSON)


def _engine() -> Engine:
    engine: Engine = current_app.extensions["detector"]
    return engine


ANSWERS: dict[str, Callable[[Engine, dict[str, object], bytes], Response]] = {
    JSON: _object,
    NDJSON: _lines,
}
