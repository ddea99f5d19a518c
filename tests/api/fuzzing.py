# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false
# pyright: reportUnknownVariableType=false
"""What the search for undeclared answers knows beside the OpenAPI document.

Schemathesis loads this file by its name: `hooks` in the configuration that the test writes.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any
from uuid import uuid4

import schemathesis
from schemathesis.specs.openapi.checks import negative_data_rejection

from api.models.questions import MAX_POSITION
from api.problems import name_of
from domain.errors import Invalid

PERSON = "OKR_TESTS_PERSON"
"""Names a person who is registered."""

UUID_FORM = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

SEMANTIC = (
    "Give a cursor as this list answered it",
    "Give versions in If-Match",
    "Give the id of an event of this feed",
    "There is no such field",
    "There is no such type of change",
    "at most 15 significant digits",
    "Give a code, a text or both",
    "Give a whole number",
    "Give a score between",
    "Give a text that is not blank",
    "Leave out the NUL character",
)
"""Why a request is refused that the document allows: no schema can say these."""

KINDS = frozenset(
    {"bad-line", "beyond-the-log", "foreign-cursor", "mixed-axes"}
    | {name_of(kind) for kind in Invalid.__subclasses__()}
)
"""Problems that are always of that kind."""


@schemathesis.hook
def before_call(_context: Any, case: Any, _options: Any) -> None:
    """Mend what is well formed and could only be answered by luck; flaws stay as they are.

    A key of another request would be refused, a position far ahead waited for, and a person whom
    nobody knows never acted for. Sound requests come from the caller alone, who may do more.
    """
    headers: dict[str, Any] = case.headers if case.headers is not None else {}
    is_sound = case.meta is not None and case.meta.generation.mode.is_positive
    for name, value in list(headers.items()):
        match name.lower():
            case "idempotency-key" if 0 < len(str(value)) <= 200:
                headers[name] = str(uuid4())
            case "x-min-position" if _is_position(value):
                headers[name] = "0"
            case "x-on-behalf-of" if _is_uuid(value) and is_sound:
                del headers[name]
            case "x-on-behalf-of" if _is_uuid(value):
                headers[name] = os.environ[PERSON]
            case _:
                pass
    if case.query and _is_position(case.query.get("min_position")):
        case.query["min_position"] = 0


def _is_position(value: Any) -> bool:
    text = str(value)
    return text.isascii() and text.isdecimal() and int(text) <= MAX_POSITION


def _is_uuid(value: Any) -> bool:
    return UUID_FORM.fullmatch(str(value)) is not None


@schemathesis.serializer("application/jsonl")
def lines(_context: Any, value: Any) -> bytes:
    """Whatever is drawn for an import, as bytes."""
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode()


@schemathesis.check
def flawed_requests_are_refused(context: Any, response: Any, case: Any) -> bool | None:
    """The check of Schemathesis itself, save where a header that nobody knows is the flaw: HTTP has
    servers ignore those."""
    if "x-schemathesis-unknown-property" in {name.lower() for name in case.headers or ()}:
        return None
    return negative_data_rejection(context, response, case)


@schemathesis.check
def refused_for_a_reason(_context: Any, response: Any, case: Any) -> None:
    """What the document allows is refused only for what no schema can say."""
    is_positive = case.meta is not None and case.meta.generation.mode.is_positive
    if not is_positive or response.status_code not in (400, 422):
        return
    said = response.json()
    if said["type"].removeprefix("/problems/") in KINDS:
        return
    details = [one["detail"] for one in said.get("errors", ())] or [said["detail"]]
    for detail in details:
        assert any(reason in detail for reason in SEMANTIC), (
            f"The document allows what is refused: {detail}"
        )
