"""What became of an okr-tracker export is counted, down to each audited field."""

from itertools import pairwise

from api.converters.okr_tracker import convert
from tests.converters.okr_tracker_exports import (
    BO,
    KEY_RESULT,
    OBJECTIVE,
    ORGANIZATION,
    PERIOD,
    PRODUCT,
    created,
    export,
    lines,
    point,
    ref,
    report,
    seconds,
    updated,
)


def test_what_is_carried_over_is_counted() -> None:
    counts = report(
        point(9, 50),
        updated(OBJECTIVE, 9, name=("A", "Grow"), description=(None, "")),
        updated(PRODUCT, 9, team=([ref(BO)], None)),
    )
    assert counts["documents carried over: periods"] == 1
    assert counts["documents carried over: keyResults progress"] == 1
    assert counts["document fields carried over: objectives archived"] == 1
    assert counts["document fields carried over: objectives name"] == 1
    assert counts["document fields carried over: objectives period"] == 1
    assert counts["document fields carried over: periods created"] == 1
    assert counts["audit entries carried over: Updated"] == 2
    assert counts["audited fields carried over: objectives name"] == 1
    assert counts["audited fields carried over: products team"] == 1
    assert counts["audited fields without a change: objectives description"] == 1
    assert counts["values assumed: draft_objective cycle_id"] == 1
    assert counts["lines written: add_key_result"] == 1


def test_a_reference_that_only_repeats_a_parent_s_follows_from_it() -> None:
    follow, left = "document fields that follow from others", "document fields left out"
    counts = report()
    assert counts[f"{follow}: products organization"] == 1
    assert counts[f"{follow}: keyResults parent"] == 1
    other = {"organizations/other": export()[ORGANIZATION]}
    counts = report(other, {PRODUCT: {"organization": ref("organizations/other")}})
    assert counts[f"{left}: products organization"] == 1


def test_a_cycle_has_no_state_archived() -> None:
    assert report()["document fields left out: periods archived"] == 1


def test_progression_icons_and_kpis_make_no_lines_but_are_counted() -> None:
    parts = (
        {KEY_RESULT: {"progression": 0.5, "auto": False}},
        {"kpis/k": {"name": "Users"}, "kpis/k/progress/p": {"value": 1}},
        updated(KEY_RESULT, 9, progression=(0, 0.5)),
        updated(OBJECTIVE, 9, icon=(None, "star")),
        updated("kpis/k", 9, currentValue=(0, 1)),
    )
    assert not [id for id in lines(*parts) if id.startswith(("audit", "kpis"))]
    counts = report(*parts)
    assert counts["documents left out: kpis"] == 1
    assert counts["documents left out: kpis progress"] == 1
    assert counts["document fields left out: keyResults auto"] == 1
    assert counts["document fields that follow from others: keyResults progression"] == 1
    assert counts["audited fields that follow from others: keyResults progression"] == 1
    assert counts["audited fields left out: objectives icon"] == 1
    assert counts["audited fields left out: kpis currentValue"] == 1
    assert counts["audit entries left out, about documents left out: kpis"] == 1


def test_a_gap_between_audit_entries_is_counted() -> None:
    counts = report(
        updated(OBJECTIVE, 8, name=("A", "B")), updated(OBJECTIVE, 9, name=("C", "Grow"))
    )
    assert counts["audited values that do not continue the value before them"] == 1
    name = "audited values that do not continue the value before them"
    assert name not in report(updated(OBJECTIVE, 9, name=("A", "Grow")))


def test_every_document_entry_and_audited_field_is_in_one_count() -> None:
    whole = export(
        point(9, 50),
        created(PERIOD, 3.5, name="Q2"),
        updated(KEY_RESULT, 8, name=("placeholder", "Visits"), auto=(None, False)),
        updated(PERIOD, 8, endDate=(seconds(0), 1_625_090_399)),
        updated("kpis/gone", 8, currentValue=(0, 1)),
    )
    conversion = convert(whole)
    audit = [entry for path, entry in whole.items() if path.startswith("audit/")]

    def counted(start: str) -> int:
        return sum(n for name, n in conversion.report.items() if name.startswith(start))

    assert counted("documents ") == len(whole) - len(audit)
    assert counted("audit entries ") == len(audit)
    assert counted("audited fields ") == sum(len(entry.get("diff", ())) for entry in audit)
    assert counted("document fields ") == sum(
        len(fields)
        for path, fields in whole.items()
        if path.count("/") == 1 and fields not in audit
    )
    assert counted("lines written") == len(conversion.lines)
    times = [line["recorded_at"] for line in conversion.lines]
    assert all(earlier <= later for earlier, later in pairwise(times))
