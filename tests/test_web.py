"""The HTTP service, over real sockets."""

import base64
import gzip
import http.client
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.serving import WSGIRequestHandler, make_server

from detector.config import Config, Limits
from detector.core import INCLUDE, Detector, verdict_json
from detector.page import ConfigError, Verdict
from detector.web import create_app
from detector.web.app import build
from detector.web.engine import Engine
from detector.web.offsets import UNITS, convert
from service import create_app as service_create_app

PROSE = "昨天下午我去了河边,看见几个孩子在放风筝。风不大,线却拉得很紧,有一只红色的一直飞到了云里。"
SPAM = (
    "標題(tí)在這(zhè)裏。正文先說一件小事😀,然後結束。\n"
    "标签：#网站优化 #排名代做 #关键词推广 #seo外包 #快速收录 #刷流量\n"
)
MARKER = "秘密的句子只有我知道"
CONFIG = Config(
    limits=Limits(
        max_chars=10_000,
        max_documents=8,
        max_body_bytes=100_000,
        max_decompressed_bytes=300_000,
        max_decompression_ratio=20,
    )
)
JSON = {"Content-Type": "application/json"}
NDJSON = {"Content-Type": "application/x-ndjson"}


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        return json.loads(self.body)

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.body.splitlines()]


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Keep werkzeug's access log out of the tests' output."""


@dataclass(frozen=True)
class Client:
    port: int

    def send(
        self,
        method: str,
        path: str,
        body: bytes | Iterator[bytes] | None = None,
        headers: Mapping[str, str] = JSON,
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            chunked = body is not None and not isinstance(body, bytes)
            connection.request(method, path, body, dict(headers), encode_chunked=chunked)
            response = connection.getresponse()
            return Reply(response.status, dict(response.headers), response.read())
        finally:
            connection.close()

    def score(self, *documents: object, **options: object) -> Reply:
        body = json.dumps({"documents": documents, **options}).encode()
        return self.send("POST", "/v1/score", body)

    def raw(self, request: bytes) -> bytes:
        """Send bytes as they are, say nothing more, and return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))


