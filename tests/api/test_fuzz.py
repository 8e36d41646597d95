"""No mutation of a valid document makes a 500: hypothesis changes any place of it to anything."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.figures import FIGURES
from app.openapi import calls
from app.wire import dumps

JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["dense", "softmax", "points", "0/W/0,0", "weights", "mean", "", "cross_entropy", "digits", "constructor"]),
    st.recursive(st.none() | st.integers(-2, 2), lambda inner: st.lists(inner, max_size=3), max_leaves=8),
    st.dictionaries(st.sampled_from(["kind", "units", "step", "W", "x"]), st.integers(-1, 3) | st.text(max_size=3), max_size=3),
)


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in the document."""
    inner = document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


def mutated(document: Any, place: tuple[Any, ...], how: str, junk: Any) -> Any:
    """The document with one place replaced, removed, doubled or joined by junk."""
    if not place:
        return junk
    changed = copy.deepcopy(document)
    parent = changed
    for key in place[:-1]:
        parent = parent[key]
    key = place[-1]
    if how == "remove":
        del parent[key]
    elif how == "double" and isinstance(parent, list):
        parent.insert(key, copy.deepcopy(parent[key]))
    elif how == "add" and isinstance(parent, dict):
        parent[str(junk)[:50]] = junk
    else:
        parent[key] = junk
    return changed


def refused(constant: str) -> None:
    """NaN and the infinities are no JSON.  A text may well be «NaN», for an error says what it got."""
    pytest.fail(f"{constant} in an answer")


@pytest.mark.parametrize("call", calls(), ids=lambda call: call.path)
@settings(max_examples=120)
@given(data=st.data())
def test_no_mutation_is_a_500(client, call, data):
    document = json.loads(dumps(call.body))
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.sampled_from(places(document)))
        how = data.draw(st.sampled_from(["replace", "replace", "replace", "remove", "double", "add"]))
        document = mutated(document, place, how, data.draw(JUNK))
    response = client.post(call.path, content=json.dumps(document).encode(), headers={"content-type": "application/json"})
    assert response.status_code < 500, response.text
    for line in filter(None, response.text.split("\n")):  # a stream's answers have a line each
        json.loads(line, parse_constant=refused)
    if response.status_code != 200:
        assert set(response.json()) == {"field", "message", "hint"}
        assert len(response.content) < 1024
        assert response.json()["hint"], "what is to be done about it?"


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("slug", ["line", "xor", "digits"])
@settings(max_examples=15)
@given(options=st.dictionaries(st.sampled_from(["theme", "state", "labels", "width", "x", "plane"]), JUNK, max_size=3))
def test_no_option_of_a_figure_is_a_500(client, experiments, name, slug, options):
    response = client.post("/api/figure", json={"name": name, "experiment": experiments[slug]} | options)
    assert response.status_code in (200, 422), response.text
    if response.status_code == 200:
        assert isinstance(response.json()["data"], list)


@settings(max_examples=150)
@given(body=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_are_a_500(client, body):
    response = client.post("/api/step", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 422)
    assert set(response.json()) == {"field", "message", "hint"}
