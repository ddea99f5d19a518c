"""What the OpenAPI document says of sign-in: the scheme, and how each operation refuses."""

from __future__ import annotations

from typing import Any

from api.access.sign_in import is_open
from api.documented import refusals
from api.settings import Settings

Document = dict[str, Any]
_KEYS: Document = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key, as `okr keys create` shows it once.",
}
_DISCOVERED = "/.well-known/openid-configuration"
_TOKENS: Document = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "A token of the identity provider, whose keys the server is told of.",
}
_ON_BEHALF_OF: Document = {
    "name": "X-On-Behalf-Of",
    "in": "header",
    "required": False,
    "description": "The person that a service acts for, if it has the scope `on_behalf_of`.",
    "schema": {"type": "string", "format": "uuid"},
}


def describe_access(document: Document, settings: Settings) -> None:
    """Add the security schemes to a document, where callers sign in."""
    schemes = _schemes(settings)
    if not schemes:
        return
    document["components"]["securitySchemes"] = schemes
    refused = {str(status): answer for status, answer in refusals(400, 401, 403, 429, 503).items()}
    for path, item in document["paths"].items():
        for operation in item.values():
            parameters: list[Document] = operation.get("parameters", [])
            operation["parameters"] = [one for one in parameters if one["name"] != "x-actor"]
            if is_open(path):
                continue
            operation["parameters"].append(_ON_BEHALF_OF)
            operation["security"] = [{name: []} for name in schemes]
            operation["responses"] = refused | operation["responses"]


def _schemes(settings: Settings) -> dict[str, Document]:
    """How callers sign in: any of these will do."""
    schemes: dict[str, Document] = {}
    if settings.auth in ("keys", "both"):
        schemes["bearer"] = _KEYS
    if settings.auth in ("oidc", "both"):
        # A client can find out by itself how to get a token, where the issuer tells.
        where = f"{settings.oidc_issuer.rstrip('/')}{_DISCOVERED}"
        tells = not settings.oidc_jwks_uri
        schemes["oidc"] = {"type": "openIdConnect", "openIdConnectUrl": where} if tells else _TOKENS
    return schemes