@contextmanager
def serving(app: Flask) -> Iterator[Client]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Client(server.port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def wait_until_ready(client: Client) -> None:
    until = time.monotonic() + 20
    while client.send("GET", "/readyz").status != 200:
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with serving(create_app(CONFIG)) as client:
        wait_until_ready(client)
        yield client


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(CONFIG)


def assert_problem(reply: Reply, status: int, code: str, pointer: str = "") -> None:
    assert reply.status == status
    assert reply.headers["Content-Type"] == "application/problem+json"
    problem = reply.json()
    assert problem["status"] == status
    assert {"type", "title", "detail"} <= set(problem)
    assert (pointer, code) in {(each["pointer"], each["code"]) for each in problem["errors"]}


def verdict_of(result: Mapping[str, Any]) -> dict[str, Any]:
    ours = ("index", "id", "status", "elapsed_ms", "text")
    return {name: value for name, value in result.items() if name not in ours}


def expected(verdict: Verdict) -> dict[str, Any]:
    return dict(json.loads(json.dumps(verdict_json(verdict, INCLUDE))))


# What is answered


def test_says_what_the_library_says(client: Client, detector: Detector) -> None:
    reply = client.score({"id": "a", "text": PROSE}, {"id": "b", "text": SPAM})
    assert reply.status == 200
    first, second = reply.json()["results"]
    assert (first["index"], first["id"], first["status"]) == (0, "a", "ok")
    assert (second["index"], second["id"]) == (1, "b")
    assert verdict_of(first) == expected(detector.check(PROSE, content_type="text/plain"))
    assert verdict_of(second) == expected(detector.check(SPAM, content_type="text/plain"))
    assert second["action"] != "pass"


def test_options_reach_the_detector(client: Client, detector: Detector) -> None:
    options: dict[str, Any] = {"preset": "recall", "lang": "en", "thresholds": {"tag_spam": 0.99}}
    (result,) = client.score({"text": SPAM}, **options).json()["results"]
    assert verdict_of(result) == expected(
        detector.check(SPAM, content_type="text/plain", **options)
    )
    assert [each["threshold"] for each in result["labels"] if each["name"] == "tag_spam"] == [0.99]


def test_query_gives_defaults_and_the_body_wins(client: Client) -> None:
    query = "include=text,spans&lang=en&thresholds=tag_spam:0.5"
    body = json.dumps({"documents": [{"text": SPAM}], "include": []}).encode()
    (result,) = client.send("POST", f"/v1/score?{query}", body).json()["results"]
    assert not {"text", "spans", "signals", "clean_text"} & set(result)
    assert 0.5 in [each["threshold"] for each in result["labels"]]


def test_text_sent_is_text_even_if_it_looks_like_html(client: Client) -> None:
    source = "<p>一段\r\n文字</p>"
    plain, html = client.score({"text": source}, {"html": source}, include=["text"]).json()[
        "results"
    ]
    assert plain["text"] == source
    assert "<p>" not in html["text"]
    assert "一段" in html["text"]


def test_bytes_of_a_declared_encoding(client: Client) -> None:
    content = base64.encodebytes(PROSE.encode("gb18030")).decode()
    document = {"content_base64": content, "content_type": "text/plain; charset=gbk"}
    (result,) = client.score(document, include=["text"]).json()["results"]
    assert result["text"] == PROSE


def test_null_stands_for_absent(client: Client) -> None:
    document = {"id": None, "url": None, "title": None, "html": None, "text": PROSE}
    reply = client.score(document, preset=None, include=None)
    assert [each["status"] for each in reply.json()["results"]] == ["ok"]


def test_empty_text_is_a_document(client: Client) -> None:
    (result,) = client.score({"text": ""}).json()["results"]
    assert (result["status"], result["action"], result["chars"]) == ("ok", "pass", 0)


@pytest.mark.parametrize("unit", UNITS)
def test_offsets_count_in_the_unit_asked_for(client: Client, unit: str) -> None:
    reply = client.score({"text": SPAM}, offset_unit=unit, include=["spans"])
    spans = reply.json()["results"][0]["spans"]
    plain = client.score({"text": SPAM}, include=["spans"]).json()["results"][0]["spans"]
    assert [cut(SPAM, span, unit) for span in spans] == [
        cut(SPAM, each, "codepoint") for each in plain
    ]
    assert len(spans) > 1


def cut(text: str, span: Mapping[str, int], unit: str) -> str:
    encoding, width = {
        "codepoint": ("utf-32-le", 4),
        "utf16": ("utf-16-le", 2),
        "utf8": ("utf-8", 1),
    }[unit]
    return text.encode(encoding)[span["start"] * width : span["end"] * width].decode(encoding)


@given(st.text(alphabet="a（dāng）發\u0005é😀\U0002b740", max_size=40), st.data())
def test_convert_agrees_with_the_codecs(text: str, data: st.DataObject) -> None:
    offsets = data.draw(st.lists(st.integers(0, len(text)), max_size=5))
    for unit, encoding, width in (("utf16", "utf-16-le", 2), ("utf8", "utf-8", 1)):
        wanted = [len(text[:offset].encode(encoding)) // width for offset in offsets]
        assert convert(text, np.array(offsets, np.int64), unit).tolist() == wanted


def test_the_documented_request_is_answered(client: Client) -> None:
    docs = Path(__file__).parents[1] / "docs" / "http.md"
    example = docs.read_text("utf-8").partition("```json\n")[2].partition("```")[0]
    reply = client.send("POST", "/v1/score", example.encode())
    assert [(each["id"], each["status"]) for each in reply.json()["results"]] == [
        ("a", "ok"),
        ("b", "ok"),
        ("c", "ok"),
    ]


# One bad document

BAD_DOCUMENTS = [
    ("not an object", "", "wrong_type"),
    (None, "", "wrong_type"),
    ({}, "", "missing"),
    ({"text": PROSE, "html": "<p>两个</p>"}, "", "conflict"),
    ({"text": 5}, "/text", "wrong_type"),
    ({"text": ["一"]}, "/text", "wrong_type"),
    ({"id": 7, "text": PROSE}, "/id", "wrong_type"),
    ({"id": "x" * 129, "text": PROSE}, "/id", "too_long"),
    ({"text": PROSE, "a/b": 1}, "/a~1b", "unknown_field"),
    ({"text": PROSE, "content_type": "text/html"}, "/content_type", "conflict"),
    ({"content_base64": "%%%"}, "/content_base64", "bad_base64"),
    ({"content_base64": "QQ"}, "/content_base64", "bad_base64"),
    ({"content_base64": "中文"}, "/content_base64", "bad_base64"),
    ({"text": "长" * 10_001}, "", "too_long"),
]


@pytest.mark.parametrize(("document", "pointer", "code"), BAD_DOCUMENTS)
def test_a_bad_document_leaves_the_others_alone(
    client: Client, document: object, pointer: str, code: str
) -> None:
    reply = client.score({"id": "good", "text": PROSE}, document, {"text": SPAM})
    assert reply.status == 200
    before, bad, after = reply.json()["results"]
    assert (before["status"], before["id"], after["status"]) == ("ok", "good", "ok")
    assert (bad["index"], bad["status"]) == (1, "error")
    assert (bad["error"]["pointer"], bad["error"]["code"]) == (pointer, code)
    assert bad["error"]["detail"]


@pytest.mark.parametrize("escape", [r"\ud800", r"\uDFFF", r"\udc00\ud800"])
def test_half_a_surrogate_pair_becomes_one_replacement_character(
    client: Client, escape: str
) -> None:
    document = rf'{{"id":"{escape}","text":"前{escape}后\ud83d\ude00"}}'
    body = f'{{"documents":[{document}],"include":["text"]}}'
    reply = client.send("POST", "/v1/score", body.encode("utf-8-sig"))
    (result,) = reply.json()["results"]
    half = "\ufffd" * (len(escape) // 6)
    assert (result["status"], result["id"], result["text"]) == ("ok", half, f"前{half}后😀")


# Requests refused as a whole

REFUSED = [
    (b"", 400, "malformed_json", ""),
    (b"{", 400, "malformed_json", ""),
    (b'{"documents":[{"text":NaN}]}', 400, "malformed_json", ""),
    (rb'{"documents":[{"text":NaN}],"x":"\ud800"}', 400, "malformed_json", ""),
    (b"[" * 50_000, 400, "malformed_json", ""),
    (rb'"\ud800",' + b"[" * 50_000, 400, "malformed_json", ""),
    (rb'["\ud800",' + b"[" * 50_000, 400, "malformed_json", ""),
    ('{"documents":"中文"}'.encode("gbk"), 400, "malformed_json", ""),
    (b"[]", 422, "wrong_type", ""),
    (b"null", 422, "wrong_type", ""),
    (b"{}", 422, "missing", "/documents"),
    (b'{"documents":{}}', 422, "wrong_type", "/documents"),
    (b'{"documents":[]}', 422, "wrong_length", "/documents"),
    (b'{"documents":[0,1,2,3,4,5,6,7,8]}', 422, "wrong_length", "/documents"),
    (b'{"documents":[0],"preset":"harsh"}', 422, "unknown_value", "/preset"),
    (b'{"documents":[0],"lang":[]}', 422, "unknown_value", "/lang"),
    (b'{"documents":[0],"include":"spans"}', 422, "wrong_type", "/include"),
    (b'{"documents":[0],"include":["spans","x"]}', 422, "unknown_value", "/include/1"),
    (b'{"documents":[0],"offset_unit":"bytes"}', 422, "unknown_value", "/offset_unit"),
    (b'{"documents":[0],"thresholds":1}', 422, "wrong_type", "/thresholds"),
    (b'{"documents":[0],"thresholds":{"spam":1}}', 422, "unknown_field", "/thresholds/spam"),
    (b'{"documents":[0],"thresholds":{"tag_spam":2}}', 422, "wrong_value", "/thresholds/tag_spam"),
    (
        b'{"documents":[0],"thresholds":{"tag_spam":true}}',
        422,
        "wrong_value",
        "/thresholds/tag_spam",
    ),
    (b'{"documents":[0],"a~b":1}', 422, "unknown_field", "/a~0b"),
]


@pytest.mark.parametrize(("body", "status", "code", "pointer"), REFUSED)
def test_refused(client: Client, body: bytes, status: int, code: str, pointer: str) -> None:
    assert_problem(client.send("POST", "/v1/score", body), status, code, pointer)


def test_every_fault_of_the_envelope_is_told_at_once(client: Client) -> None:
    errors = client.score(preset="harsh", lang="fr", more=1).json()["errors"]
    assert {each["pointer"] for each in errors} == {"/documents", "/preset", "/lang", "/more"}


def test_an_answer_does_not_grow_with_its_faults(client: Client) -> None:
    reply = client.score({"text": PROSE}, include=[0] * 20_000)
    assert len(reply.json()["errors"]) == 100


@pytest.mark.parametrize(
    "query",
    ["preset=harsh", "include=spans,x", "thresholds=tag_spam", "thresholds=tag_spam:nan", "q=1"],
)
def test_refused_queries(client: Client, query: str) -> None:
    reply = client.send("POST", f"/v1/score?{query}", b'{"documents":[{"text":""}]}')
    assert reply.status == 422
    assert f"query/{query.partition('=')[0]}" in reply.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "unsupported_type"),
        ({"Content-Type": "text/plain"}, "unsupported_type"),
        ({"Content-Type": "application/json; charset=gbk"}, "unsupported_type"),
        ({**JSON, "Content-Encoding": "br"}, "unsupported_encoding"),
        ({**JSON, "Content-Encoding": "gzip, gzip"}, "unsupported_encoding"),
    ],
)
def test_unsupported_media(client: Client, headers: Mapping[str, str], code: str) -> None:
    assert_problem(client.send("POST", "/v1/score", b"{}", headers), 415, code)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not_found"),
        ("GET", "/v1//score", 404, "not_found"),
        ("POST", "/v1/score/", 404, "not_found"),
        ("GET", "/v1/score", 405, "method_not_allowed"),
        ("POST", "/healthz", 405, "method_not_allowed"),
    ],
)
def test_routing_errors(client: Client, method: str, path: str, status: int, code: str) -> None:
    reply = client.send(method, path)
    assert_problem(reply, status, code)
    assert ("Allow" in reply.headers) == (status == 405)


