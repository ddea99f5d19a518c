"""A history whose callers sign in with tokens, and how they ask it."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from api.history import History
from api.settings import Settings
from domain.people import RegisterPerson
from domain.record import Context
from domain.values import Actor
from tests.api.access.issuers import AUDIENCE, Issuer
from tests.builders import ANNA, BEN


class Signed:
    """A history whose callers sign in with tokens."""

    def __init__(self, where: str, issuer: Issuer, **more: Any) -> None:
        said: dict[str, Any] = {
            "database": where,
            "auth": "oidc",
            "oidc_issuer": issuer.address,
            "oidc_audience": AUDIENCE,
            "oidc_services": "ci-bot=client-1",
        }
        self.history = History(Settings(**(said | more)))
        context = Context(actor=Actor(id="local", kind="service"), now=self.history.desk.now())
        self.history.desk.carry_out(
            [
                RegisterPerson(person_id=ANNA, external_id="anna-7", email="Anna@example.org"),
                RegisterPerson(person_id=BEN, external_id="ben-8", email="ben@example.org"),
            ],
            context,
        )


def bearer(token: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} | more


def get(client: TestClient, token: str, path: str = "/v1/people") -> Any:
    return client.get(path, headers=bearer(token))
