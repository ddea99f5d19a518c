"""A real okr-tracker export becomes a history that agrees with it, field by field, at any instant.

The export is no part of the project. Where it is absent, these tests say so and are skipped.
"""

import json
import random
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from api.converters.lines import Conversion
from api.converters.okr_tracker import convert
from tests.converters import okr_tracker_expectations as expectations
from tests.converters.folding import fold
from tests.converters.okr_tracker_expectations import compare
from tests.converters.okr_tracker_told import Told

EXPORT = Path(__file__).parents[3] / "shared/data/okr-tracker/mock_firestore.json"
"""Beside the repository."""


@pytest.fixture(scope="module")
def export() -> dict[str, Any]:
    if not EXPORT.exists():
        pytest.skip(f"the real okr-tracker export is absent: ../{'/'.join(EXPORT.parts[-4:])}")
    return json.loads(EXPORT.read_text())


@pytest.fixture(scope="module")
def converted(export: dict[str, Any]) -> Conversion:
    return convert(export)


@pytest.fixture(scope="module")
def told(export: dict[str, Any], converted: Conversion) -> Told:
    return Told(fold(converted.lines), export)


def test_the_history_ends_in_the_final_documents(export: dict[str, Any], told: Told) -> None:
    assert compare("final fields", expectations.finals(export), told) > 0


def test_each_audited_change_shows_just_before_and_at_its_entry(
    export: dict[str, Any], told: Told
) -> None:
    assert compare("sides of audited changes", expectations.changes(export), told) > 0


def test_progress_is_what_each_audit_entry_notes(export: dict[str, Any], told: Told) -> None:
    assert compare("noted progressions", expectations.progressions(export), told) > 0


def test_every_point_is_a_check_in(export: dict[str, Any], told: Told) -> None:
    assert compare("points", expectations.points(export), told) > 0


def test_units_have_the_members_that_the_export_says(export: dict[str, Any], told: Told) -> None:
    assert compare("teams", expectations.teams(export), told) > 0


def test_nothing_of_the_export_goes_uncounted(
    export: dict[str, Any], converted: Conversion
) -> None:
    audit = [entry for path, entry in export.items() if path.startswith("audit/")]
    assert counted(converted, "documents ") == len(export) - len(audit)
    assert counted(converted, "audit entries ") == len(audit)
    assert counted(converted, "audited fields ") == sum(len(e.get("diff", ())) for e in audit)
    assert counted(converted, "audit entries that change nothing") == 12
    assert counted(converted, "lines written") == len(converted.lines)


def test_the_same_export_gives_the_same_lines_in_any_order(
    export: dict[str, Any], converted: Conversion
) -> None:
    paths = list(export)
    random.Random(1).shuffle(paths)
    assert convert({path: export[path] for path in paths}) == converted


def test_lines_are_ordered_by_the_time_they_were_recorded(converted: Conversion) -> None:
    times = [datetime.fromisoformat(line["recorded_at"]) for line in converted.lines]
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert len({line["id"] for line in converted.lines}) == len(converted.lines)


def counted(converted: Conversion, start: str) -> int:
    return sum(n for name, n in converted.report.items() if name.startswith(start))
