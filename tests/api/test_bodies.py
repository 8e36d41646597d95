"""A request that cannot be read, or that goes nowhere, is told so in the one form, whatever its bytes are."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from app.settings import SETTINGS
from core.experiment import Experiment
from core.spec import SpecError
from tests.api.problems import LOGISTIC, problem, raw


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"NaN",
        b'{"experiment": 1e999}',
        b'{"experiment": -Infinity}',
        b'{"experiment": "\\ud800"}',
        b'{"experiment": "\xff\xfe"}',
        b"[" * 50_000 + b"]" * 50_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"[" * 300 + b"]" * 300,
        b'{"example": ' + b"9" * 5000 + b"}",
        b"\xef\xbb\xbf{}",
        b"{'experiment': {}}",
        b"{} {}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_no_json_is_a_400(client, body):
    assert "expected" in problem(raw(client, body), 400)["message"]


@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP, identity", "x" * 5000, "\x7f"])
def test_a_coding_that_nobody_undoes_is_a_415(coding, client):
    """It had been read as if it were none, and what was told was of a JSON that nobody had written."""
    answer = raw(client, json.dumps({"experiment": LOGISTIC}).encode(), "/api/start", **{"content-encoding": coding})
    told = problem(answer, 415)
    assert "a body sent as it is" in told["message"]
    assert told["hint"] == "leave Content-Encoding out"


@pytest.mark.parametrize("coding", ["", "identity", " Identity "])
def test_no_coding_may_be_named(coding, client):
    answer = raw(client, json.dumps({"experiment": LOGISTIC}).encode(), "/api/start", **{"content-encoding": coding})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"text"', b"true"])
def test_a_body_must_be_an_object(client, body):
    assert "object" in problem(raw(client, body), 422)["message"]


def test_a_body_that_is_too_long_is_a_413(client):
    assert "2,000,000" in problem(raw(client, b'"' + b"x" * 5_000_000 + b'"'), 413)["message"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_content_type_is_a_415_with_the_cure(client, kind):
    assert "Content-Type" in problem(client.post("/api/step", content=b"{}", headers={"content-type": kind}), 415)["hint"]


def test_a_wrong_method_is_a_405_that_names_the_right_one(client):
    response = client.get("/api/step")
    problem(response, 405)
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "path",
    ["/api/nothing", "/api/", "/api/catalog/", "/docs/", "/static/../app/main.py"]
    + [folder + odd for folder in ("/api/", "/static/", "/docs/assets/") for odd in ("x" * 5000, "%ff%00", "js/%00.js")],
)
def test_an_unknown_address_is_a_404(client, path):
    problem(client.get(path), 404)


def test_what_nobody_expected_is_a_plain_500_and_is_logged(client, monkeypatch, caplog):
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the secret")

    monkeypatch.setattr("app.api.step.Run", broken)
    response = client.post("/api/step", json={"experiment": LOGISTIC})
    assert problem(response, 500)["message"] == "internal error"
    assert "content-security-policy" in response.headers
    assert "the secret" in caplog.text


def test_half_a_surrogate_pair_is_told_as_its_escape():
    """No body can carry one, but who calls the core can hand one in: the message is UTF-8 all the same."""
    with pytest.raises(SpecError) as caught:
        Experiment.parse(LOGISTIC | {"loss": {"kind": "é\ud800" + "\udfff" * 99}})
    assert r'got "é\ud800\udfff' in caught.value.message
    assert len(caught.value.message.encode()) < 380


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 5000], ids=["1e999", "-1e999", "5,000 digits"])
def test_a_number_beyond_a_float64_is_told_with_its_place(client, number):
    body = b'{"experiment": {"layers": [{"kind": "dense"}, {"a": %s}]}, "state": null}' % number.encode()
    told = problem(raw(client, body), 400)
    assert told["field"] == "layers.1.a"
    assert told["message"] == "expected a number that a float64 can hold, below 1.8e308, got a greater one"
    assert problem(raw(client, b'{"state": {"step": %s}' % number.encode()), 400)["field"] == ""  # it breaks off behind


@pytest.mark.parametrize("levels", [300, 50_000])
def test_too_many_levels_are_told_as_such(client, levels):
    told = problem(raw(client, b"[" * levels + b"]" * levels), 400)
    assert told["message"] == "expected JSON of fewer levels, got more than 250"
    assert told["hint"] == "arrays here have at most five"


def test_a_body_declared_too_long_is_refused_unread(client):
    def never() -> Any:
        raise AssertionError("the body is read")
        yield b""

    headers = {"content-type": "application/json", "content-length": "99999999"}
    response = client.post("/api/step", content=never(), headers=headers)
    assert "2,000,000" in problem(response, 413)["message"]
    assert response.headers["connection"] == "close"


HEADED = ["/", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json", "/api/catalog", "/api/presets", "/palette.css"]


@pytest.mark.parametrize("path", HEADED)
def test_whether_it_is_there_can_be_asked_by_head(client, path):
    response = client.head(path)
    assert response.status_code == 200
    assert response.content == b""
    assert response.headers["content-type"] == client.get(path).headers["content-type"]


def test_a_body_that_never_ends_is_a_408(client, monkeypatch):
    monkeypatch.setattr("app.wire.SETTINGS", replace(SETTINGS, body_seconds=0.1))
    pieces = [{"type": "http.request", "body": b'{"experiment": ', "more_body": True}]

    async def receive() -> Any:
        return pieces.pop() if pieces else await asyncio.sleep(3600)

    async def send(message: Any) -> None:
        sent.append(message)

    sent: list[Any] = []
    scope = {"type": "http", "method": "POST", "http_version": "1.1", "client": None, "server": None, "scheme": "http"}
    scope |= {"path": "/api/step", "raw_path": b"/api/step", "query_string": b"", "root_path": ""}
    client.portal.call(client.app, scope | {"headers": [(b"content-type", b"application/json")]}, receive, send)
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]
    assert set(json.loads(sent[1]["body"])) == {"field", "message", "hint"}
