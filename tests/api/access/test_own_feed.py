"""The raw feed of owners and leads: all about what is theirs, nothing else, also when cut."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import NamedTuple
from uuid import UUID, uuid4

import httpx2
import orjson
import pytest
from fastapi.testclient import TestClient

from api import feeding, streaming
from api.access.key_table import KeyTable
from api.app import create_app
from api.history import History
from api.settings import Settings
from domain.mandate import OrganisationRole
from domain.people import RegisterPerson, RenamePerson
from domain.record import Command, Context
from domain.values import Actor
from projections import own
from tests.api.access.callers import key
from tests.api.access.drafted import Drafted, Hidden, homes
from tests.api.office import Clock, Json, problem
from tests.api.test_feed import PATIENCE_SECONDS, Ear, serving
from tests.databases import DATABASES, fresh

READER, MEMBER, LEAD, ADMIN, AUDITOR = OrganisationRole
LINES = "application/jsonl"


class Told(NamedTuple):
    """A history with drafts, and who asks for its feed."""

    client: TestClient
    table: KeyTable
    drafted: Drafted

    def entries(self) -> list[Json]:
        """Every entry of the trail."""
        return self.lines(key(self.table, "audit", AUDITOR), "/v1/audit")

    def lines(self, token: str, path: str = "/v1/events", **query: int) -> list[Json]:
        answer = self.client.get(path, params=query, headers=bearer(token) | {"Accept": LINES})
        assert answer.status_code == 200, answer.text
        return [orjson.loads(line) for line in answer.text.splitlines()]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module", params=DATABASES)
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    with fresh(request.param, tmp_path_factory.mktemp("own")) as where:
        settings, clock = Settings(database=where, auth="keys", rate_limit=1_000_000), Clock()
        with (
            closing(History(settings, clock)) as history,
            TestClient(create_app(history)) as client,
            closing(KeyTable(settings.where)) as table,
        ):
            yield Told(client, table, Drafted(client, table, clock))


def positions_of(told: Told, owners: set[str]) -> list[int]:
    """Where the entries about what some people and units own stand, worked out from all of them."""
    owned_by: dict[str, str] = {}
    goals: dict[str, set[str]] = {}
    entries = told.entries()
    for one in entries:
        goals.setdefault(one["entity"]["id"], set()).update(homes(one))
        for change in one["changes"]:
            if change["field"] == "owner" and change["to"] is not None:
                owned_by[one["entity"]["id"]] = change["to"]["id"]
    hidden, found = Hidden(entries), list[int]()
    for one in entries:
        about = one["entity"]["id"]
        ends = {about, *goals[about]}
        theirs = [end for end in ends if end in owners or owned_by.get(end) in owners]
        foreign = {end for end in goals[about] if owned_by.get(end) not in owners}
        if theirs and not hidden.is_drafting_of(one, foreign):
            found.append(one["position"])
    return found


def test_a_lead_is_told_everything_about_what_their_unit_owns_and_of_no_draft_of_others(
    told: Told,
) -> None:
    drafted = told.drafted
    for person, unit in ((drafted.lead, drafted.sales), (drafted.cara, drafted.care)):
        wanted = positions_of(told, {person, unit["id"]})
        found = told.lines(key(told.table, person, MEMBER))
        assert [one["position"] for one in found] == wanted
        assert 10 < len(wanted) < len(told.entries())
    ann = told.lines(key(told.table, drafted.lead, READER))
    assert drafted.draft["objective_id"] in {one["stream_id"] for one in ann}


@pytest.mark.parametrize("role", [READER, MEMBER, ADMIN])
def test_whoever_owns_nothing_is_told_of_themselves_alone(
    told: Told, role: OrganisationRole
) -> None:
    stranger = told.drafted.stranger
    found = told.lines(key(told.table, stranger, role))
    assert {one["entity"]["id"] for one in found} == {stranger}


def test_a_lead_of_every_unit_is_told_what_units_own_and_no_draft_of_a_person(told: Told) -> None:
    units = {told.drafted.sales["id"], told.drafted.care["id"]}
    found = told.lines(key(told.table, "bot", LEAD))
    assert [one["position"] for one in found] == positions_of(told, units)


def test_auditors_are_told_everything_and_a_service_nothing(told: Told) -> None:
    found = told.lines(key(told.table, "audit", AUDITOR))
    assert [one["position"] for one in found] == [one["position"] for one in told.entries()]
    answer = told.client.get("/v1/events", headers=bearer(key(told.table, "bot", MEMBER)))
    problem(answer, 403, "feed-not-yours")


def test_lines_say_how_far_they_reach_and_go_on_from_anywhere(told: Told) -> None:
    ann = key(told.table, told.drafted.lead, MEMBER)
    answer = told.client.get("/v1/events", headers=bearer(ann))
    head = told.entries()[-1]["position"]
    assert int(answer.headers["x-position"]) == head
    found = told.lines(ann)
    for after in range(0, head + 1, 7):
        rest = [one for one in found if one["position"] > after]
        assert told.lines(ann, after=after) == rest


def register(history: History, count: int) -> list[str]:
    """The ids of so many new people."""
    ids = [uuid4() for _ in range(count)]
    carry_out(history, [RegisterPerson(person_id=one, name="Ada") for one in ids])
    return [str(one) for one in ids]


def renamings(people: list[str], seed: int, times: int) -> list[list[RenamePerson]]:
    """Call people something else, some at a time, the first of them seldom; but at the end."""
    drawn, others = random.Random(seed), people[1:]
    found: list[list[RenamePerson]] = []
    for number in range(times):
        chosen = drawn.sample(others, drawn.randint(1, len(others)))
        chosen += people[:1] if number % 20 == 0 else []
        found.append([renamed(one, f"{seed} {number}") for one in chosen])
    return [*found, [renamed(people[0], f"{seed} at last")]]


def renamed(person: str, name: str) -> RenamePerson:
    return RenamePerson(person_id=UUID(person), name=name)


def carry_out(history: History, commands: Sequence[Command]) -> None:
    actor = Actor(id="hr", kind="service")
    history.desk.carry_out(commands, Context(actor=actor, now=history.desk.now()))


def test_what_is_theirs_is_followed_live_over_many_broken_connections(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.05)
    for module in (own, feeding):
        monkeypatch.setattr(module, "STRETCH", 40)
    history = History(Settings(database=where, auth="keys", rate_limit=1_000_000))
    people = register(history, 12)
    for batch in renamings(people, 1, 60):
        carry_out(history, batch)
    later = renamings(people, 2, 60)
    last = history.log.head() + sum(len(batch) for batch in later)
    with (
        closing(KeyTable(history.settings.where)) as table,
        serving(create_app(history)) as address,
        httpx2.Client(base_url=address, timeout=30) as client,
        ThreadPoolExecutor(2) as pool,
    ):
        client.headers = bearer(key(table, people[0], MEMBER))
        ears = [Ear(client, seed, most_bytes=1_500) for seed in (1, 2)]
        # The last record is theirs, so whoever has heard it has heard all.
        listening = [pool.submit(ear.listen, last) for ear in ears]
        for batch in later:
            carry_out(history, batch)
        for one in listening:
            one.result(PATIENCE_SECONDS)
        stored = history.log.stored(0, 10_000)
    assert stored[-1].position == last
    wanted = [one.position for one in stored if one.stream_id == people[0]]
    for ear in ears:
        assert [one["position"] for one in ear.heard] == wanted
        assert ear.cuts > 3
        # They went on from further than the last record of theirs.
        assert not ear.begun_at.issubset({"", *map(str, wanted)})


def test_a_record_does_not_name_what_it_was_carried_over_to_where_that_is_hidden(
    told: Told,
) -> None:
    drafted = told.drafted
    ann = key(told.table, drafted.lead, MEMBER)
    [carried] = [one for one in told.lines(ann) if one["type"] == "ObjectiveCarriedOver"]
    assert carried["data"]["to_objective_id"] == drafted.draft["carried"]
    admin = bearer(key(told.table, drafted.cara, ADMIN, LEAD))
    given = {"owner": {"type": "person", "id": drafted.cara}}
    path = f"/v1/objectives/{drafted.draft['carried']}"
    moved = told.client.patch(path, json=given, headers=admin)
    assert moved.status_code == 200, moved.text
    [carried] = [one for one in told.lines(ann) if one["type"] == "ObjectiveCarriedOver"]
    assert carried["data"]["to_objective_id"] is None
    back = {"owner": {"type": "unit", "id": drafted.sales["id"]}}
    mine = bearer(key(told.table, drafted.cara, MEMBER))
    assert told.client.patch(path, json=back, headers=mine).status_code == 200
