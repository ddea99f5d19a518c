"""How a key result goes from week to week: its values, and how confident people are."""

from random import Random
from typing import Any

from api.sample.plans import Aim, Shape
from domain.measures import Reading, progress
from domain.values import exact

_SURE = 9
"""People who start this confident hardly waver."""


def course(aim: Aim, rounds: int, chance: Random) -> list[dict[str, Any]]:
    """For each round of check-ins its value (or the milestones reached) and its confidence."""
    values = _values(aim, rounds, chance)
    levels = _confidence(aim, values[-1], rounds, chance)
    return [{**value, "confidence": level} for value, level in zip(values, levels, strict=True)]


def attained(aim: Aim, value: dict[str, Any]) -> float | None:
    """The progress that a value means, between 0 and 1."""
    part = progress(aim.measure, reading(value))
    return None if part is None else min(max(float(part), 0.0), 1.0)


def reading(fields: dict[str, Any]) -> Reading:
    """What a check-in with these fields says."""
    value = fields.get("value")
    number = value if value is None or isinstance(value, bool) else exact(value)
    return Reading(number, fields.get("reached"))


def _values(aim: Aim, rounds: int, chance: Random) -> list[dict[str, Any]]:
    weeks = range(1, rounds + 1)
    match aim.fields.get("kind"):
        case "boolean":
            done = aim.weeks[0]
            return [{"value": done is not None and done <= week} for week in weeks]
        case "milestones":
            names = [step["name"] for step in aim.fields["milestones"]]
            return [{"reached": _reached(names, aim.weeks, week)} for week in weeks]
        case _:
            return [{"value": number} for number in _numbers(aim, rounds, chance)]


def _reached(names: list[str], reached_in: tuple[int | None, ...], week: int) -> list[str]:
    pairs = zip(names, reached_in, strict=True)
    return [name for name, done in pairs if done is not None and done <= week]


def _numbers(aim: Aim, rounds: int, chance: Random) -> list[float]:
    span = aim.ends - aim.start
    noise = 0.05 * abs(span) or _flutter(aim)
    numbers: list[float] = []
    furthest = aim.start
    for week in range(1, rounds + 1):
        number = aim.start + span * _share(aim.shape, week / rounds)
        if week < rounds:
            number += chance.gauss(0, noise)
        if aim.counts:
            number = max(number, furthest) if span >= 0 else min(number, furthest)
            number = min(number, aim.ends) if span >= 0 else max(number, aim.ends)
            furthest = number
        numbers.append(_rounded(aim, number))
    return numbers


def _flutter(aim: Aim) -> float:
    """How much a value wavers that stays where it is; shares near 100 % hardly do."""
    if aim.unit == "%":
        return min(0.25 * (100 - aim.ends), 0.01 * aim.ends)
    return 0.02 * abs(aim.ends)


def _share(shape: Shape, part: float) -> float:
    """How much of the way is done after a part of the time."""
    match shape:
        case "steady":
            return part
        case "early":
            return part**0.5
        case "late":
            return part**2.2
        case "stall":
            return min(part * 1.5, 0.7) if part < 1 else 1.0


def _rounded(aim: Aim, number: float) -> float:
    number = min(number, 100.0) if aim.unit == "%" else number
    number = round(max(number, 0.0), aim.places)
    return int(number) if number == int(number) else number


def _confidence(aim: Aim, last: dict[str, Any], rounds: int, chance: Random) -> list[int]:
    """From the first confidence to what the end proves, slowly: people hope for long."""
    end = 10 * (attained(aim, last) or 0.0)
    spread = 0.25 if aim.first >= _SURE else 0.6
    levels: list[int] = []
    for week in range(1, rounds + 1):
        learned = ((week - 1) / rounds) ** 1.3
        level = aim.first * (1 - learned) + end * learned + chance.gauss(0, spread)
        levels.append(round(min(max(level, 1), 10)))
    return levels
