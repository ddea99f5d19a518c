"""What the OpenAPI document says of sign-in: the scheme, and how each operation refuses."""

from __future__ import annotations

from typing import Any

from api.access.sign_in import is_open
from api.documented import refusals

Document = dict[str, Any]
_SCHEME: Document = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key, as `okr keys create` shows it once.",
}
_ON_BEHALF_OF: Document = {
    "name": "X-On-Behalf-Of",
    "in": "header",
    "required": False,
    "description": "The person that a service acts for; its key needs the scope `on_behalf_of`.",
    "schema": {"type": "string", "format": "uuid"},
}


def describe_access(document: Document, *, signed_in: bool) -> None:
    """Add the security scheme to a document, where callers sign in."""
    if not signed_in:
        return
    document["components"]["securitySchemes"] = {"bearer": _SCHEME}
    refused = {str(status): answer for status, answer in refusals(400, 401, 403, 429, 503).items()}
    for path, item in document["paths"].items():
        for operation in item.values():
            parameters: list[Document] = operation.get("parameters", [])
            operation["parameters"] = [one for one in parameters if one["name"] != "x-actor"]
            if is_open(path):
                continue
            operation["parameters"].append(_ON_BEHALF_OF)
            operation["security"] = [{"bearer": []}]
            operation["responses"] = refused | operation["responses"]