NAMES = st.sampled_from(["documents", "id", "text", "html", "content_base64", "preset", "include"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("网页#\u0005\ud800😀&<a>", max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=200)
@given(VALUES | st.fixed_dictionaries({"documents": st.lists(VALUES, max_size=4)}))
def test_no_json_makes_it_fail(client: Client, value: object) -> None:
    reply = client.send("POST", "/v1/score", json.dumps(value).encode())
    assert reply.status in {200, 422}
    assert b"internal_error" not in reply.body


@settings(max_examples=200)
@given(st.binary(max_size=40), st.sampled_from(["identity", "gzip", "zstd"]))
def test_no_bytes_make_it_fail(client: Client, body: bytes, coding: str) -> None:
    headers = {**JSON, "Content-Encoding": coding}
    assert client.send("POST", "/v1/score", body, headers).status in {400, 422}


# Sizes and codings


def padded(size: int) -> bytes:
    body = json.dumps({"documents": [{"text": PROSE}]}).encode()
    return body + b" " * (size - len(body))


@pytest.mark.parametrize(("size", "status"), [(100_000, 200), (100_001, 413)])
def test_body_limit(client: Client, size: int, status: int) -> None:
    assert client.send("POST", "/v1/score", padded(size)).status == status
    pieces = (padded(size)[start : start + 999] for start in range(0, size, 999))
    assert client.send("POST", "/v1/score", pieces).status == status


def test_too_large_is_said_before_the_body_is_read(client: Client) -> None:
    head = b"POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    answer = client.raw(head + b"Content-Length: 99999999999\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"body_too_large"' in answer


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: 12 bytes\r\n\r\n",
        b"Content-Length: 50\r\n\r\n{}",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx0\r\n\r\n",
        b"\r\n",
    ],
)
def test_broken_framing_is_a_400(client: Client, rest: bytes) -> None:
    head = b"POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    answer = client.raw(head + rest)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in answer


