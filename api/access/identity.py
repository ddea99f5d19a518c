"""Who calls, as every other part of the interface knows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from starlette.types import Scope as Connection

from domain.mandate import Mandate
from domain.values import Actor
from projections.sight import Viewer

RESERVED = ("local", "unknown")
"""Names under which others are recorded."""

_SERVICE_NAME = re.compile(r"[a-z](-?[a-z0-9]){1,30}")

LOCAL = Actor(id="local", kind="service")
"""The caller who names nobody where nobody signs in; it acts for the whole organisation."""


class Scope(StrEnum):
    """What a credential may be used for, within what its holder may do."""

    READ = "read"
    WRITE = "write"
    EXPORT = "export"
    IMPORT = "import"
    ON_BEHALF_OF = "on_behalf_of"


def is_service_name(name: str) -> bool:
    """Whether a service may be called so: never like a person, nor like what has no name."""
    return name not in RESERVED and _SERVICE_NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a request comes from. Without a mandate nobody signs in here, and everything is open."""

    actor: Actor
    mandate: Mandate | None = None
    scopes: frozenset[Scope] = frozenset(Scope)
    key_id: str | None = None
    """The API key that was shown, by the part of it that is no secret."""

    @property
    def person_id(self) -> UUID | None:
        """The person who calls, or on whose behalf a service does; their ownership and their
        memberships count."""
        if self.actor.kind == "person":
            return UUID(self.actor.id)
        return None if self.actor.on_behalf_of is None else UUID(self.actor.on_behalf_of)

    @property
    def sees_all_drafts(self) -> bool:
        """Whether what nobody published is shown: to auditors, and where nobody signs in.

        All others see a draft of their own, and those of the units that they lead.
        """
        return self.mandate is None or self.mandate.sees_all_drafts

    @property
    def viewer(self) -> Viewer | None:
        """Whose drafts questions show; None where they show all.

        A lead of each unit sees the drafts of all units, though not those of other people.
        """
        if self.mandate is None or self.mandate.sees_all_drafts:
            return None
        person = self.person_id
        return Viewer(None if person is None else str(person), self.mandate.leads_every_unit)


OPEN = Identity(LOCAL)
"""Anybody on this machine, where nobody signs in."""


def identity_in(scope: Connection) -> Identity:
    """The identity that sign-in found for a request; OPEN where nobody signs in."""
    return scope.get("state", {}).get("identity", OPEN)


def identity_if_any(scope: Connection) -> Identity | None:
    """The identity that sign-in found; None where it found none, or nobody signs in."""
    return scope.get("state", {}).get("identity")


def is_still_in(scope: Connection) -> bool:
    """Whether the caller would be let in again just so: what is sent may outlast a key or token.

    Raises LogUnavailableError.
    """
    asked: Callable[[], bool] | None = scope.get("state", {}).get("still_in")
    return asked is None or asked()


async def identity_of(request: Request) -> Identity:
    """The same, to depend on in a route."""
    return identity_in(request.scope)


TheIdentity = Annotated[Identity, Depends(identity_of)]
