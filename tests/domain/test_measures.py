"""Progress of each kind and direction, the roll-up, and the measures that contradict themselves."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.errors import MeasureInvalid
from domain.measures import (
    Direction,
    Kind,
    Measure,
    Milestone,
    Reading,
    check,
    progress,
    weighted_mean,
)
from domain.values import exact
from tests.builders import STEPS
from tests.domain.strategies import decimals

RISE, FALL = Direction.INCREASE, Direction.DECREASE


def measure(**fields: Any) -> Measure:
    return Measure.model_validate(fields)


def metric(value: Any, **fields: Any) -> Decimal | None:
    """Progress of a metric at a value."""
    return progress(measure(**fields), Reading(value=exact(value)))


@pytest.mark.parametrize("direction", [RISE, None])
@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0"), (100, "1"), (25, "0.25"), (0.1, "0.001"), (150, "1.5"), (-50, "-0.5")],
)
def test_a_metric_counts_from_its_baseline_to_its_target_uncapped(
    direction: Direction | None, value: Any, expected: str
) -> None:
    assert metric(value, direction=direction, baseline=0, target=100) == Decimal(expected)


@pytest.mark.parametrize("direction", [FALL, None])
@pytest.mark.parametrize(
    ("value", "expected"), [(8, "0"), (3, "1"), (5.5, "0.5"), (2, "1.2"), (9, "-0.2")]
)
def test_a_metric_counts_down_where_its_target_is_below_its_baseline(
    direction: Direction | None, value: Any, expected: str
) -> None:
    assert metric(value, direction=direction, baseline=8, target=3) == Decimal(expected)


def test_progress_knows_no_surprises_of_floats() -> None:
    assert metric(0.3, direction=RISE, baseline=0.1, target=0.2) == 2
    assert metric(0.15, direction=RISE, baseline=0.1, target=0.2) == Decimal("0.5")


@pytest.mark.parametrize(
    ("direction", "value", "expected"),
    [
        (Direction.AT_LEAST, 99.9, 1),
        (Direction.AT_LEAST, 99.899999, 0),
        (Direction.AT_LEAST, 100, 1),
        (Direction.AT_MOST, 99.9, 1),
        (Direction.AT_MOST, 99.900001, 0),
        (Direction.AT_MOST, 0, 1),
    ],
)
@pytest.mark.parametrize("baseline", [None, 0, 99.9])
def test_a_guardrail_holds_or_not_and_includes_its_border(
    direction: Direction, value: Any, expected: int, baseline: Any
) -> None:
    assert metric(value, direction=direction, baseline=baseline, target=99.9) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(9.999, 0), (10, 1), (15, 1), (20, 1), (20.001, 0)],
)
def test_a_range_holds_or_not_and_includes_both_borders(value: Any, expected: int) -> None:
    assert metric(value, direction=Direction.WITHIN, baseline=10, target=20) == expected


def test_a_range_of_one_value_holds_at_that_value() -> None:
    assert metric(10, direction=Direction.WITHIN, baseline=10, target=10) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"direction": RISE, "baseline": 0},
        {"direction": RISE, "target": 100},
        {"direction": FALL, "target": 0},
        {"baseline": 0},
        {"target": 100},
        {},
        {"direction": Direction.AT_LEAST},
        {"direction": Direction.AT_MOST, "baseline": 1},
        {"direction": Direction.WITHIN, "baseline": 1},
        {"direction": Direction.WITHIN, "target": 1},
        {"direction": RISE, "baseline": 5, "target": 5},
        {"direction": FALL, "baseline": 5, "target": 5},
        {"baseline": 5, "target": 5},
    ],
)
def test_progress_is_unknown_where_the_formula_lacks_a_number(fields: dict[str, Any]) -> None:
    assert metric(5, **fields) is None


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("reading", [None, Reading()])
def test_progress_is_unknown_without_a_measurement(kind: Kind, reading: Reading | None) -> None:
    asked = measure(kind=kind, milestones=STEPS if kind is Kind.MILESTONES else ())
    assert progress(asked, reading) is None


@pytest.mark.parametrize(("value", "expected"), [(True, 1), (False, 0)])
def test_a_yes_or_no_is_there_or_not(value: bool, expected: int) -> None:
    assert progress(measure(kind=Kind.BOOLEAN), Reading(value=value)) == expected


@pytest.mark.parametrize(
    ("reached", "expected"),
    [
        ((), "0"),
        (("Built",), "0.25"),
        (("Shipped",), "0.5"),
        (("Tested", "Shipped"), "0.75"),
        (("Shipped", "Built", "Tested"), "1"),
        (("Long gone",), "0"),
    ],
)
def test_milestones_count_by_their_weight(reached: tuple[str, ...], expected: str) -> None:
    asked = measure(kind=Kind.MILESTONES, milestones=STEPS)
    assert progress(asked, Reading(reached=reached)) == Decimal(expected)


def test_milestones_that_weigh_nothing_tell_nothing() -> None:
    weightless = (Milestone(name="Built", weight=Decimal(0)),)
    asked = measure(kind=Kind.MILESTONES, milestones=weightless)
    assert progress(asked, Reading(reached=("Built",))) is None


@given(decimals(), decimals(), decimals())
def test_progress_is_0_at_the_baseline_and_1_at_the_target(
    baseline: Decimal, target: Decimal, value: Decimal
) -> None:
    assume(baseline != target)
    asked = measure(baseline=baseline, target=target)
    assert progress(asked, Reading(value=baseline)) == 0
    assert progress(asked, Reading(value=target)) == 1
    way = progress(asked, Reading(value=value))
    assert way is not None
    assert (way > 0) == ((value > baseline) == (target > baseline) and value != baseline)


# The roll-up.


def parts(*pairs: tuple[Any, Any]) -> list[tuple[Decimal, Decimal | None]]:
    return [(exact(weight), None if part is None else exact(part)) for weight, part in pairs]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(1, 0.5)], "0.5"),
        ([(1, 0.2), (1, 0.6)], "0.4"),
        ([(3, 0.2), (1, 0.6)], "0.3"),
        ([(0, 1), (2, 0.5)], "0.5"),
        ([(1, None), (1, 0.5)], "0.25"),
        ([(1, None)], "0"),
        ([(1, 1.5), (1, -0.5)], "0.5"),
    ],
)
def test_progress_rolls_up_by_weight_and_unknown_counts_as_nothing(
    pairs: list[tuple[Any, Any]], expected: str
) -> None:
    assert weighted_mean(parts(*pairs)) == Decimal(expected)


@pytest.mark.parametrize("pairs", [[], [(0, 1)], [(0, None), (0, 0.5)]])
def test_a_roll_up_without_weight_is_unknown(pairs: list[tuple[Any, Any]]) -> None:
    assert weighted_mean(parts(*pairs)) is None


@given(st.lists(st.tuples(decimals(1, 10**6), decimals(0, 10**15 - 1)), min_size=1, max_size=5))
def test_a_roll_up_lies_between_its_parts(pairs: list[tuple[Decimal, Decimal]]) -> None:
    mean = weighted_mean(pairs)
    assert mean is not None
    margin = Decimal("1e-12")
    numbers = [part for _, part in pairs]
    assert min(numbers) * (1 - margin) <= mean <= max(numbers) * (1 + margin)


# Measures that contradict themselves.


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"target": 5},
        {"baseline": 5, "target": 1},
        {"baseline": 1, "target": 5, "direction": RISE},
        {"baseline": 1, "commit": 1, "target": 1, "stretch": 1, "direction": RISE},
        {"baseline": 1, "commit": 2, "target": 3, "stretch": 4, "direction": RISE},
        {"baseline": 1, "stretch": 4, "direction": RISE},
        {"baseline": 4, "commit": 3, "target": 2, "stretch": 1, "direction": FALL},
        {"baseline": 10, "target": 20, "direction": Direction.WITHIN},
        {"baseline": 5, "commit": 9, "target": 1, "direction": Direction.AT_LEAST},
        {"baseline": 1, "commit": 0, "target": 5, "direction": Direction.AT_MOST},
        {"baseline": 1, "commit": 9, "target": 5},
        {"kind": Kind.BOOLEAN},
        {"kind": Kind.MILESTONES, "milestones": STEPS},
    ],
)
def test_a_measure_that_fits_its_kind_is_fine(fields: dict[str, Any]) -> None:
    check(measure(**fields))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"baseline": 5, "target": 1, "direction": RISE},
            "Give baseline, target in rising order for this direction, not baseline 5, target 1.",
        ),
        (
            {"baseline": 1, "commit": 6, "target": 5, "direction": RISE},
            "in rising order for this direction, not baseline 1, commit 6, target 5.",
        ),
        ({"target": 5, "stretch": 4, "direction": RISE}, "Give target, stretch in rising order"),
        ({"baseline": 1, "target": 5, "direction": FALL}, "in falling order"),
        ({"target": 1, "stretch": 2, "direction": FALL}, "in falling order"),
        ({"baseline": 5, "target": 1, "direction": Direction.WITHIN}, "in rising order"),
    ],
)
def test_the_ladder_of_a_metric_is_climbed_one_way(fields: dict[str, Any], message: str) -> None:
    refused(measure(**fields), message, "target")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("direction", RISE),
        ("baseline", 0),
        ("target", 0),
        ("commit", 0),
        ("stretch", 0),
        ("unit", ""),
    ],
)
@pytest.mark.parametrize("kind", [Kind.BOOLEAN, Kind.MILESTONES])
def test_only_a_metric_has_numbers(name: str, value: Any, kind: Kind) -> None:
    steps = STEPS if kind is Kind.MILESTONES else ()
    asked = measure(kind=kind, milestones=steps, **{name: value})
    refused(asked, f"Leave out {name}; only a metric has one.", name)


@pytest.mark.parametrize("kind", [Kind.METRIC, Kind.BOOLEAN])
def test_only_milestones_have_milestones(kind: Kind) -> None:
    refused(measure(kind=kind, milestones=STEPS), "Leave out the milestones", "milestones")


@pytest.mark.parametrize(
    "steps", [(), (Milestone(name="Built"), Milestone(name="Built", weight=Decimal(2)))]
)
def test_milestones_have_names_that_differ(steps: tuple[Milestone, ...]) -> None:
    refused(measure(kind=Kind.MILESTONES, milestones=steps), "names that differ", "milestones")


def refused(asked: Measure, message: str, field: str) -> None:
    with pytest.raises(MeasureInvalid, match=message) as refusal:
        check(asked)
    assert refusal.value.field == field
