"""The application: routes, the request's name, and every error as problem+json."""

import logging
import os
import re
import uuid
from http import HTTPStatus

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from detector.config import Config, load
from detector.web import problems, score
from detector.web.engine import Engine
from detector.web.problems import Fault, Problem, problem

log = logging.getLogger(__name__)

REQUEST_ID = re.compile(r"[\x20-\x7e]{1,128}")


def create_app(config: Config | None = None) -> Flask:
    """Return the WSGI application, its detector warming up in the background.

    Without ``config`` the settings are the defaults and what the environment says. Raises
    ConfigError for settings that cannot be.
    """
    engine = Engine(load(None, os.environ) if config is None else config)
    engine.start()
    return build(engine)


def build(engine: Engine) -> Flask:
    """Return the application around ``engine``, which may be cold."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.url_map.merge_slashes = False  # //v1/score is a 404, not a redirect
    app.extensions["detector"] = engine
    app.register_blueprint(score.blueprint)
    app.before_request(_name_request)
    app.after_request(_finish)
    app.register_error_handler(Problem, problems.response)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _internal_error)
    return app


def _name_request() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"  # a verdict quotes the page
    return response


def _http_error(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or 500)
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    fault = Fault("", status.phrase.lower().replace(" ", "_"), error.description or status.phrase)
    return problems.response(Problem(status, fault, headers=headers))


def _internal_error(error: Exception) -> Response:
    log.error("request %s: %s", g.request_id, problems.origin(error))
    return problems.response(problem(500, "internal_error", "the service failed on this request"))
