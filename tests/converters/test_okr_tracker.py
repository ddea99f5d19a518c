"""Each rule by which an okr-tracker export is read, shown on a small export."""

from typing import Any

import pytest

from tests.converters.okr_tracker_exports import (
    ANNA,
    BO,
    DEPARTMENT,
    KEY_RESULT,
    OBJECTIVE,
    ORGANIZATION,
    PERIOD,
    PRODUCT,
    Line,
    created,
    edited,
    iso,
    lines,
    made,
    minute,
    ref,
    report,
    seconds,
    updated,
)


def fields(line: Line) -> Line:
    """A line without what every line says."""
    about = ("id", "at", "recorded_at", "source", "actor", "action")
    return {name: value for name, value in line.items() if name not in about}


def test_units_stand_below_their_parents() -> None:
    told = lines()
    assert fields(told[ORGANIZATION]) == {"kind": "company", "name": "Acme", "assumed": ["name"]}
    assert fields(told[DEPARTMENT]) == {
        "kind": "department",
        "parent_id": ORGANIZATION,
        "name": "Sales",
        "assumed": ["parent_id", "name"],
    }
    assert fields(told[PRODUCT])["parent_id"] == DEPARTMENT
    assert told[PRODUCT]["kind"] == "team"


def test_a_product_without_a_department_stands_below_its_organization() -> None:
    assert lines({PRODUCT: {"department": None}})[PRODUCT]["parent_id"] == ORGANIZATION


def test_a_period_becomes_a_planned_cycle_of_its_unit_with_utc_days() -> None:
    assert lines()[PERIOD] == {
        "id": PERIOD,
        "at": iso(3),
        "recorded_at": iso(3),
        "source": "okr-tracker",
        "actor": ANNA,
        "action": "plan_cycle",
        "kind": "custom",
        "unit_id": PRODUCT,
        "name": "Q2",
        "starts_on": "2021-04-01",
        "ends_on": "2021-06-30",
        "assumed": ["kind", "unit_id", "name", "starts_on", "ends_on"],
    }


def test_an_objective_counts_as_published_on_creation() -> None:
    told = lines()
    assert fields(told[OBJECTIVE]) == {
        "cycle_id": PERIOD,
        "owner": {"type": "unit", "id": PRODUCT},
        "title": "Grow",
        "weight": 1,
        "assumed": ["cycle_id", "owner", "title", "weight"],
    }
    published = told[f"{OBJECTIVE}/publish_objective"]
    assert (published["at"], published["actor"]) == (iso(4), ANNA)


def test_a_key_result_is_a_metric_from_start_to_target_value() -> None:
    assert fields(lines()[KEY_RESULT]) == {
        "kind": "metric",
        "objective_id": OBJECTIVE,
        "title": "Visits",
        "unit": "%",
        "baseline": 0,
        "target": 100,
        "weight": 2,
        "assumed": ["objective_id", "title", "unit", "baseline", "target", "weight"],
    }


def test_a_key_result_of_another_unit_than_its_objective_keeps_its_unit() -> None:
    line = lines({KEY_RESULT: {"parent": ref(DEPARTMENT)}})[KEY_RESULT]
    assert line["owner"] == {"type": "unit", "id": DEPARTMENT}
    assert "owner" in line["assumed"]


def test_people_are_known_by_their_id_since_they_are_first_named() -> None:
    told = lines(
        {PRODUCT: {"team": [ref(BO)]}},
        {"kpis/k": made(-9) | {"createdBy": "users/cleo"}},
        updated("kpis/k", -8, "users/dora", currentValue=(1, 2)),
    )
    assert told[ANNA] == {
        "id": ANNA,
        "at": iso(0),
        "recorded_at": iso(0),
        "source": "okr-tracker",
        "action": "register_person",
        "external_id": "anna",
        "assumed": ["at"],
    }
    assert told[BO]["at"] == iso(2)
    assert told["users/cleo"]["at"] == "2021-05-06T08:51:00Z"
    assert told["users/dora"]["at"] == "2021-05-06T08:52:00Z"


def test_an_audited_field_starts_at_its_first_before() -> None:
    told = lines(
        {KEY_RESULT: {"name": "Visits", "startValue": 0}},
        updated(KEY_RESULT, 9, name=("Clicks", "Visits"), startValue=(40, 0)),
        updated(KEY_RESULT, 8, name=("placeholder", "Clicks"), startValue=(10, 40)),
    )
    first = told[KEY_RESULT]
    assert (first["title"], first["baseline"]) == ("placeholder", 10)
    assert first["assumed"] == ["objective_id", "unit", "target", "weight"]


def test_the_entry_of_creation_vouches_for_what_it_holds() -> None:
    told = lines(
        created(PRODUCT, 2.5, name="Shop", department=ref(DEPARTMENT)),
        created(DEPARTMENT, 1.5, name="Sales"),
    )
    assert told[PRODUCT]["at"] == iso(2)
    assert "assumed" not in told[PRODUCT]
    assert told[DEPARTMENT]["assumed"] == ["parent_id"]


