"""The OpenAPI document is valid and says of every operation what a reader needs."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from openapi_spec_validator import validate

from tests.api.office import Json, Office


def _operations(document: Json) -> list[tuple[str, str, Any]]:
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def test_the_document_is_valid(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"] == "3.2.0"
    validate(document)


def test_generators_that_know_no_streams_get_a_valid_document_too(client: TestClient) -> None:
    document = client.get("/openapi-3.1.json").json()
    assert document["openapi"] == "3.1.0"
    assert document["paths"].keys() == client.get("/openapi.json").json()["paths"].keys()
    validate(document)


def test_no_two_schemas_have_one_title(app: FastAPI) -> None:
    titles = [one["title"] for one in app.openapi()["components"]["schemas"].values()]
    assert len(titles) == len(set(titles))


def test_every_operation_has_a_name_a_summary_and_its_problems(app: FastAPI) -> None:
    names: list[str] = []
    for path, method, operation in _operations(app.openapi()):
        names.append(operation["operationId"])
        assert operation["summary"], path
        assert operation["description"].endswith("."), path
        if path.startswith("/v1/") and path != "/v1/imports":
            refused = {"400", "422", "500", "503"}
            assert refused <= operation["responses"].keys(), path
        if method in ("post", "patch", "delete") and path != "/v1/imports":
            assert {"404", "409", "412", "413", "415", "507"} <= operation["responses"].keys()
    assert len(names) == len(set(names))


def test_every_operation_has_an_example(app: FastAPI) -> None:
    document = app.openapi()
    for path, method, operation in _operations(document):
        if method in ("post", "patch") and path != "/v1/imports":
            body = operation["requestBody"]["content"]["application/json"]
            assert "example" in body, path
        for status, answer in operation["responses"].items():
            for kind, content in answer.get("content", {}).items():
                assert kind != "application/json" or "example" in content, (path, status)


def test_no_parameter_is_null_which_no_address_and_no_header_can_say(app: FastAPI) -> None:
    for path, _, operation in _operations(app.openapi()):
        for parameter in operation.get("parameters", ()):
            schema = parameter["schema"]
            assert {"type": "null"} not in schema.get("anyOf", ()), (path, parameter["name"])
            assert "type" in schema or "anyOf" in schema or "$ref" in schema, path


def test_borders_are_told_in_the_words_of_json_schema(app: FastAPI) -> None:
    schemas = app.openapi()["components"]["schemas"]
    confidence = schemas["NewCheckIn"]["properties"]["confidence"]["anyOf"][0]
    assert confidence == {"type": "integer", "minimum": 0, "maximum": 10}
    said = {
        word
        for schema in schemas.values()
        for field in schema.get("properties", {}).values()
        for kind in (field, *field.get("anyOf", ()))
        for word in kind
    }
    assert said.isdisjoint({"ge", "le", "gt", "lt", "multiple_of", "min_length", "max_length"})


def test_problems_are_declared_as_problems(app: FastAPI) -> None:
    for path, _, operation in _operations(app.openapi()):
        for status, answer in operation["responses"].items():
            if status >= "4" and path != "/readyz":
                assert "application/problem+json" in answer["content"], path


def test_head_answers_like_get_without_a_body(
    office: Office, client: TestClient, key_result: Json, cycle: Json, unit: Json
) -> None:
    person, check_in = office.person(), office.check_in(key_result)
    event = office.get("/v1/audit")["items"][0]["event_id"]
    ids = {
        "key_result_id": key_result["id"],
        "objective_id": key_result["objective_id"],
        "cycle_id": cycle["id"],
        "unit_id": unit["id"],
        "person_id": person["id"],
        "check_in_id": check_in["id"],
        "event_id": event,
        "name": "internal-error",
    }
    document = client.get("/openapi.json").json()
    for path, method, operation in _operations(document):
        if method != "get" or "review_id" in path or "alignment_id" in path:
            continue
        required = {"from": "position:1", "q": "Acme"}
        asked = [one["name"] for one in operation.get("parameters", []) if one["required"]]
        query = {name: required[name] for name in asked if name in required}
        got = client.get(path.format(**ids), params=query)
        assert got.status_code == 200, got.text
        head = client.head(path.format(**ids), params=query)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == got.headers["content-type"]
        assert head.headers.get("etag") == got.headers.get("etag")
