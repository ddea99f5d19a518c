"""Filters of the audit trail to ask with: values of random entries, rare and unknown ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from uuid import NAMESPACE_DNS

from api.models.listings import Listing, TrailListing
from tests.bench.company import DEPARTMENTS, named
from tests.bench.serving import Json

Asked = Mapping[str, str]
"""Filters as the query of a request."""

NAMES = tuple(name for name in TrailListing.model_fields if name not in Listing.model_fields)
"""Every filter that there is."""

PAIRS = (
    ("entity_id", "type"),
    ("entity_id", "field"),
    ("cycle_id", "type"),
    ("cycle_id", "field"),
    ("cycle_id", "actor_id"),
    ("cycle_id", "reason_code"),
    ("cycle_id", "after_freeze"),
    ("actor_id", "type"),
    ("actor_id", "recorded_from"),
    ("type", "reason_code"),
    ("recorded_from", "recorded_to"),
    ("effective_from", "effective_to"),
)
"""What people ask for together: who, what and when of a thing, a cycle or a person."""

RARE: dict[str, tuple[str, ...]] = {
    "actor_id": ("bench", "nobody"),
    "type": ("UnitFormed", "Cycle*", "TargetAdjusted", "CycleReopened"),
    "entity_type": ("unit", "cycle"),
    "entity_id": (str(NAMESPACE_DNS),),
    "cycle_id": (str(NAMESPACE_DNS),),
    "field": ("parent_id", "deadline", "carried_from"),
    "reason_code": ("was_wrong", "irrelevant"),
    "after_freeze": ("true", "false"),
    "unit_id": (str(NAMESPACE_DNS),),
    "q": ("Person 1", "目标", "nothing like this"),
}
"""Values that few entries or none have: what finds nothing must not read everything."""


@dataclass(frozen=True, slots=True)
class Sampler:
    """Draws filters from entries of a history."""

    entries: list[Json]
    random: Random

    def single(self, values: int) -> Iterator[Asked]:
        """Every filter alone, with so many values of entries."""
        for name in NAMES:
            found = (self._value(name, self.random.choice(self.entries)) for _ in range(values))
            for value in sorted({value for value in found if value is not None}):
                yield {name: value}

    def rare(self) -> Iterator[Asked]:
        """Filters alone, with values that few entries or none have."""
        for name in NAMES:
            for value in RARE.get(name, ()):
                yield {name: value}

    def pairs(self, values: int) -> Iterator[Asked]:
        """The pairs that people ask for, with values of one entry or of two."""
        for pair in PAIRS:
            for _ in range(values):
                yield self._combined(pair)

    def combinations(self, count: int) -> Iterator[Asked]:
        """Two to five filters at random."""
        for _ in range(count):
            yield self._combined(self.random.sample(NAMES, self.random.randint(2, 5)))

    def _combined(self, names: tuple[str, ...] | list[str]) -> Asked:
        """Values of one entry, which then matches, or each of another."""
        one = self.random.choice(self.entries)
        mixed = self.random.random() < 0.5
        values = {
            name: self._value(name, self.random.choice(self.entries) if mixed else one)
            or self.random.choice(RARE[name])
            for name in names
        }
        for side in ("recorded", "effective"):
            first, last = f"{side}_from", f"{side}_to"
            if first in values and last in values:
                values[first], values[last] = sorted((values[first], values[last]))
        return values

    def _value(self, name: str, entry: Json) -> str | None:
        """What an entry says for a filter; None where it says nothing."""
        return _VALUES[name](entry, self.random)


def _field(entry: Json, random: Random) -> str | None:
    return random.choice(entry["changes"])["field"] if entry["changes"] else None


def _reason(entry: Json, _random: Random) -> str | None:
    return None if entry["reason"] is None else entry["reason"].get("code")


def _word(entry: Json, random: Random) -> str | None:
    words = str(entry["entity"]["title"] or "").split()
    return random.choice(words) if words else None


_VALUES: dict[str, Callable[[Json, Random], str | None]] = {
    "actor_id": lambda entry, _: entry["actor"]["id"],
    "type": lambda entry, _: entry["type"],
    "entity_type": lambda entry, _: entry["entity"]["type"],
    "entity_id": lambda entry, _: entry["entity"]["id"],
    "cycle_id": lambda entry, _: entry["cycle_id"],
    "unit_id": lambda _, random: str(named("unit", random.choice(DEPARTMENTS))),
    "field": _field,
    "reason_code": _reason,
    "recorded_from": lambda entry, _: entry["recorded_at"],
    "recorded_to": lambda entry, _: entry["recorded_at"],
    "effective_from": lambda entry, _: entry["effective_at"],
    "effective_to": lambda entry, _: entry["effective_at"],
    "after_freeze": lambda entry, _: str(entry["after_freeze"]).lower(),
    "q": _word,
}
