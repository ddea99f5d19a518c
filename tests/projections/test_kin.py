"""What a state still names of what it came from and went on as, where some of it is not seen."""

from __future__ import annotations

from typing import Any

from projections.kin import without

STATE: dict[str, Any] = {
    "title": "Delight",
    "carried_from": "before",
    "carried_over_to": {"objective_id": "after", "cycle_id": "later"},
}


def test_only_what_is_not_seen_is_not_named() -> None:
    assert without(STATE, {"after"}) == STATE | {"carried_over_to": None}
    assert without(STATE, {"before"}) == STATE | {"carried_from": None}
    assert without(STATE, {"before", "after"}) == {
        "title": "Delight",
        "carried_from": None,
        "carried_over_to": None,
    }
    assert without(STATE, {"other"}) is STATE


def test_a_state_that_goes_on_as_nothing_keeps_its_fields() -> None:
    key_result = {"title": "Score", "carried_from": "before"}
    assert without(key_result, {"before"}) == {"title": "Score", "carried_from": None}
