"""A company whose history signs people in with keys, to try things on."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from api.access.key_table import KeyTable
from domain.mandate import OrganisationRole
from tests.api.access.callers import Company, key


class Tried:
    """A history whose callers sign in with keys, and a company in it."""

    def __init__(self, client: TestClient, table: KeyTable) -> None:
        self.client = client
        self.table = table
        self.company = Company(client, table)

    def ask(self, who: str | None, method: str, path: str, **more: Any) -> Any:
        """One request of whoever holds a key."""
        headers = more.pop("headers", {})
        if who is not None:
            headers = headers | {"Authorization": f"Bearer {who}"}
        return self.client.request(method, path, headers=headers, **more)

    def key(self, holder: str, *roles: OrganisationRole, **more: Any) -> str:
        return key(self.table, holder, *roles, **more)
