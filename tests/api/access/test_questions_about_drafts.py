"""What questions tell of drafts: all to whose they are and to auditors, nothing to others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.access.key_table import KeyTable
from api.app import create_app
from api.history import History
from api.settings import Settings
from tests.api.access.callers import ROLES, key
from tests.api.access.cited import cited
from tests.api.access.drafted import UNHEARD, Drafted, Hidden
from tests.api.access.test_every_route import READS
from tests.api.office import NOBODY, Clock, Json
from tests.databases import DATABASES, fresh

READER, MEMBER, LEAD, ADMIN, AUDITOR = ROLES
GOALS = ("{objective_id}", "{key_result_id}", "{alignment_id}", "{event_id}")
PATHS = [path for path in READS if path.startswith("/v1") and path != "/v1/events"]
ABOUT_GOALS = [path for path in PATHS if any(name in path for name in GOALS)]


class Told(NamedTuple):
    """A history with drafts, an app where people sign in and one where nobody does."""

    drafted: Drafted
    signed: TestClient
    open: TestClient
    keys: dict[str, str]
    entries: list[Json]
    hidden: Hidden

    def ask(self, caller: str, path: str, accept: str = "*/*", **query: Any) -> Response:
        headers = {"Authorization": f"Bearer {self.keys[caller]}", "Accept": accept}
        return self.signed.get(path, params=query or None, headers=headers)


@pytest.fixture(scope="module", params=DATABASES)
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    clock, folder = Clock(), tmp_path_factory.mktemp("drafts")
    with fresh(request.param, folder) as where:
        settings = Settings(database=where, auth="keys", rate_limit=1_000_000)
        with (
            closing(History(settings, clock)) as history,
            TestClient(create_app(history)) as signed,
            closing(KeyTable(settings.where)) as table,
        ):
            drafted = Drafted(signed, table, clock)
            keys: dict[str, str] = {role: key(table, drafted.stranger, role) for role in ROLES}
            keys["the lead of the unit"] = key(table, drafted.lead, MEMBER)
            keys["a service"] = key(table, "bot", MEMBER)
            with (
                closing(History(Settings(database=where), clock)) as same,
                TestClient(create_app(same)) as unsigned,
            ):
                entries = everything(unsigned)
                yield Told(drafted, signed, unsigned, keys, entries, Hidden(entries))


def everything(client: TestClient) -> list[Json]:
    """Every entry of the trail."""
    lines = client.get("/v1/audit", headers={"Accept": "application/jsonl"}).iter_lines()
    return [orjson.loads(line) for line in lines]


SEES = {READER: False, MEMBER: False, LEAD: True, ADMIN: False, AUDITOR: True}
CALLERS = SEES | {"the lead of the unit": True, "a service": False}


@pytest.mark.parametrize("path", ABOUT_GOALS)
def test_a_draft_is_there_for_those_whose_it_is_and_for_others_never_was(
    told: Told, path: str
) -> None:
    path += "?from=2026-01-01T00:00:00Z" if path.endswith("/diff") else ""
    published, draft = (path.format_map(names(told, one)) for one in (True, False))
    nobodys = path.format_map(dict.fromkeys(names(told, True), NOBODY))
    for caller, sees in CALLERS.items():
        assert told.ask(caller, published).status_code == 200
        answer = told.ask(caller, draft)
        assert answer.status_code == (200 if sees else 404), (caller, answer.text)
        if not sees:
            assert in_words(answer) == in_words(told.ask(caller, nobodys))


def names(told: Told, published: bool) -> Json:
    """What a path about a goal names: one that is published, or a draft."""
    goal = told.drafted.published if published else told.drafted.draft
    event = "ObjectivePublished" if published else "ObjectiveReworded"
    about = goal["objective_id"]
    found = [one for one in told.entries if one["entity"]["id"] == about and one["type"] == event]
    return told.drafted.named(goal, found[-1]["event_id"])


def in_words(answer: Response) -> Json:
    """A problem without the ids in it."""
    body = answer.json()
    return {
        name: re.sub(r"[0-9a-f-]{36}", "…", str(body[name])) for name in ("type", "title", "detail")
    }


MOMENTS: list[Json] = [
    {},
    {"as_of": "2026-01-08T00:00:00Z"},
    {"known_at": "2026-01-08T00:00:00Z"},
    {"known_at": "2026-01-12T09:00:00Z"},
]
JSON, LINES, HTML = "application/json", "application/jsonl", "text/html"
EVENTS = "text/event-stream"


def questions(told: Told) -> Iterator[tuple[str, Json, str]]:
    """Every question that can be asked, each in several ways: path, query, form."""
    values = names(told, True)
    cycles = (values["cycle_id"], told.drafted.later["id"])
    for path, cycle_id in product(PATHS, cycles):
        if cycle_id == cycles[0] or "{cycle_id}" in path:
            asked = path.format_map(values | {"cycle_id": cycle_id})
            for query, form in product(ways(told, path), forms(path)):
                yield asked, query, form


def ways(told: Told, path: str) -> list[Json]:
    """The queries that a path is asked with."""
    drafted, draft = told.drafted, told.drafted.draft
    if path.endswith("/search"):
        return [{"q": word} for word in (UNHEARD, "delight", "early", "score", "ask", "slow")]
    if path.endswith("/diff"):
        span = {"from": "2026-01-01T00:00:00Z", "to": "2026-04-20T09:00:00Z"}
        late = {"from": "2026-01-12T08:00:00Z"}
        return [span, late, span | {"axis": "recorded"}, late | {"axis": "recorded"}]
    if path.endswith("/replay"):
        spans = [{"every": every} for every in ("change", "day", "week")]
        axes = [{"axis": "effective"}, {"axis": "recorded"}, {"from": "2026-01-12T00:00:00Z"}]
        return [every | axis for every, axis in product(spans, axes)]
    more: list[Json] = []
    if path in ("/v1/objectives", "/v1/audit"):
        more = [{"q": UNHEARD}, {"unit_id": drafted.sales["id"]}, {"limit": 1, "order": "desc"}]
    if path == "/v1/objectives":
        more += [{"state": "draft"}, {"person_id": drafted.cara}]
    if path == "/v1/audit":
        more += [{"entity_id": draft["objective_id"]}, {"type": "Objective*"}, {"field": "title"}]
        more += [{"actor_id": "setup"}, {"cycle_id": drafted.cycle["id"], "type": "CheckedIn"}]
        more += [{"type": "ObjectiveDrafted", "unit_id": drafted.sales["id"]}]
    if path.endswith("/retrospective"):
        more = [{"unit_id": drafted.sales["id"]}]
    return [*MOMENTS, *more]


def forms(path: str) -> tuple[str, ...]:
    """The forms in which a path is asked to answer; one that it lacks is refused in words."""
    if path.endswith("/replay"):
        return (JSON, LINES, EVENTS)
    if path.endswith("/retrospective"):
        return (JSON, HTML, "text/markdown")
    return (JSON, LINES, "text/csv")


@pytest.mark.parametrize("caller", [READER, ADMIN])
def test_no_answer_names_a_draft_of_others_nor_tells_how_anything_was_drafted(
    told: Told, caller: str
) -> None:
    secrets = told.hidden.things | told.hidden.events
    secrets |= {told.drafted.draft[name] for name in ("check_in_id", "review_id", "carried")}
    secrets.add(told.drafted.published["taken_back"])
    assert len(secrets) > 20
    for path, query, form in questions(told):
        answer = told.ask(caller, path, form, **query)
        said = set(re.findall(r"[0-9a-f-]{36}", answer.text))
        assert not (leaked := said & secrets), (path, query, form, leaked)
        assert UNHEARD.lower() not in answer.text.lower(), (path, query, form)
        assert not (places := cited(answer) & told.hidden.places), (path, query, form, places)


def test_an_auditor_is_told_what_everybody_is_told_where_nobody_signs_in(told: Told) -> None:
    asked = (one for one in questions(told) if one[2] in (JSON, HTML))
    for path, query, form in asked:
        wanted = told.open.get(path, params=query, headers={"Accept": form})
        answer = told.ask(AUDITOR, path, form, **query)
        if answer.status_code != 200:
            assert in_words(answer) == in_words(wanted)
            continue
        assert (answer.status_code, answer.content) == (wanted.status_code, wanted.content), path
        assert answer.headers.get("etag") == wanted.headers.get("etag")


def test_others_are_told_what_is_published(told: Told) -> None:
    cycle = f"/v1/cycles/{told.drafted.cycle['id']}"
    board = told.ask(READER, f"{cycle}/board").json()
    assert [one["title"] for one in board["objectives"]] == ["Customers stay", "Delight"]
    assert board["totals"]["objectives"] == 2
    assert board["totals"]["key_results"] == 1
    assert [one["id"] for one in board["alignments"]] == [told.drafted.published["alignment_id"]]
    found = told.ask(READER, "/v1/audit", JSON, limit=500).json()["items"]
    wanted = [one["event_id"] for one in told.entries if one["event_id"] not in told.hidden.events]
    assert [one["event_id"] for one in found] == wanted
    hit = told.ask(READER, "/v1/search", q="delight").json()["items"][0]
    publishing = names(told, True)["event_id"]
    assert (hit["event_id"], hit["field"]) == (publishing, "title")
    carried = f"/v1/objectives/{told.drafted.published['objective_id']}"
    assert told.ask(READER, carried).json()["carried_over_to"] is None
    assert told.ask(AUDITOR, carried).json()["carried_over_to"] is not None


def test_what_was_published_as_of_earlier_is_seen_once_nothing_of_it_was_drafted_any_more(
    told: Told,
) -> None:
    goal = told.drafted.dated_back
    paths = [
        f"/v1/objectives/{goal['objective_id']}",
        f"/v1/key-results/{goal['key_result_id']}",
    ]
    for path, word in zip(paths, ("Return", "Rate"), strict=True):
        early = told.ask(READER, path, as_of="2026-01-09T08:59:59Z")
        never = told.ask(READER, path, as_of="2026-01-01T00:00:00Z")
        assert (early.status_code, in_words(early)["type"]) == (404, in_words(never)["type"])
        assert told.ask(AUDITOR, path, as_of="2026-01-08T00:00:00Z").json()["title"] != word
        assert told.ask(READER, path, as_of="2026-01-09T09:00:00Z").json()["title"] == word
    objective = told.ask(READER, paths[0]).json()
    assert objective["published_at"] == "2026-01-07T09:00:00Z"
    span = {"from": "2026-01-05T00:00:00Z", "to": "2026-01-12T00:00:00Z"}
    changes = told.ask(READER, f"{paths[0]}/diff", **span).json()["changes"]
    publishing = next(
        one["event_id"]
        for one in told.entries
        if (one["entity"]["id"], one["type"]) == (goal["objective_id"], "ObjectivePublished")
    )
    assert {tuple(one["event_ids"]) for one in changes} == {(publishing,)}
    between = {"from": "2026-01-07T12:00:00Z", "to": "2026-01-09T08:00:00Z"}
    assert told.ask(READER, f"{paths[0]}/diff", **between).json()["changes"] == []
    frames = told.ask(READER, f"/v1/cycles/{told.drafted.later['id']}/replay").json()["frames"]
    totals = [(one["at"][:10], one["totals"]["objectives"]) for one in frames]
    assert ("2026-01-07", 0) in totals
    assert totals[-1][1] == 1


def test_a_check_in_that_was_taken_back_in_a_draft_was_never_made_to_others(told: Told) -> None:
    goal = told.drafted.published
    path = f"/v1/key-results/{goal['key_result_id']}/check-ins"
    for caller, sees in CALLERS.items():
        answer = told.ask(caller, f"{path}/{goal['taken_back']}")
        if sees:
            assert answer.json()["retracted"], caller
        else:
            assert answer.status_code == 404, caller
            assert in_words(answer) == in_words(told.ask(caller, f"{path}/{NOBODY}"))
            early = told.ask(caller, f"{path}/{goal['taken_back']}", as_of="2026-01-12T09:00:00Z")
            assert in_words(early) == in_words(answer)
        assert told.ask(caller, f"{path}/{goal['taken_back_later']}").json()["retracted"]
        assert told.ask(caller, path).json()["items"][-1]["value"] == 6


@pytest.mark.parametrize("caller", [READER, AUDITOR])
def test_a_page_leads_to_the_evidence_that_its_reader_sees(told: Told, caller: str) -> None:
    cycle = f"/v1/cycles/{told.drafted.cycle['id']}"
    page = told.ask(caller, f"{cycle}/retrospective", HTML).text
    led_to = set(re.findall(r'href="#([^"]+)"', page))
    assert any(re.fullmatch(r"p\d+", one) for one in led_to)
    assert led_to <= set(re.findall(r'id="([^"]+)"', page))


def test_an_answer_that_differs_has_another_tag(told: Told) -> None:
    path = f"/v1/cycles/{told.drafted.cycle['id']}/board"
    whole = told.ask(AUDITOR, path).headers["etag"]
    headers = {"Authorization": f"Bearer {told.keys[READER]}", "If-None-Match": whole}
    assert told.signed.get(path, headers=headers).status_code == 200


def test_no_route_asks_the_history_past_the_sight_of_its_caller() -> None:
    for file in Path("api/routes").glob("*.py"):
        assert "history.ask(" not in file.read_text(), file