def compress(coding: str, data: bytes) -> bytes:
    return gzip.compress(data) if coding == "gzip" else zstandard.compress(data)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
class TestCodings:
    def send(self, client: Client, coding: str, body: bytes) -> Reply:
        return client.send("POST", "/v1/score", body, {**JSON, "Content-Encoding": coding})

    def test_compressed(self, client: Client, coding: str) -> None:
        body = json.dumps({"documents": [{"text": PROSE}]}).encode()
        assert self.send(client, coding, compress(coding, body)).status == 200
        halves = compress(coding, body[:20]) + compress(coding, body[20:])
        assert self.send(client, coding, halves).status == 200

    def test_broken(self, client: Client, coding: str) -> None:
        whole = compress(coding, b'{"documents":[]}')
        for body in (b"", b"not compressed", whole[:-3], whole + b"more"):
            assert_problem(self.send(client, coding, body), 400, "bad_encoding")

    def test_too_much_for_the_ratio(self, client: Client, coding: str) -> None:
        bomb = compress(coding, padded(70_000))
        assert len(bomb) * 20 < 65_536
        assert_problem(self.send(client, coding, bomb), 413, "decompressed_too_large")

    def test_too_much_at_all(self, client: Client, coding: str) -> None:
        body = compress(coding, os.urandom(30_000).hex().encode() + padded(250_000))
        assert len(body) * 20 > 300_000
        assert_problem(self.send(client, coding, body), 413, "decompressed_too_large")

    def test_a_bomb_is_given_up_early(self, client: Client, coding: str) -> None:
        bomb = compress(coding, bytes(80_000_000))
        started = time.perf_counter()
        assert_problem(self.send(client, coding, bomb), 413, "decompressed_too_large")
        assert time.perf_counter() - started < 1


