"""The OpenAPI document: what the framework derives, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.access.described import describe_access
from api.models.feed import CloudEvent, FeedEvent
from api.models.problems import InvalidProblem, Problem
from api.models.replays import Frame

VERSION = "3.2.0"
OLDER_VERSION = "3.1.0"
Schema = dict[str, Any]
_PREFIX = "#/components/schemas/"
_IF_NONE_MATCH: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of the answer that the caller has; the same one is answered 304.",
    "schema": {"type": "string"},
}
_SAMPLES: Schema = {
    "uuid": "5b1f2a52-63d1-4b5e-a3a0-5a0f6e1f9b11",
    "date-time": "2026-03-01T09:00:00Z",
    "date": "2026-03-31",
    "string": "text",
    "integer": 1,
    "number": 0.7,
    "boolean": True,
    "null": None,
}


def describe(app: FastAPI) -> None:
    """Let the app answer `/openapi.json` with the whole document."""
    app.openapi_version = VERSION

    def openapi() -> Schema:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi


def _document(app: FastAPI) -> Schema:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        openapi_version=app.openapi_version,
        routes=app.routes,
    )
    schemas = document["components"]["schemas"]
    for model in (Problem, InvalidProblem, Frame, FeedEvent, CloudEvent):
        schema = model.model_json_schema(ref_template=_PREFIX + "{model}")
        for name, part in schema.pop("$defs", {}).items():
            schemas.setdefault(name, part)
        schemas[model.__name__] = schema
    for operation in _operations(document):
        if "304" in operation["responses"]:
            operation.setdefault("parameters", []).append(_IF_NONE_MATCH)
    describe_access(document, app.state.history.settings)
    for operation in _operations(document):
        for parameter in operation.get("parameters", ()):
            _leave_null_out(parameter["schema"])
    for content in _contents(document):
        content.setdefault("example", _sample(content["schema"], schemas))
    return document


def older(document: Schema) -> Schema:
    """The same document for generators that know no newer version: streams are plain text there."""
    said: Schema = deepcopy(document)
    said["openapi"] = OLDER_VERSION
    for operation in _operations(said):
        for answer in operation["responses"].values():
            for content in answer.get("content", {}).values():
                if content.pop("itemSchema", None) is not None:
                    content["schema"] = {"type": "string"}
    return said


def _operations(document: Schema) -> Iterator[Schema]:
    for item in document["paths"].values():
        yield from item.values()


def _leave_null_out(schema: Schema) -> None:
    """A parameter is left out or it is a text; only JSON knows null."""
    kinds = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema.update(kinds[0])
    elif kinds:
        schema["anyOf"] = kinds


def _contents(document: Schema) -> Iterator[Schema]:
    """Every JSON body that the document describes."""
    for operation in _operations(document):
        for part in (operation.get("requestBody", {}), *operation["responses"].values()):
            content = part.get("content", {}).get("application/json", {})
            if content.get("schema"):
                yield content


def _sample(schema: Schema, schemas: Schema) -> Any:
    """An example of a schema: its own where it has one, else one of each field."""
    if "$ref" in schema:
        return _sample(schemas[schema["$ref"].removeprefix(_PREFIX)], schemas)
    if "examples" in schema:
        return schema["examples"][0]
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    if "anyOf" in schema:
        return _sample(schema["anyOf"][0], schemas)
    if "properties" in schema:
        return {name: _sample(part, schemas) for name, part in schema["properties"].items()}
    if schema.get("type") == "array":
        return [_sample(schema["items"], schemas)] if schema["items"] else []
    return _SAMPLES.get(schema.get("format") or schema.get("type", "string"))
