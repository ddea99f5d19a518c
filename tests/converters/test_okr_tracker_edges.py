"""Teams, check-ins and broken references, as an okr-tracker export is read."""

from typing import Any

import pytest

from api.converters.okr_tracker import convert
from domain.book import Book
from domain.values import source_id
from tests.converters import okr_tracker_expectations as expectations
from tests.converters.folding import fold
from tests.converters.okr_tracker_expectations import Expected, compare
from tests.converters.okr_tracker_exports import (
    ANNA,
    BO,
    DEPARTMENT,
    KEY_RESULT,
    OBJECTIVE,
    ORGANIZATION,
    PERIOD,
    PRODUCT,
    created,
    edited,
    export,
    iso,
    lines,
    minute,
    point,
    ref,
    report,
    updated,
)
from tests.converters.okr_tracker_told import Told

EARLY = "check-ins dated before their key result, moved to its creation"
LATE = "check-ins dated after they were entered, moved to that time"


def value_now(*parts: dict[str, Any]) -> Any:
    history = fold(convert(export(*parts)).lines)
    _, key_result = Book(history).key_result(source_id("okr-tracker", KEY_RESULT))
    return key_result.reading and key_result.reading.value


def test_a_team_is_joined_and_left() -> None:
    told = lines(
        {PRODUCT: {"team": [ref(BO)]}},
        updated(PRODUCT, 9, "system", team=([ref(ANNA)], [ref(BO)])),
    )
    joined = told[f"{PRODUCT}/join_unit/{ANNA}"]
    assert (joined["at"], joined["unit_id"], joined["person_id"]) == (iso(2), PRODUCT, ANNA)
    assert told[f"audit/products-shop-9/join_unit/{BO}"]["actor"] == "system"
    left = told[f"audit/products-shop-9/leave_unit/{ANNA}"]
    assert (left["at"], left["person_id"]) == (iso(9), ANNA)


def test_a_team_that_is_never_audited_is_assumed_from_the_beginning() -> None:
    told = lines({PRODUCT: {"team": [ref(BO)]}})
    joined = told[f"{PRODUCT}/join_unit/{BO}"]
    assert (joined["at"], joined["assumed"]) == (iso(2), ["at"])


def test_a_point_is_a_check_in_at_its_time_of_measuring() -> None:
    told = lines(point(9, 50, timestamp=minute(7), comment="Half", createdBy=ref(BO)))
    assert told[f"{KEY_RESULT}/progress/p"] == {
        "id": f"{KEY_RESULT}/progress/p",
        "at": iso(7),
        "recorded_at": iso(9),
        "source": "okr-tracker",
        "actor": BO,
        "action": "check_in",
        "key_result_id": KEY_RESULT,
        "value": 50,
        "note": "Half",
    }


def test_who_entered_a_point_is_known_since_it_was_measured() -> None:
    by_cleo = {"createdBy": ref("users/cleo")}
    told = lines(point(8, 50, "a", **by_cleo), point(9, 50, "b", timestamp=minute(7), **by_cleo))
    assert told["users/cleo"]["at"] == iso(7)


def test_a_point_measured_before_its_key_result_counts_from_its_creation() -> None:
    parts = (
        point(8, 70, "first-entered", timestamp=minute(2)),
        point(9, 60, "second-entered", timestamp=minute(1)),
    )
    told = lines(*parts)
    assert told[f"{KEY_RESULT}/progress/second-entered"]["at"] == iso(5)
    line = told[f"{KEY_RESULT}/progress/first-entered"]
    assert (line["at"], line["recorded_at"], line["assumed"]) == (iso(5, 1), iso(8), ["at"])
    assert report(*parts)[EARLY] == 2
    assert value_now(*parts) == 70


def test_a_point_measured_after_it_was_entered_counts_from_then() -> None:
    parts = (point(9, 50, timestamp=minute(30)),)
    line = lines(*parts)[f"{KEY_RESULT}/progress/p"]
    assert (line["at"], line["recorded_at"], line["assumed"]) == (iso(9), iso(9), ["at"])
    assert report(*parts)[LATE] == 1


def test_an_archived_point_is_taken_back() -> None:
    parts = (point(8, 50, "a"), point(9, 99, "b", archived=True, **edited(12)))
    line = lines(*parts)[f"{KEY_RESULT}/progress/b/retract_check_in"]
    assert (line["at"], line["recorded_at"], line["actor"]) == (iso(9), iso(12), BO)
    assert "assumed" not in line
    assert value_now(*parts) == 50
    undated = lines(point(9, 99, archived=True))[f"{KEY_RESULT}/progress/p/retract_check_in"]
    assert (undated["recorded_at"], undated["assumed"]) == (iso(9), ["recorded_at"])


def test_a_point_without_a_value_is_left_out_and_counted() -> None:
    counts = report(point(9, None))
    wanted = "documents left out, for want of a time, a value or a parent: keyResults progress"
    assert counts[wanted] == 1


