"""The documentation is true: every address is in it, every example is accepted, every answer fits its schema."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from app import documents
from app.openapi import calls
from app.schemas import ExperimentModel, field_type
from app.wire import dumps
from core.experiment import CATALOGUES, Experiment
from core.spec import SpecError, rules

ANSWERS = {
    "/api/start": documents.StartAnswer,
    "/api/data": documents.DataAnswer,
    "/api/step": documents.StepAnswer,
    "/api/train": documents.Frame,
    "/api/predict": documents.PredictAnswer,
    "/api/surface": documents.SurfaceAnswer,
    "/api/derive": documents.DeriveAnswer,
    "/api/compare": documents.CompareAnswer,
    "/api/race": documents.RaceFrame,
    "/api/figure": documents.FigureAnswer,
}


def posts(client: Any) -> dict[str, Any]:
    paths = client.get("/openapi.json").json()["paths"]
    return {path: methods["post"] for path, methods in paths.items() if "post" in methods}


def test_every_address_has_a_whole_sentence_for_a_name(client):
    """«{"progress": 0» had stood where the first full stop is that of 0.4, «Get Catalog» where nothing had been said."""
    paths = client.get("/openapi.json").json()["paths"]
    names = {path: operation["summary"] for path, methods in paths.items() for operation in methods.values()}
    assert names["/api/surface/stream"].startswith('{"progress": 0.4} lines, then the answer')
    for path, name in names.items():
        assert name.count("{") == name.count("}"), path
        assert len(name.split()) > 2, path


def timeless(document: Any) -> Any:
    """The document without what a clock decides."""
    if isinstance(document, dict):
        return {name: timeless(value) for name, value in document.items() if name != "seconds"}
    if not isinstance(document, list):
        return document
    return [timeless(value) for value in document if not isinstance(value, dict) or set(value) != {"progress"}]


def test_every_address_under_api_is_documented_with_an_example_and_its_answer(client):
    served = {route.path for route in client.app.routes if getattr(route, "methods", None) and "POST" in route.methods}
    documented = posts(client)
    assert served <= set(documented)
    for path, operation in documented.items():
        body = operation["requestBody"]["content"]["application/json"]
        assert body["example"], path
        assert body["schema"]["$ref"], path
        assert all(content["example"] for content in operation["responses"]["200"]["content"].values()), path
        assert operation["responses"]["4XX"], path


def test_the_examples_are_real(client):
    for path, operation in posts(client).items():
        response = client.post(path, json=operation["requestBody"]["content"]["application/json"]["example"])
        assert response.status_code == 200, response.text
        (told,) = operation["responses"]["200"]["content"].values()
        example = told["example"] if isinstance(told["example"], str) else json.dumps(told["example"])
        rows = [[json.loads(row) for row in text.splitlines()] for text in (example, response.text)]
        assert timeless(rows[0]) == timeless(rows[1])


def test_what_there_is_is_documented_with_an_example_too(client):
    document = client.get("/openapi.json").json()
    for path in ("/api/catalog", "/api/presets"):
        example = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["example"]
        whole = client.get(path).json()
        assert type(example) is type(whole)
        if isinstance(whole, list):
            assert example == whole[:1]
        else:
            assert {name: part[:1] if isinstance(part, list) else part for name, part in whole.items()} == example


def test_every_reference_leads_somewhere(client):
    document = client.get("/openapi.json").json()
    known = set(document["components"]["schemas"])
    text = json.dumps(document)
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= known


@pytest.mark.parametrize("call", calls(), ids=lambda call: call.path)
def test_examples_and_answers_fit_their_schemas(call, client):
    call.model.model_validate_json(dumps(call.body))
    if call.path in ANSWERS:
        for line in client.post(call.path, json=json.loads(dumps(call.body))).text.splitlines():
            ANSWERS[call.path].model_validate_json(line)


@pytest.mark.parametrize("slug", ["xor", "iris", "digits"])
def test_the_answers_of_presets_fit_their_schemas(slug, client, experiments):
    response = client.post("/api/step", json={"experiment": experiments[slug], "example": 1})
    documents.StepAnswer.model_validate_json(response.text)


def test_every_fact_of_an_architecture_is_in_its_schema(client, experiments):
    info = client.post("/api/start", json={"experiment": experiments["xor"]}).json()["info"]
    assert set(info) == set(documents.Info.model_fields)


def parts() -> list[tuple[str, str, str]]:
    """(catalogue, kind, field) of every field there is."""
    return [(name, member.kind, field) for name, found in CATALOGUES.items() for member in found for field in rules(member)]


@pytest.mark.parametrize(("name", "kind", "field"), parts())
@settings(max_examples=25)
@given(
    value=st.none()
    | st.booleans()
    | st.integers(-3, 3000)
    | st.floats(-2, 2000)
    | st.sampled_from(["", "flat", "x1"])
    | st.lists(st.just("x1"))
)
def test_core_and_the_schema_agree_on_every_field(name, kind, field, value):
    """What the rule accepts the schema accepts, and the other way round; kinds may refuse more (two fields that must agree)."""
    member = CATALOGUES[name][kind]
    rule = rules(member)[field]
    if rule.type in ("array", "addresses"):
        return
    try:
        TypeAdapter(field_type(rule), config={"strict": True, "allow_inf_nan": False}).validate_python(value)
        accepted = True
    except ValidationError:
        accepted = False
    assert accepted == (rule.problem(value) is None)


def test_the_schema_accepts_what_core_completes(experiments):
    for experiment in experiments.values():
        ExperimentModel.model_validate_json(json.dumps(experiment))


@pytest.mark.parametrize(
    "change", [{"colour": 1}, {"layers": []}, {"batch_size": 0}, {"optimizer": {"kind": "sgd", "learning_rate": 0}}]
)
def test_the_schema_refuses_what_core_refuses(change, experiments):
    wrong = experiments["xor"] | change
    with pytest.raises(SpecError):
        Experiment.parse(wrong)
    with pytest.raises(ValidationError):
        ExperimentModel.model_validate_json(json.dumps(wrong))