# NDJSON


def test_ndjson_in_and_out(client: Client, detector: Detector) -> None:
    rows: Sequence[bytes] = [
        json.dumps({"id": "a", "text": SPAM}).encode(),
        b"",
        b"{not json",
        b'{"id":"c"}\r',
        rb'{"id":"d","text":"\ud800"}',
    ]
    reply = client.send("POST", "/v1/score?include=spans&lang=en", b"\n".join(rows), NDJSON)
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "application/x-ndjson"
    assert reply.headers["Transfer-Encoding"] == "chunked"
    first, second, third, fourth = reply.lines()
    verdict = detector.check(SPAM, content_type="text/plain", lang="en")
    assert verdict_of(first) == json.loads(json.dumps(verdict_json(verdict, {"spans"})))
    assert (second["index"], second["id"], second["error"]["code"]) == (1, None, "malformed_json")
    assert (third["id"], third["error"]["code"]) == ("c", "missing")
    assert (fourth["index"], fourth["id"], fourth["status"]) == (3, "d", "ok")


def test_ndjson_follows_the_same_rules(client: Client) -> None:
    def send(body: bytes, **headers: str) -> Reply:
        return client.send("POST", "/v1/score", body, {**NDJSON, **headers})

    assert_problem(send(b"\n"), 422, "wrong_length", "/documents")
    assert_problem(send(b"{}\n" * 9), 422, "wrong_length", "/documents")
    assert_problem(send(b" " * 100_001), 413, "body_too_large")
    assert len(send(gzip.compress(b"{}\n{}"), **{"Content-Encoding": "gzip"}).lines()) == 2