def test_numbers_lose_their_floating_point_dust() -> None:
    parts = (point(9, 0.1 + 0.2), {KEY_RESULT: {"startValue": 2.5, "targetValue": "12.5"}})
    told = lines(*parts)
    assert told[f"{KEY_RESULT}/progress/p"]["value"] == 0.3
    assert told[KEY_RESULT]["target"] == 12.5
    assert report(*parts)["numbers rounded to 15 significant digits"] == 1


def test_an_unaudited_value_is_never_dated_before_the_last_audited_change() -> None:
    told = lines(
        {OBJECTIVE: {"name": "Shrink"} | edited(7)},
        created(OBJECTIVE, 4.5, description="Why"),
        updated(OBJECTIVE, 9, name=("A", "Grow")),
    )
    line = told[f"{OBJECTIVE}/edited/reword_objective"]
    assert (line["at"], line["title"], line["description"]) == (iso(9), "Shrink", "")


def test_a_field_that_the_final_document_lacks_keeps_its_audited_value() -> None:
    whole = export(updated(OBJECTIVE, 9, description=("", "Why")))
    del whole[OBJECTIVE]["description"]
    told = [line for line in convert(whole).lines if "description" in line]
    assert [line["description"] for line in told] == ["Why"]


def test_a_parent_begins_at_the_latest_when_a_child_names_it() -> None:
    parts = ({PRODUCT: {"created": minute(30)}}, updated(PERIOD, 9, name=("Q", "Q2")))
    told = lines(*parts)
    assert (told[PRODUCT]["at"], told[PRODUCT]["assumed"][0]) == (iso(3), "at")
    assert (told[PERIOD]["at"], told[DEPARTMENT]["at"]) == (iso(3), iso(1))
    assert report(*parts)["begun before their own `created`: products"] == 1


def test_a_document_begins_before_its_entry_of_creation() -> None:
    told = lines(created(PERIOD, 12, name="Q"), updated(PERIOD, 9, name=("Q", "Q2")))
    assert (told[PERIOD]["at"], told[PERIOD]["name"]) == (iso(3), "Q")


def test_what_hangs_on_a_missing_document_is_left_out_and_counted() -> None:
    parts = ({OBJECTIVE: {"period": ref("periods/gone")}}, point(9, 50))
    assert not {OBJECTIVE, KEY_RESULT} & lines(*parts).keys()
    counts = report(*parts)
    for label in ("objectives", "keyResults", "keyResults progress"):
        start = "documents left out, for want of a time, a value or a parent"
        assert counts[f"{start}: {label}"] == 1


def test_a_blank_name_changes_nothing_and_the_first_real_one_counts_from_the_start() -> None:
    told = lines(
        updated(OBJECTIVE, 8, name=(None, "Grow")),
        updated(OBJECTIVE, 9, name=("Grow", " ")),
    )
    assert told[OBJECTIVE]["title"] == "Grow"
    assert "title" in told[OBJECTIVE]["assumed"]
    assert not [id for id in told if id.startswith("audit")]
    assert lines({OBJECTIVE: {"name": ""}})[OBJECTIVE]["title"] == "growth"


def test_unknown_dates_and_empty_texts_are_left_out() -> None:
    told = lines({PERIOD: {"startDate": {"$ts_us": 0}}, KEY_RESULT: {"unit": ""}})
    assert "starts_on" not in told[PERIOD]
    assert "unit" not in told[KEY_RESULT]


def test_lines_are_ordered_by_recording_and_parents_come_first_at_one_instant() -> None:
    paths = (ORGANIZATION, DEPARTMENT, PRODUCT, PERIOD, OBJECTIVE, KEY_RESULT)
    same_instant: dict[str, Any] = {path: {"created": minute(0)} for path in paths}
    told = lines(same_instant, updated(ORGANIZATION, 0, name=("A", "Acme")))
    order = [id for id in told if not id.startswith("users")]
    published = f"{OBJECTIVE}/publish_objective"
    renamed = "audit/organizations-acme-0/rename_unit"
    assert order == [*paths[:5], published, KEY_RESULT, renamed]
    assert next(iter(told)) == ANNA


def test_a_history_agrees_with_the_export_it_comes_from() -> None:
    whole = export(
        point(9, 50),
        {path: {"progression": 0.5} for path in (KEY_RESULT, OBJECTIVE, PERIOD)},
        {PRODUCT: {"team": [ref(BO)]}},
        updated(KEY_RESULT, 9, progression=(0, 0.5), unit=("", "%")),
        updated(PRODUCT, 9, team=(None, [ref(BO)])),
    )
    told = Told(fold(convert(whole).lines), whole)
    assert compare("final fields", expectations.finals(whole), told) == 31
    assert compare("sides of audited changes", expectations.changes(whole), told) == 2
    assert compare("noted progressions", expectations.progressions(whole), told) == 1
    assert compare("points", expectations.points(whole), told) == 3
    assert compare("teams", expectations.teams(whole), told) == 5
    wrong = [Expected(OBJECTIVE, "name", None, "Shrink")]
    with pytest.raises(AssertionError, match="'Grow', not 'Shrink'"):
        compare("wrong", wrong, told)


def test_an_audit_entry_without_a_time_is_refused() -> None:
    with pytest.raises(ValueError, match="audit/x lacks"):
        convert(export({"audit/x": {"documentRef": ref(PERIOD)}}))
