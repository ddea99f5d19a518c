"""How key results add up to objectives and objectives to a cycle.

A weighted mean over what is live, where a key result that was never measured counts as 0, with the
number of those measured beside it. Weights that add up to 0 give no mean. Sums are exact fractions,
so that they come to the same in whatever order they are made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from domain.measures import weighted_mean

State = dict[str, Any]


NOTHING = Fraction(0)


@lru_cache(maxsize=4096)
def exact(number: float | int) -> Fraction:
    """The fraction that a plain JSON number spells."""
    return Fraction(str(number))


def _known(number: float | int | None) -> Fraction | None:
    return None if number is None else exact(number)


def shown(value: Fraction | None, places: int = 12) -> float | int | None:
    """A sum as a plain JSON number; twelve decimals are more than any measurement carries."""
    return None if value is None else quotient(value.numerator, value.denominator, places)


def quotient(numerator: int, denominator: int, places: int) -> float | int:
    """A quotient rounded to some decimals, halves to the even one, as a plain JSON number."""
    unit = 10**places
    return spelled(nearest(numerator * unit, denominator), unit)


def nearest(numerator: int, denominator: int) -> int:
    """The whole number that is nearest to a quotient, of two the even one."""
    whole, rest = divmod(numerator, denominator)
    rest *= 2
    return whole + 1 if rest > denominator or (rest == denominator and whole % 2) else whole


def spelled(units: int, unit: int) -> float | int:
    """Some of the units that one is divided into, as a plain JSON number."""
    whole, decimals = divmod(units, unit)
    return units / unit if decimals or abs(whole) >= 2**53 else whole


@dataclass(frozen=True, slots=True)
class Sum:
    """What an objective comes to."""

    weight: Fraction
    progress: Fraction | None
    key_results: int
    measured: int
    confidence: int
    """The sum of the latest confidences."""
    confident: int
    """How many key results have a confidence."""


def counts(state: State) -> bool:
    """Whether an objective or key result takes part in the sums of its cycle."""
    return state["state"] != "dropped" and state.get("outcome") != "dropped"


def objective_sum(objective: State, key_results: Iterable[State]) -> Sum:
    """What an objective comes to with the key results that count."""
    live = [one for one in key_results if counts(one)]
    parts = [(exact(one["weight"]), _known(one["progress"])) for one in live]
    confidences = [one["confidence"] for one in live if one["confidence"] is not None]
    return Sum(
        weight=exact(objective["weight"]),
        progress=weighted_mean(parts),
        key_results=len(live),
        measured=sum(progress is not None for _, progress in parts),
        confidence=sum(confidences),
        confident=len(confidences),
    )


@dataclass(slots=True)
class Totals:
    """The sums of a cycle, kept while objectives come, change and go."""

    objectives: int = 0
    key_results: int = 0
    measured: int = 0
    _weight: Fraction = NOTHING
    _weighted: Fraction = NOTHING
    _confidence: int = 0
    _confident: int = 0
    _sums: dict[str, Sum] = field(default_factory=dict[str, Sum])

    def put(self, objective_id: str, new: Sum | None) -> None:
        """Let an objective count as `new`, or no longer count."""
        old = self._sums.pop(objective_id, None)
        if old is not None:
            self._add(old, -1)
        if new is not None:
            self._sums[objective_id] = new
            self._add(new, 1)

    def _add(self, part: Sum, sign: int) -> None:
        self.objectives += sign
        self.key_results += sign * part.key_results
        self.measured += sign * part.measured
        self._weight += sign * part.weight
        self._weighted += sign * part.weight * (part.progress or NOTHING)
        self._confidence += sign * part.confidence
        self._confident += sign * part.confident

    def as_json(self) -> dict[str, Any]:
        """The totals of one instant."""
        progress = self._weighted / self._weight if self._weight else None
        confidence = Fraction(self._confidence, self._confident) if self._confident else None
        return {
            "objectives": self.objectives,
            "key_results": self.key_results,
            "measured": self.measured,
            "progress": shown(progress),
            "confidence": shown(confidence, 2),
        }
