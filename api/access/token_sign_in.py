"""Signing in with a bearer token of the configured issuer: what it claims, checked and mapped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar, cast
from uuid import UUID

import jwt
from jwt import PyJWTError

from api.access import refusals
from api.access.identity import Identity, Scope
from api.access.issuer import IssuerKeys, IssuerUnavailableError
from api.access.oidc_settings import OidcSettings, pairs
from api.access.registered import NobodyNamedError, Registered
from domain.mandate import Mandate, OrganisationRole
from domain.values import Actor

LEEWAY_SECONDS = 30
"""How far the issuer's clock and ours may differ."""

DEMANDED = ("iss", "aud", "exp", "sub")
"""A token without these is refused, however well it is signed."""

_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt", "application/jwt"})
"""What a token may say it is; others of the same issuer tell of a logout, or of an event."""

Word = TypeVar("Word", bound=StrEnum)


class TokenSignIn:
    """Recognises callers by the tokens of one issuer. One instance serves many threads."""

    def __init__(self, settings: OidcSettings, people: Registered) -> None:
        self._keys = IssuerKeys(settings.oidc_issuer, settings.oidc_jwks_uri)
        self._people = people
        self._issuer, self._audience = settings.oidc_issuer, settings.oidc_audience
        self._algorithms = settings.oidc_algorithms.split()
        self._person_claim = settings.oidc_person_claim
        self._person_field = settings.oidc_person_field
        self._services = {subject: name for name, subject in pairs(settings.oidc_services).items()}
        self._role_claim, self._scope_claim = settings.oidc_role_claim, settings.oidc_scope_claim
        self._roles = _mapped(settings.oidc_roles, OrganisationRole)
        self._scopes = _mapped(settings.oidc_scopes, Scope)
        self._default_roles = _all(settings.oidc_default_roles, OrganisationRole)
        self._default_scopes = _all(settings.oidc_default_scopes, Scope)

    def recognise(self, token: str) -> Identity | None:
        """Who calls with a token; None for one that is not valid.

        Raises IssuerSilentError, NotRegisteredError, or LogUnavailableError.
        """
        try:
            claims = self._claims(token)
        except PyJWTError:
            return None
        except IssuerUnavailableError as silent:
            raise refusals.IssuerSilentError(
                "Who you are cannot be checked now; try again in a moment.", {"Retry-After": "10"}
            ) from silent
        if claims is None:
            return None
        roles = _known(_claimed(claims, self._role_claim), self._roles) or self._default_roles
        scopes = _known(_claimed(claims, self._scope_claim), self._scopes) or self._default_scopes
        return Identity(self._actor(claims), Mandate(roles), scopes)

    def _claims(self, token: str) -> dict[str, Any] | None:
        """What a token says, if the issuer says it, and says it to us and now."""
        header = jwt.get_unverified_header(token)
        key_id, kind = header.get("kid"), header.get("typ", "JWT")
        # Before the issuer is asked: nobody makes us ask with what could not be valid anyway.
        if header.get("alg") not in self._algorithms or not key_id:
            return None
        if not isinstance(kind, str) or kind.lower() not in _TYPES:
            return None
        key = self._keys.find(key_id)
        if key is None:
            return None
        return jwt.decode(
            token,
            key,
            algorithms=self._algorithms,
            audience=self._audience,
            issuer=self._issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": list(DEMANDED), "enforce_minimum_key_length": True},
        )

    def _actor(self, claims: Mapping[str, Any]) -> Actor:
        service = self._services.get(claims["sub"])
        if service is not None:
            return Actor(id=service, kind="service")
        return Actor(id=str(self._person(claims)), kind="person")

    def _person(self, claims: Mapping[str, Any]) -> UUID:
        said: Any = _at(claims, self._person_claim)
        field, claim = self._person_field, self._person_claim
        if not isinstance(said, str) or not said:
            raise refusals.NotRegisteredError(f"The token has no claim {claim} that names you.")
        if field == "email" and claims.get("email_verified") is not True:
            raise refusals.NotRegisteredError(
                "The token does not say that your address is verified; verify it first."
            )
        try:
            return self._people.find(said)
        except NobodyNamedError as unknown:
            raise refusals.NotRegisteredError(
                f"{unknown} registered with the {field} that your token says in {claim}; ask an "
                "admin."
            ) from None


def _mapped(said: str, words: type[Word]) -> dict[str, Word]:
    """Our words by those of the issuer."""
    return {theirs: words(ours) for theirs, ours in pairs(said).items()}


def _all(said: str, words: type[Word]) -> frozenset[Word]:
    return frozenset(words(one) for one in said.split())


def _known(said: Iterable[str], words: Mapping[str, Word]) -> frozenset[Word]:
    """Our words for those that mean something here."""
    return frozenset(words[one] for one in said if one in words)


def _claimed(claims: Mapping[str, Any], name: str) -> list[str]:
    """The words of a claim: a list, or a text with spaces between them as OAuth has it."""
    said = _at(claims, name)
    if isinstance(said, str):
        return said.split()
    listed = cast("list[Any]", said) if isinstance(said, list) else []
    return [one for one in listed if isinstance(one, str)]


def _at(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or by a way of names through objects: `realm_access.roles`."""
    if name in claims:
        return claims[name]
    said: Any = claims
    for step in name.split("."):
        said = cast("Mapping[str, Any]", said).get(step) if isinstance(said, Mapping) else None
    return said
