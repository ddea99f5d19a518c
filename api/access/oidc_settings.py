"""Settings of sign-in with the tokens of an identity provider, from `OKR_OIDC_…` variables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal
from urllib.parse import urlsplit

from pydantic import field_validator
from pydantic_settings import BaseSettings

from api.access.identity import Scope, is_service_name
from api.loopback import is_loopback
from domain.mandate import OrganisationRole

ALGORITHMS = frozenset(
    f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)
) | {"EdDSA"}
"""Signatures that whoever can check them cannot make: never `none`, and none by a shared secret."""

_PAIR = re.compile(r"([^\s=]+)=(\S+)")


class OidcSettings(BaseSettings):
    """What an operator says of the identity provider and of what its tokens claim."""

    oidc_issuer: str = ""
    """The issuer of the tokens, exactly as their `iss` says it."""

    oidc_audience: str = ""
    """What `aud` has to name, so that no token for another service is taken here."""

    oidc_algorithms: str = "RS256"
    """The algorithms that tokens may be signed with."""

    oidc_jwks_uri: str = ""
    """Where the issuer's keys are; without it, its `/.well-known/openid-configuration` says."""

    oidc_person_claim: str = "sub"
    """The claim that says who a person is."""

    oidc_person_field: Literal["external_id", "email", "id"] = "external_id"
    """What of a person that claim names here."""

    oidc_services: str = ""
    """Services that call with tokens of their own: `name=subject`, separated by spaces."""

    oidc_role_claim: str = "roles"
    """The claim that holds roles; dots lead into objects."""

    oidc_roles: str = " ".join(f"okr-{role}={role}" for role in OrganisationRole)
    """What each role of the issuer is here: `theirs=ours`, separated by spaces."""

    oidc_default_roles: str = OrganisationRole.READER.value
    """The roles of a caller whose token names none of those."""

    oidc_scope_claim: str = "scope"
    """The claim that holds scopes."""

    oidc_scopes: str = " ".join(f"okr:{scope}={scope}" for scope in Scope)
    """What each scope of the issuer is here: `theirs=ours`, separated by spaces."""

    oidc_default_scopes: str = f"{Scope.READ} {Scope.WRITE} {Scope.EXPORT}"
    """The scopes of a token that names none of those."""

    @field_validator("oidc_issuer", "oidc_jwks_uri")
    @classmethod
    def _known_address(cls, value: str) -> str:
        if value and not is_trustworthy(value):
            raise ValueError("give an https address; http only on the loopback address")
        return value

    @field_validator("oidc_algorithms")
    @classmethod
    def _known_algorithms(cls, value: str) -> str:
        if not value.split() or not ALGORITHMS.issuperset(value.split()):
            raise ValueError(f"name some of {', '.join(sorted(ALGORITHMS))}")
        return value

    @field_validator("oidc_person_claim", "oidc_role_claim", "oidc_scope_claim")
    @classmethod
    def _known_claim(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("name a claim")
        return value

    @field_validator("oidc_services")
    @classmethod
    def _known_services(cls, value: str) -> str:
        named = pairs(value)
        if not all(is_service_name(name) for name in named):
            raise ValueError("name services with small letters, digits and hyphens: ci-bot=subject")
        if len(set(named.values())) != len(named):
            raise ValueError("give every service a subject of its own")
        return value

    @field_validator("oidc_roles")
    @classmethod
    def _known_roles(cls, value: str) -> str:
        _must_be_among(pairs(value).values(), OrganisationRole)
        return value

    @field_validator("oidc_default_roles")
    @classmethod
    def _known_default_roles(cls, value: str) -> str:
        _must_be_among(value.split(), OrganisationRole)
        return value

    @field_validator("oidc_scopes")
    @classmethod
    def _known_scopes(cls, value: str) -> str:
        _must_be_among(pairs(value).values(), Scope)
        return value

    @field_validator("oidc_default_scopes")
    @classmethod
    def _known_default_scopes(cls, value: str) -> str:
        _must_be_among(value.split(), Scope)
        return value


def pairs(value: str) -> dict[str, str]:
    """Pairs `one=other`, separated by spaces; each `one` is named once. Raises ValueError."""
    found = [_PAIR.fullmatch(word) for word in value.split()]
    named = {match[1]: match[2] for match in found if match is not None}
    if len(named) != len(found):
        raise ValueError("give pairs one=other, separated by spaces, and none of them twice")
    return named


def is_trustworthy(address: str) -> bool:
    """Whether nobody between can change what is read there: https, or http on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def _must_be_among(words: Iterable[str], allowed: type[OrganisationRole] | type[Scope]) -> None:
    if not set(words) <= set(allowed):
        raise ValueError(f"only {', '.join(allowed)} mean something here")
