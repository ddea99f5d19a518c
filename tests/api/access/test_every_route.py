"""Every route, asked by everybody, about their own and about others': who is let in, who is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple, cast

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from api.access.identity import Scope
from api.access.key_table import KeyTable
from api.app import ROUTES, create_app
from api.history import History
from api.settings import Settings
from domain.access import Who
from domain.mandate import OrganisationRole
from tests.api.access.callers import FOREIGN, OWN, ROLES, Company, key
from tests.api.office import REASON, Json

READER, MEMBER, LEAD, ADMIN, AUDITOR = ROLES
OPEN, READ = "open", "whoever signed in"
OWNERS = "whoever may own something"
IN = 200
"""Let in, whatever a rule then says of it."""


class Row(NamedTuple):
    """Who is let in at a route, and a body with which to ask."""

    who: str
    body: Json | None = None


def told(who: str, **body: Any) -> Row:
    return Row(who, body)


SPEAKERS, PARTICIPANTS, EITHER = Who.SPEAKERS, Who.PARTICIPANTS, Who.EITHER_END
ABOUT_GOALS = (SPEAKERS, PARTICIPANTS, Who.DOERS, Who.MEMBERS, EITHER)
UNIT, CYCLE = "/v1/units/{unit_id}", "/v1/cycles/{cycle_id}"
OBJECTIVE, ALIGNMENT = "/v1/objectives/{objective_id}", "/v1/alignments/{alignment_id}"
KEY_RESULT = "/v1/key-results/{key_result_id}"
CHECK_IN = KEY_RESULT + "/check-ins/{check_in_id}"
REVIEW = OBJECTIVE + "/reviews/{review_id}"
WRITES: dict[tuple[str, str], Row] = {
    ("POST", "/v1/people"): told(Who.ADMINS, name="Dana"),
    ("PATCH", "/v1/people/{person_id}"): told(Who.THEMSELF, name="Anna"),
    ("POST", "/v1/units"): told(Who.ADMINS, name="New", kind="team"),
    ("PATCH", UNIT): told(Who.ADMINS, name="Renamed"),
    ("POST", UNIT + "/dissolve"): told(Who.ADMINS),
    ("POST", UNIT + "/members"): told(Who.ADMINS, person_id="{person_id}", role="lead"),
    ("DELETE", UNIT + "/members/{person_id}"): Row(Who.ADMINS),
    ("POST", "/v1/cycles"): told(
        Who.ADMINS, name="New", kind="year", starts_on="2028-01-01", ends_on="2028-12-31"
    ),
    ("PATCH", CYCLE): told(Who.ADMINS, name="Renamed"),
    ("POST", CYCLE + "/open"): told(Who.ADMINS),
    ("POST", CYCLE + "/freeze"): told(Who.ADMINS),
    ("POST", CYCLE + "/start-scoring"): told(Who.ADMINS),
    ("POST", CYCLE + "/close"): told(Who.ADMINS),
    ("POST", CYCLE + "/reopen"): told(Who.ADMINS, to="open"),
    ("POST", "/v1/objectives"): told(
        SPEAKERS, cycle_id="{real_cycle}", owner={"type": "unit", "id": "{sales}"}, title="Grow"
    ),
    ("PATCH", OBJECTIVE): told(SPEAKERS, title="Delight all"),
    ("POST", OBJECTIVE + "/publish"): told(SPEAKERS),
    ("POST", OBJECTIVE + "/close"): told(SPEAKERS, outcome="partial"),
    ("POST", OBJECTIVE + "/reopen"): told(SPEAKERS),
    ("POST", OBJECTIVE + "/carry-over"): told(SPEAKERS, cycle_id="{later}"),
    ("POST", OBJECTIVE + "/score"): told(SPEAKERS, score=0.7, kind="agreed"),
    ("POST", OBJECTIVE + "/reviews"): told(SPEAKERS, stage="mid", decision="keep"),
    ("POST", REVIEW + "/acknowledge"): told(Who.MEMBERS),
    ("POST", REVIEW + "/actions/{action_id}/complete"): told(Who.DOERS),
    ("POST", OBJECTIVE + "/key-results"): told(SPEAKERS, title="More", kind="boolean"),
    ("PATCH", KEY_RESULT): told(SPEAKERS, title="Net score"),
    ("POST", KEY_RESULT + "/drop"): told(SPEAKERS),
    ("POST", KEY_RESULT + "/restore"): told(SPEAKERS),
    ("POST", KEY_RESULT + "/promote"): told(
        SPEAKERS, owner={"type": "unit", "id": "{support}"}, cycle_id="{real_cycle}"
    ),
    ("POST", KEY_RESULT + "/score"): told(SPEAKERS, score=0.7, kind="agreed"),
    ("POST", KEY_RESULT + "/check-ins"): told(PARTICIPANTS, value=5),
    ("POST", CHECK_IN + "/correct"): told(PARTICIPANTS, value=6, reason=REASON),
    ("POST", CHECK_IN + "/retract"): told(PARTICIPANTS, reason=REASON),
    ("POST", "/v1/alignments"): Row(
        EITHER,
        {
            "from": {"type": "objective", "id": "{other}"},
            "to": {"type": "key_result", "id": "{key_result_id}"},
            "relation": "supports",
        },
    ),
    ("POST", ALIGNMENT + "/accept"): told(EITHER),
    ("POST", ALIGNMENT + "/decline"): told(EITHER),
    ("POST", ALIGNMENT + "/withdraw"): told(EITHER),
    ("POST", "/v1/imports"): Row(Who.ADMINS),
}
ENTITIES = ("people", "units", "cycles", "objectives", "key-results", "alignments")
READS: dict[str, str] = {
    "/livez": OPEN,
    "/readyz": OPEN,
    "/problems": OPEN,
    "/problems/{name}": OPEN,
    "/metrics": READ,
    "/v1/events": OWNERS,
    **dict.fromkeys(
        (
            *(f"/v1/{word}" for word in ENTITIES),
            *("/v1/people/{person_id}", UNIT, CYCLE, OBJECTIVE, KEY_RESULT, ALIGNMENT, CHECK_IN),
            *(REVIEW, OBJECTIVE + "/reviews", KEY_RESULT + "/check-ins", KEY_RESULT + "/series"),
            *("/v1/audit", "/v1/audit/{event_id}", "/v1/search", "/v1/diff"),
            *(one + "/history" for one in (OBJECTIVE, KEY_RESULT, CYCLE, UNIT)),
            *(one + "/diff" for one in (OBJECTIVE, KEY_RESULT, CYCLE, UNIT)),
            *(one + "/timeline" for one in (CYCLE, UNIT)),
            *(one + "/replay" for one in (CYCLE, UNIT)),
            *(CYCLE + "/board", CYCLE + "/tree", OBJECTIVE + "/lineage"),
            *(CYCLE + "/retrospective", CYCLE + "/retrospective/across"),
        ),
        READ,
    ),
}
TABLE = WRITES | {("GET", path): Row(who) for path, who in READS.items()}
EVERY_ROUTE = [
    (method, route.path)
    for concept in ROUTES
    for route in concept.router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]


class Caller(NamedTuple):
    """One who asks: where they stand, and as what."""

    stands: str
    role: OrganisationRole | None


NOBODY = Caller(FOREIGN, None)
BOT, READING_BOT = Caller("service", MEMBER), Caller("service that reads", ADMIN)
CALLERS = [
    NOBODY,
    *(Caller(FOREIGN, role) for role in ROLES),
    *(Caller(OWN, role) for role in ROLES),
    BOT,
    READING_BOT,
]


def expected(caller: Caller, who: str, *, draft: bool) -> int:
    """What a caller is answered: let in, or refused with a status."""
    if who == OPEN:
        return IN
    if caller == NOBODY:
        return 401
    if who in (READ, OWNERS):
        return IN if who == READ or caller not in (BOT, READING_BOT) else 403
    if caller == READING_BOT:
        return 403
    sees = caller.stands == OWN or caller.role in (LEAD, AUDITOR)
    if draft and not sees and who in ABOUT_GOALS:
        return 404
    return IN if _allowed(caller, who) else 403


def _allowed(caller: Caller, who: str) -> bool:
    own = caller.stands == OWN
    allowed: dict[str, bool] = {
        Who.ADMINS: caller.role is ADMIN,
        Who.THEMSELF: own or caller.role is ADMIN,
        SPEAKERS: own or caller.role in (LEAD, ADMIN),
        EITHER: own or caller.role in (LEAD, ADMIN),
        **dict.fromkeys(
            (PARTICIPANTS, Who.DOERS), own or caller == BOT or caller.role in (LEAD, ADMIN)
        ),
        Who.MEMBERS: True,
    }
    return caller.role in (MEMBER, LEAD, ADMIN) and allowed[who]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    where = f"sqlite:///{tmp_path_factory.mktemp('routes') / 'okr.db'}"
    with closing(History(Settings(database=where, auth="keys"))) as history:
        yield history


@pytest.fixture(scope="module")
def client(history: History) -> Iterator[TestClient]:
    with TestClient(create_app(history)) as client:
        yield client


@pytest.fixture(scope="module")
def table(history: History) -> Iterator[KeyTable]:
    with closing(KeyTable(history.settings.where)) as table:
        yield table


@pytest.fixture(scope="module")
def company(client: TestClient, table: KeyTable) -> Company:
    return Company(client, table)


@pytest.fixture(scope="module")
def keys(company: Company, table: KeyTable) -> dict[Caller, str]:
    holders = {OWN: company.lead, FOREIGN: company.stranger}
    found = {one: key(table, holders[one.stands], one.role) for one in CALLERS[1:-2] if one.role}
    found[BOT] = key(table, "bot", MEMBER)
    found[READING_BOT] = key(table, "watch", ADMIN, scopes=frozenset({Scope.READ, Scope.EXPORT}))
    return found


def test_every_route_has_a_row() -> None:
    assert set(TABLE) == set(EVERY_ROUTE)


@pytest.mark.parametrize("word", ["objective", "key_result"])
def test_a_change_of_nothing_shows_no_draft_of_others(
    client: TestClient, company: Company, table: KeyTable, word: str
) -> None:
    path = f"/v1/{word.replace('_', '-')}s/{company.draft[f'{word}_id']}"
    for holder, status in ((company.stranger, 404), (company.lead, 200)):
        headers = {"Authorization": f"Bearer {key(table, holder, MEMBER)}"}
        assert client.patch(path, json={}, headers=headers).status_code == status


class Asking:
    """One route, asked about one goal."""

    def __init__(self, client: TestClient, company: Company, goal: Json, method: str, path: str):
        self._client, self._method = client, method
        values = goal | {
            "sales": company.sales["id"],
            "support": company.support["id"],
            "later": company.later["id"],
            "other": company.other,
            "name": "not-found",
            "event_id": company.event_id,
            "alignment_id": goal["edges"][_EDGE.get(path.rpartition("/")[2], 0)],
        }
        self._path = path.format_map(values)
        self._body = _filled(TABLE[method, path].body, values)

    def status(self, token: str | None) -> int:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        more: dict[str, Any] = {"json": self._body}
        if self._path == "/v1/imports":
            headers["Content-Type"], more = "application/jsonl", {"content": ""}
        if self._method in ("GET", "DELETE"):
            more = {"params": {"q": "grow"}} if self._path == "/v1/search" else {}
            headers["Accept"] = "application/jsonl" if self._path == "/v1/events" else "*/*"
        return self._client.request(self._method, self._path, headers=headers, **more).status_code


_EDGE = {"accept": 0, "decline": 1, "withdraw": 2}


def _filled(body: Any, values: Json) -> Any:
    """A body with the ids of what it names."""
    if isinstance(body, dict):
        parts = cast("Json", body)
        return {name: _filled(part, values) for name, part in parts.items()}
    return body.format_map(values) if isinstance(body, str) else body


def _speaks_of_goals(method: str, path: str) -> bool:
    """Whether a request names what may be a draft."""
    return method != "GET" and ("{objective_id}" in path or "{key_result_id}" in path)


CASES = [(*one, False) for one in EVERY_ROUTE] + [
    (*one, True) for one in EVERY_ROUTE if _speaks_of_goals(*one)
]


@pytest.mark.parametrize(("method", "path", "draft"), CASES)
def test_who_is_let_in(
    client: TestClient,
    company: Company,
    keys: dict[Caller, str],
    method: str,
    path: str,
    draft: bool,
) -> None:
    who = TABLE[method, path].who
    asking = Asking(client, company, company.draft if draft else company.published, method, path)
    wanted = {one: expected(one, who, draft=draft) for one in CALLERS}
    # Those who are refused first: they must be, while there is still something to do.
    for caller in sorted(CALLERS, key=lambda one: wanted[one] == IN):
        if draft and wanted[caller] == IN:
            continue
        status = asking.status(keys.get(caller))
        if wanted[caller] == IN:
            assert status not in (401, 403, 404), (caller, status)
            assert status < 500
        else:
            assert status == wanted[caller], (caller, status)
