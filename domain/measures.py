"""How a key result is measured, and how far along a measurement is, with the formulas of progress.

| kind, direction     | progress                                                    |
|---------------------|-------------------------------------------------------------|
| metric, increase    | (value - baseline) / (target - baseline), uncapped          |
| metric, decrease    | the same; it counts down because target is below baseline   |
| metric, at_least    | 1 when value >= target, else 0 (a guardrail)                |
| metric, at_most     | 1 when value <= target, else 0                              |
| metric, within      | 1 when baseline <= value <= target, else 0 (both included)  |
| boolean             | 1 when true, else 0                                         |
| milestones          | weight of the steps reached / weight of all steps           |

Progress is unknown (None) without a measurement, without a baseline or target that the formula
needs, where target equals baseline, and where the milestones weigh nothing.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from domain.errors import MeasureInvalid
from domain.immutable import immutable
from domain.values import Exact, Title, Value, Weight

ONE = Decimal(1)
ZERO = Decimal(0)


class Kind(StrEnum):
    """What sort of evidence a key result asks for; it never changes."""

    METRIC = "metric"
    BOOLEAN = "boolean"
    MILESTONES = "milestones"


class Direction(StrEnum):
    """Where a metric should go, or the border it should keep."""

    INCREASE = "increase"
    DECREASE = "decrease"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    WITHIN = "within"


class Milestone(Value):
    """A named step with its share of the whole."""

    name: Title
    weight: Weight = ONE


class Measure(Value):
    """What is measured and where it should get to.

    `unit` is free text: `%` for percent, an ISO 4217 code for currency, or any word. For `within`,
    `baseline` is the lower and `target` the upper border. A metric without a direction counts from
    baseline to target, whichever way that is.
    """

    kind: Kind = Kind.METRIC
    unit: str | None = None
    direction: Direction | None = None
    baseline: Exact | None = None
    target: Exact | None = None
    commit: Exact | None = None
    stretch: Exact | None = None
    milestones: tuple[Milestone, ...] = ()


MEASURE_FIELDS = frozenset(Measure.model_fields)


@immutable()
class Reading:
    """One measurement: a number, a yes or no, or the names of the milestones reached."""

    value: bool | Decimal | None = None
    reached: tuple[str, ...] | None = None


def progress(measure: Measure, reading: Reading | None) -> Decimal | None:
    """How far along `reading` is, 0 at the baseline and 1 at the target; None when unknown."""
    if reading is None:
        return None
    match measure.kind:
        case Kind.BOOLEAN:
            return None if reading.value is None else Decimal(bool(reading.value))
        case Kind.MILESTONES:
            return _share_reached(measure.milestones, reading.reached)
        case Kind.METRIC:
            return None if reading.value is None else _metric(measure, Decimal(reading.value))


def _metric(measure: Measure, value: Decimal) -> Decimal | None:
    baseline, target = measure.baseline, measure.target
    if target is None:
        return None
    match measure.direction:
        case Direction.AT_LEAST:
            return Decimal(value >= target)
        case Direction.AT_MOST:
            return Decimal(value <= target)
        case Direction.WITHIN:
            return None if baseline is None else Decimal(baseline <= value <= target)
        case Direction.INCREASE | Direction.DECREASE | None:
            if baseline is None or baseline == target:
                return None
            return (value - baseline) / (target - baseline)


def _share_reached(steps: Sequence[Milestone], reached: Sequence[str] | None) -> Decimal | None:
    total = sum((step.weight for step in steps), ZERO)
    if reached is None or total == 0:
        return None
    return sum((step.weight for step in steps if step.name in reached), ZERO) / total


N = TypeVar("N", Decimal, Fraction)


def weighted_mean(parts: Sequence[tuple[N, N | None]]) -> N | None:
    """Roll (weight, progress) pairs up; unknown progress counts as 0, no weight gives None."""
    total = sum(weight for weight, _ in parts)
    if not total:
        return None
    return sum(weight * part for weight, part in parts if part is not None) / total


def check(measure: Measure) -> None:
    """Refuse a measure whose parts contradict its kind. Raises MeasureInvalid."""
    match measure.kind:
        case Kind.METRIC:
            _check_metric(measure)
        case Kind.BOOLEAN:
            _refuse_numbers(measure)
            if measure.milestones:
                raise MeasureInvalid("Leave out the milestones of a boolean.", "milestones")
        case Kind.MILESTONES:
            _refuse_numbers(measure)
            names = [step.name for step in measure.milestones]
            if not names or len(set(names)) != len(names):
                raise MeasureInvalid("Give milestones with names that differ.", "milestones")


def _refuse_numbers(measure: Measure) -> None:
    for name in ("direction", "baseline", "target", "commit", "stretch", "unit"):
        if getattr(measure, name) is not None:
            raise MeasureInvalid(f"Leave out {name}; only a metric has one.", name)


def _check_metric(measure: Measure) -> None:
    if measure.milestones:
        raise MeasureInvalid("Leave out the milestones of a metric.", "milestones")
    match measure.direction:
        case Direction.INCREASE | Direction.WITHIN:
            _in_order(measure, rising=True)
        case Direction.DECREASE:
            _in_order(measure, rising=False)
        case Direction.AT_LEAST | Direction.AT_MOST | None:
            return


def _in_order(measure: Measure, *, rising: bool) -> None:
    """The ladder baseline, commit, target, stretch is climbed one way; gaps are allowed."""
    names = ("baseline", "commit", "target", "stretch")
    given = {name: step for name in names if (step := getattr(measure, name)) is not None}
    steps = list(given.values())
    if steps != sorted(steps, reverse=not rising):
        order = "rising" if rising else "falling"
        said = ", ".join(f"{name} {step:f}" for name, step in given.items())
        raise MeasureInvalid(
            f"Give {', '.join(given)} in {order} order for this direction, not {said}.", "target"
        )
