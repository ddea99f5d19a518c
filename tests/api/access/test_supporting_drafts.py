"""What a key result is told to support, where others keep drafts that the caller may not see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.access.key_table import KeyTable
from api.app import create_app
from api.history import History
from api.settings import Settings
from domain.mandate import OrganisationRole
from tests.api.access.callers import key
from tests.api.office import NOBODY, Clock, Json, Office

MEMBER = OrganisationRole.MEMBER


class Two(NamedTuple):
    """Ann leads Sales with a published goal, Cara leads Care with a draft; each has a key."""

    client: TestClient
    ann: dict[str, str]
    cara: dict[str, str]
    key_result: str
    """Of the goal that Sales published."""
    draft: str
    """The objective that Care drafts."""
    drafted: str
    """A key result of it."""

    def supports(self, caller: dict[str, str], key_result: str, *wanted: str) -> Response:
        path = f"/v1/key-results/{key_result}"
        return self.client.patch(path, json={"supports": wanted}, headers=caller)

    def aligned(self, caller: dict[str, str]) -> list[Json]:
        return self.client.get("/v1/alignments", headers=caller).json()["items"]

    def align(self, start: str, finish: str) -> str:
        """Cara aligns a key result with an objective."""
        ends = {
            "from": {"type": "key_result", "id": start},
            "to": {"type": "objective", "id": finish},
        }
        body = ends | {"relation": "supports"}
        answer = self.client.post("/v1/alignments", json=body, headers=self.cara)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    settings = Settings(database=f"sqlite:///{tmp_path / 'okr.db'}", auth="keys")
    with (
        closing(History(settings, Clock())) as history,
        TestClient(create_app(history)) as client,
        closing(KeyTable(settings.where)) as table,
    ):
        client.headers["Authorization"] = f"Bearer {key(table, 'setup', *OrganisationRole)}"
        office = Office(client, Clock())
        people = [office.person(name)["id"] for name in ("Ann", "Cara")]
        units = [office.unit(name) for name in ("Sales", "Care")]
        for unit, person in zip(units, people, strict=True):
            office.post(f"/v1/units/{unit['id']}/members", person_id=person, role="lead")
        cycle = office.open_cycle()
        goal, draft = (office.objective(cycle, unit) for unit in units)
        office.post(f"/v1/objectives/{goal['id']}/publish")
        key_results = [office.key_result(one)["id"] for one in (goal, draft)]
        ann, cara = ({"Authorization": f"Bearer {key(table, one, MEMBER)}"} for one in people)
        del client.headers["Authorization"]
        yield Two(client, ann, cara, key_results[0], draft["id"], key_results[1])


def in_words(answer: Response) -> Any:
    """A problem without the ids in it."""
    body = answer.json()
    return answer.status_code, body["type"], re.sub(r"[0-9a-f-]{36}", "…", body["detail"])


def test_an_alignment_with_a_draft_of_others_stays_and_is_not_told(two: Two) -> None:
    edge = two.align(two.key_result, two.draft)
    assert two.aligned(two.ann) == []
    answer = two.supports(two.ann, two.key_result)
    assert answer.status_code == 200, answer.text
    assert [one["id"] for one in two.aligned(two.cara)] == [edge]
    named = two.supports(two.ann, two.key_result, two.draft)
    assert in_words(named) == in_words(two.supports(two.ann, two.key_result, NOBODY))


def test_a_draft_of_others_is_not_told_by_what_its_key_result_supports(two: Two) -> None:
    published = two.client.get(f"/v1/key-results/{two.key_result}", headers=two.ann).json()
    edge = two.align(two.drafted, published["objective_id"])
    answer = two.supports(two.ann, two.drafted)
    assert edge not in answer.text
    assert in_words(answer) == in_words(two.supports(two.ann, NOBODY))