# Headers, readiness, logs


@pytest.mark.parametrize("name", ["a", "x" * 128, "trace 7/~"])
def test_request_id_is_echoed(client: Client, name: str) -> None:
    for path in ("/healthz", "/nowhere"):
        assert (
            client.send("GET", path, headers={"X-Request-ID": name}).headers["X-Request-ID"] == name
        )


@pytest.mark.parametrize("name", ["", "x" * 129, "é", "a\tb"])
def test_unfit_request_id_is_replaced(client: Client, name: str) -> None:
    given = client.send("GET", "/healthz", headers={"X-Request-ID": name}).headers["X-Request-ID"]
    assert len(given) == 32
    assert given != client.send("GET", "/healthz").headers["X-Request-ID"]


def test_not_ready_until_warm() -> None:
    engine = Engine(CONFIG)
    with serving(build(engine)) as client:
        assert client.send("GET", "/healthz").json() == {"status": "ok"}
        for reply in (client.send("GET", "/readyz"), client.score({"text": PROSE})):
            assert_problem(reply, 503, "not_ready")
            assert int(reply.headers["Retry-After"]) > 0
        engine.start()
        wait_until_ready(client)
        assert client.score({"text": PROSE}).status == 200


class Failing(Detector):
    def check(self, *_: object, **__: object) -> Verdict:
        raise RuntimeError(MARKER)


class FailingEngine(Engine):
    def detector(self) -> Detector:
        return Failing(self.config)


class DeadEngine(Engine):
    def detector(self) -> Detector:
        raise RuntimeError(MARKER)


def test_our_own_failures_neither_leak_nor_log_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(build(FailingEngine(CONFIG))) as client:
        reply = client.score({"text": MARKER}, {"text": 1})
        assert [each["error"]["code"] for each in reply.json()["results"]] == [
            "internal_error",
            "wrong_type",
        ]
    with serving(build(DeadEngine(CONFIG))) as client:
        dead = client.score({"text": MARKER})
        assert_problem(dead, 500, "internal_error")
    told = caplog.text + reply.body.decode() + dead.body.decode()
    assert "RuntimeError at" in caplog.text
    assert MARKER not in told
    assert "Traceback" not in told


def test_text_is_never_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.score({"text": MARKER}, {"txt": MARKER}, MARKER, preset="strict")
    client.score({"text": MARKER}, preset=MARKER)
    client.send("POST", "/v1/score", json.dumps([MARKER]).encode()[:-1])
    assert MARKER not in caplog.text


# Many at once, and the entry point


def test_eight_threads_get_the_library_s_verdicts(client: Client, detector: Detector) -> None:
    texts = [PROSE, SPAM, PROSE + SPAM, SPAM * 3]
    wanted = [expected(detector.check(text, content_type="text/plain")) for text in texts]

    def work(worker: int) -> list[bool]:
        turns = [(worker + turn) % len(texts) for turn in range(20)]
        replies = [client.score({"text": texts[turn]}).json()["results"] for turn in turns]
        return [
            verdict_of(reply[0]) == wanted[turn] for reply, turn in zip(replies, turns, strict=True)
        ]

    with ThreadPoolExecutor(8) as pool:
        same = [each for answers in pool.map(work, range(8)) for each in answers]
    assert same == [True] * 160


def test_the_environment_configures_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    assert service_create_app is create_app
    monkeypatch.setenv("DETECTOR__LIMITS__MAX_BODY_BYTES", "1")
    with pytest.raises(ConfigError, match="max_body_bytes"):
        create_app()


def test_importing_the_service_makes_no_app() -> None:
    code = "import service, threading; print(hasattr(service, 'app'), threading.active_count())"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "1"]
