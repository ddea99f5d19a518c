"""API keys: who holds each, what it may be used for and until when; never the secret itself.

A secret is 32 random bytes, which nobody can guess however fast they try. So a plain SHA-256 keeps
it: a slow hash would protect passwords, which can be guessed, and here only help to wear us out.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_hex, token_urlsafe
from typing import Literal

from api.access.identity import Identity, Scope
from domain.mandate import Mandate, OrganisationRole
from domain.values import Actor

_SHOWN = re.compile(r"okr_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is kept of a key. `id` is the part of it that is no secret, by which it is found."""

    id: str
    digest: str
    holder_kind: Literal["person", "service"]
    holder: str
    """The id of a person, or the name of a service."""
    roles: frozenset[OrganisationRole]
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def holds_at(self, instant: datetime) -> bool:
        """Whether the key may be used."""
        return self.revoked_at is None and (self.expires_at is None or instant < self.expires_at)

    def matches(self, secret: str) -> bool:
        """Whether this is its secret; the time it takes tells nothing of how near a guess came."""
        return hmac.compare_digest(self.digest, digest_of(secret))

    def identity(self) -> Identity:
        actor = Actor(id=self.holder, kind=self.holder_kind)
        return Identity(actor, Mandate(self.roles), self.scopes, self.id)


def new_secret() -> tuple[str, str, str]:
    """The id of a new key, its secret, and the whole as it is shown once."""
    key_id, secret = token_hex(6), token_urlsafe(32)
    return key_id, secret, f"okr_{key_id}_{secret}"


def parts(shown: str) -> tuple[str, str] | None:
    """The id and the secret of a key; None for what is none."""
    match = _SHOWN.fullmatch(shown)
    return None if match is None else (match[1], match[2])


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode()).hexdigest()