@pytest.mark.parametrize(
    ("path", "diff", "action", "wanted"),
    [
        (ORGANIZATION, {"name": ("A", "Acme")}, "rename_unit", {"name": "Acme"}),
        (PERIOD, {"name": ("Q", "Q2")}, "rename_cycle", {"name": "Q2"}),
        (OBJECTIVE, {"name": ("G", "Grow")}, "reword_objective", {"title": "Grow"}),
        (KEY_RESULT, {"name": ("V", "Visits")}, "reword_key_result", {"title": "Visits"}),
        (KEY_RESULT, {"unit": ("", "%")}, "change_measure", {"unit": "%"}),
        (KEY_RESULT, {"startValue": (40, 0)}, "adjust_baseline", {"baseline": 0}),
        (KEY_RESULT, {"targetValue": (50, 100)}, "adjust_target", {"target": 100}),
        (KEY_RESULT, {"weight": (1, 2)}, "reweight_key_result", {"weight": 2}),
        (OBJECTIVE, {"weight": (2, 1)}, "reweight_objective", {"weight": 1}),
    ],
)
def test_an_audited_change_keeps_its_entry_s_time_and_author(
    path: str, diff: dict[str, tuple[Any, Any]], action: str, wanted: Line
) -> None:
    entry = updated(path, 9, **diff)
    line = lines(entry)[f"{next(iter(entry))}/{action}"]
    assert (line["action"], line["at"], line["recorded_at"]) == (action, iso(9), iso(9))
    assert line["actor"] == BO
    assert fields(line).items() >= wanted.items()
    assert path in fields(line).values()


def test_fields_that_one_action_changes_share_a_line() -> None:
    told = lines(
        {OBJECTIVE: {"description": "Why"}},
        updated(OBJECTIVE, 9, name=("G", "Grow"), description=("", "Why")),
    )
    line = told["audit/objectives-growth-9/reword_objective"]
    assert (line["title"], line["description"]) == ("Grow", "Why")


def test_dates_come_as_seconds_or_stamps_and_the_epoch_is_unknown() -> None:
    epoch = {"$ts_us": 0}
    told = lines(
        {PERIOD: {"startDate": minute(0), "endDate": minute(0)}},
        updated(PERIOD, 8, startDate=(seconds(0), epoch), endDate=(seconds(3000), epoch)),
        updated(PERIOD, 9, startDate=(epoch, seconds(0)), endDate=(epoch, seconds(0))),
    )
    assert (told[PERIOD]["starts_on"], told[PERIOD]["ends_on"]) == ("2021-05-06", "2021-05-08")
    unknown = told["audit/periods-q2-8/reschedule_cycle"]
    assert (unknown["starts_on"], unknown["ends_on"]) == (None, None)
    known = told["audit/periods-q2-9/reschedule_cycle"]
    assert (known["starts_on"], known["ends_on"]) == ("2021-05-06", "2021-05-06")


def test_null_stands_for_an_empty_text() -> None:
    entry = updated(OBJECTIVE, 9, description=(None, ""))
    assert not [id for id in lines(entry) if id.startswith("audit")]
    assert report(entry)["audit entries that change nothing: Updated"] == 1


@pytest.mark.parametrize(
    ("path", "action", "more"),
    [
        (ORGANIZATION, "dissolve_unit", {}),
        (OBJECTIVE, "close_objective", {"outcome": "dropped"}),
        (KEY_RESULT, "drop_key_result", {}),
    ],
)
def test_what_was_archived_is_dissolved_closed_or_dropped(
    path: str, action: str, more: Line
) -> None:
    told = lines({path: {"archived": True}}, updated(path, 9, archived=(False, True)))
    line = next(line for line in told.values() if line["action"] == action)
    assert line["at"] == iso(9)
    assert fields(line).items() >= more.items()


def test_what_was_fetched_back_is_reopened_or_restored_but_no_unit_is() -> None:
    told = lines(
        *(updated(path, 8, archived=(False, True)) for path in (OBJECTIVE, KEY_RESULT, PRODUCT)),
        *(updated(path, 9, archived=(True, False)) for path in (OBJECTIVE, KEY_RESULT, PRODUCT)),
    )
    late = {line["action"] for line in told.values() if line["at"] == iso(9)}
    assert late == {"reopen_objective", "restore_key_result"}


def test_a_final_value_without_an_audit_entry_is_dated_to_the_last_edit() -> None:
    parts = (
        {KEY_RESULT: {"archived": True, "name": "Sales"} | edited(20)},
        updated(KEY_RESULT, 9, name=("Clicks", "Visits")),
    )
    told = lines(*parts)
    dropped = told[f"{KEY_RESULT}/edited/drop_key_result"]
    assert (dropped["at"], dropped["actor"], dropped["assumed"]) == (iso(20), BO, ["at"])
    assert told[f"{KEY_RESULT}/edited/reword_key_result"]["title"] == "Sales"
    counts = report(*parts)
    assert counts["final values that no audit entry leads to, dated to the last edit"] == 2
    assert counts["last edits with no audit entry near"] == 1


def test_what_was_archived_before_its_first_entry_begins_archived() -> None:
    told = lines(updated(OBJECTIVE, 9, archived=(True, False)))
    assert told[f"{OBJECTIVE}/close_objective"]["at"] == iso(4)
    assert told["audit/objectives-growth-9/reopen_objective"]["at"] == iso(9)
