"""The real okr-tracker export, converted, imported and asked over HTTP: the whole way once.

The export is no part of the project. Where it is absent, this says so and is skipped.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.converters.okr_tracker import convert
from api.history import History
from api.importing import import_lines
from api.settings import Settings
from domain.values import source_id
from tests.converters import okr_tracker_expectations as expectations
from tests.converters.okr_tracker_told import SOURCE
from tests.converters.test_okr_tracker_export import EXPORT

COLLECTIONS = {
    "organizations": "units",
    "departments": "units",
    "products": "units",
    "periods": "cycles",
    "objectives": "objectives",
    "keyResults": "key-results",
}
NAMES = {
    "parent": "owner",
    "startDate": "starts_on",
    "endDate": "ends_on",
    "startValue": "baseline",
    "targetValue": "target",
    "progression": "progress",
}


@pytest.fixture(scope="module")
def export() -> dict[str, Any]:
    if not EXPORT.exists():
        pytest.skip(f"the real okr-tracker export is absent: ../{'/'.join(EXPORT.parts[-4:])}")
    return json.loads(EXPORT.read_text())


@pytest.fixture(scope="module")
def served(export: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    folder: Path = tmp_path_factory.mktemp("okr-tracker")
    history = History(Settings(database=f"sqlite:///{folder / 'okr.db'}"))
    lines = [orjson.dumps(line) for line in convert(export).lines]
    report = import_lines(history.desk, lines)
    assert report.recorded == len(lines)
    with TestClient(create_app(history)) as client:
        yield Served(client, export)


class Served:
    """Answers for a path, a field and an instant (None for now), as the service shows it."""

    def __init__(self, client: TestClient, export: dict[str, Any]) -> None:
        self._client = client
        self._paths = {str(source_id(SOURCE, path)): path for path in export}

    def _get(self, path: str, at: datetime | None) -> dict[str, Any]:
        parameters = {} if at is None else {"as_of": at.isoformat()}
        answer = self._client.get(f"/v1/{path}", params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def __call__(self, path: str, field: str, at: datetime | None) -> Any:
        collection = COLLECTIONS[path.split("/", maxsplit=1)[0]]
        resource = f"{collection}/{source_id(SOURCE, path)}"
        if collection == "cycles" and field == "progression":
            return self._get(f"{resource}/board", at)["totals"]["progress"] or 0
        shown = self._get(resource, at)
        match field:
            case "name":
                return shown.get("title", shown.get("name"))
            case "archived":
                return shown["state"] in ("dissolved", "closed", "dropped")
            case "period" | "objective":
                return self._paths[shown["cycle_id" if field == "period" else "objective_id"]]
            case "organization" | "department":
                return self._above(shown, "company" if field == "organization" else "department")
            case "parent" if collection == "cycles":
                return self._paths[shown["unit_id"]]
            case "parent":
                owner = (
                    shown["owner"] or self._get(f"objectives/{shown['objective_id']}", at)["owner"]
                )
                return self._paths[owner["id"]]
            case _:
                return self._value(field, shown[NAMES.get(field, field)])

    def _above(self, unit: dict[str, Any], kind: str) -> str:
        while unit["kind"] != kind:
            unit = self._get(f"units/{unit['parent_id']}", None)
        return self._paths[unit["id"]]

    def _value(self, field: str, value: Any) -> Any:
        if field in expectations.DAYS:
            return None if value is None else date.fromisoformat(value)
        if field in expectations.NUMBERS:
            return Decimal(repr(value))
        return value or (0 if field == "progression" else "")


def test_the_service_shows_the_final_documents(export: dict[str, Any], served: Served) -> None:
    assert expectations.compare("final fields", expectations.finals(export), served) > 0


def test_the_service_shows_both_sides_of_each_audited_change(
    export: dict[str, Any], served: Served
) -> None:
    assert expectations.compare("audited sides", expectations.changes(export), served) > 0


def test_the_service_shows_the_noted_progress(export: dict[str, Any], served: Served) -> None:
    assert expectations.compare("progressions", expectations.progressions(export), served) == 10
