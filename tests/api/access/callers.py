"""Everybody who may call, and a company for them to call about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi.testclient import TestClient

from api.access.api_keys import ApiKey, digest_of, new_secret
from api.access.identity import Scope
from api.access.key_table import KeyTable
from domain.mandate import OrganisationRole
from tests.api.office import Clock, Json, Office

ROLES = tuple(OrganisationRole)
OWN, FOREIGN = "lead of the unit", "stranger"


def key(
    table: KeyTable,
    holder: str,
    *roles: OrganisationRole,
    scopes: frozenset[Scope] = frozenset(Scope),
) -> str:
    """A new key for a person or a service, as it is shown."""
    key_id, secret, shown = new_secret()
    kind: Any = "person" if holder.count("-") == 4 else "service"
    now = datetime.now(UTC)
    table.add(ApiKey(key_id, digest_of(secret), kind, holder, frozenset(roles), scopes, now))
    return shown


class Company:
    """Sales, led by one person, owns a published objective and a draft; a stranger owns nothing."""

    def __init__(self, client: TestClient, table: KeyTable) -> None:
        roles = (OrganisationRole.ADMIN, OrganisationRole.LEAD)
        client.headers["Authorization"] = f"Bearer {key(table, 'setup', *roles)}"
        office = Office(client, Clock())
        lead, stranger, other = (office.person(name) for name in ("Ann", "Ben", "Cara"))
        self.lead, self.stranger = lead["id"], stranger["id"]
        self.sales, self.support, spare = (office.unit(name) for name in ("Sales", "Care", "Spare"))
        for unit, person in ((self.sales, lead), (self.support, other)):
            body = {"person_id": person["id"], "role": "lead"}
            office.post(f"/v1/units/{unit['id']}/members", **body)
        cycle = office.open_cycle()
        self.later = office.cycle("2026 Q2", starts_on="2026-04-01", ends_on="2026-06-30")
        self.published = self._goal(office, cycle, publish=True)
        self.draft = self._goal(office, cycle, publish=False)
        both = {"unit_id": spare["id"], "cycle_id": office.cycle("2027")["id"]}
        self.published |= both | {"person_id": lead["id"]}
        self.draft |= both | {"person_id": lead["id"]}
        asking = key(table, other["id"], OrganisationRole.MEMBER)
        client.headers["Authorization"] = f"Bearer {asking}"
        mine = office.objective(cycle, self.support, "Customers stay")
        office.post(f"/v1/objectives/{mine['id']}/publish")
        self.other = mine["id"]
        edges = [self._edge(office, mine, self.published, one) for one in RELATIONS]
        self.published["edges"] = self.draft["edges"] = edges
        self.event_id = office.get("/v1/audit")["items"][0]["event_id"]
        del client.headers["Authorization"]

    def _goal(self, office: Office, cycle: Json, *, publish: bool) -> Json:
        objective = office.objective(cycle, self.sales)
        key_result = office.key_result(objective)
        check_in = office.check_in(key_result)
        path = f"/v1/objectives/{objective['id']}"
        if publish:
            office.post(f"{path}/publish")
        said = {"stage": "mid", "decision": "keep", "actions": [{"text": "Ask"}]}
        review = office.post(f"{path}/reviews", **said)
        return {
            "objective_id": objective["id"],
            "key_result_id": key_result["id"],
            "check_in_id": check_in["id"],
            "review_id": review["id"],
            "action_id": review["actions"][0]["action_id"],
            "real_cycle": cycle["id"],
        }

    def _edge(self, office: Office, start: Json, goal: Json, relation: str) -> str:
        ends = {
            "from": {"type": "objective", "id": start["id"]},
            "to": {"type": "objective", "id": goal["objective_id"]},
        }
        return office.post("/v1/alignments", **ends, relation=relation)["id"]


RELATIONS = ("supports", "contributes", "depends_on")
