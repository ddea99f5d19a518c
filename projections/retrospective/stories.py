"""What a walk gathers of each objective, key result and alignment: all that answers look at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from projections.measuring import State, progress_of
from projections.spells import Spell

Version = tuple[int, State]
"""An instant, in microseconds, and the state from then on."""


class Told(NamedTuple):
    """An entry of the trail, decoded.

    A beginning that is not seen, since it was drafting, stands at the record that published it.
    """

    at: int
    position: int
    type: str
    entry: dict[str, Any]
    is_seen: bool = True


class Reading(NamedTuple):
    """What a key result's latest measurement was from an instant on; None where there was none."""

    at: int
    value: Any
    reached: list[str] | None
    confidence: int | None
    progress: float | int | None


@dataclass(slots=True)
class CheckIn:
    """A measurement that stands, as it was last corrected."""

    id: str
    at: int
    position: int
    """That of the record that last touched it: of two at one instant the later one counts."""
    recorded: int
    """When it was first entered."""
    value: Any
    reached: list[str] | None
    confidence: int | None
    note: str
    blockers: int
    actor: dict[str, Any]
    positions: list[int]


@dataclass(slots=True)
class EdgeStory:
    """An alignment."""

    versions: list[Version] = field(default_factory=list[Version])
    told: list[Told] = field(default_factory=list[Told])

    @property
    def state(self) -> State:
        return self.versions[-1][1]


@dataclass(slots=True)
class ObjectiveStory:
    """An objective: what it was when, and everything that was done to it."""

    versions: list[Version] = field(default_factory=list[Version])
    told: list[Told] = field(default_factory=list[Told])

    @property
    def state(self) -> State:
        return self.versions[-1][1]


@dataclass(slots=True)
class KeyResultStory:
    """A key result: how it was measured when, what was measured, and everything else done to it."""

    measures: list[Version] = field(default_factory=list[Version])
    """A version for every instant at which something else than a check-in changed it."""
    readings: list[Reading] = field(default_factory=list[Reading])
    lives: list[tuple[int, bool]] = field(default_factory=list[tuple[int, bool]])
    """From when on it counted, or no longer did."""
    told: list[Told] = field(default_factory=list[Told])
    """Every entry that is not about a check-in."""
    check_ins: list[CheckIn] = field(default_factory=list[CheckIn])
    """Those that stand, in the order in which they were measured."""
    spells: list[Spell] = field(default_factory=list[Spell])

    @property
    def state(self) -> State:
        """The latest state; of its reading only what `readings` says counts."""
        return self.measures[-1][1]

    @property
    def id(self) -> str:
        return self.state["id"]

    @property
    def began(self) -> int:
        return self.measures[0][0]

    @property
    def reading(self) -> Reading | None:
        """The latest measurement; None where none stands."""
        return _there(self.readings[-1]) if self.readings else None

    def measure_at(self, instant: int) -> State:
        """The version that holds at an instant; before its beginning, the first one."""
        return at(self.measures, instant) or self.measures[0][1]

    def reading_at(self, instant: int) -> Reading | None:
        """The latest measurement at an instant; None where none stands."""
        place = bisect_right(self.readings, instant, key=attrgetter("at"))
        return _there(self.readings[place - 1]) if place else None

    def lives_at(self, instant: int) -> bool:
        """Whether it counted at an instant."""
        place = bisect_right(self.lives, instant, key=itemgetter(0))
        return self.lives[place - 1][1] if place else False

    @property
    def lives_now(self) -> bool:
        """Whether it counts in the end."""
        return bool(self.lives) and self.lives[-1][1]


def _there(reading: Reading) -> Reading | None:
    return None if reading.value is None and reading.reached is None else reading


def at(versions: list[Version], instant: int) -> State | None:
    """The version that holds at an instant; None before the first."""
    place = bisect_right(versions, instant, key=itemgetter(0))
    return versions[place - 1][1] if place else None


def before(versions: list[Version], instant: int) -> State | None:
    """The version that held right before an instant; None before the first."""
    place = bisect_left(versions, instant, key=itemgetter(0))
    return versions[place - 1][1] if place else None


def progress_by(measure: State, reading: Reading | CheckIn | None) -> float | int | None:
    """How far along a measurement is by the measure of a state."""
    if reading is None:
        return None
    return progress_of(
        measure | {"check_in_id": "", "value": reading.value, "reached": reading.reached}
    )


def positions_of(told: Iterable[Told]) -> tuple[int, ...]:
    """Where some entries stand in the log."""
    return tuple(sorted(one.position for one in told))
