"""The rules told a second time, in plain dictionaries: what may happen, and what is then so.

Every way to refuse is collected, since only the sum of them is promised and not which one is
named first. The model knows no event, no stream and no class of the domain; refusals are names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

Thing = dict[str, Any]

STATES = ("planned", "open", "frozen", "scoring", "closed")
TABLE = {
    # In each state of a cycle: yes, with a reason and marked, or no.
    "edit": "yyyyn",
    "structure": "yyrrn",
    "check in": "nyyyn",
    "correct": "nyyyr",
    "score": "nnnyr",
    "review": "nyyyr",
    "close": "yyyyn",
    "carry over": "nyyyr",
}


class Refused(Exception):
    """Nothing may happen, for any of these reasons."""

    def __init__(self, *names: str) -> None:
        super().__init__(*names)
        self.names = frozenset(names)


class Nothing(Exception):
    """It is so already."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody asks for, in words and numbers, and the circumstances."""

    name: str
    fields: Thing
    person: UUID | None
    """Who asks; None is a service, which speaks for all."""
    now: datetime
    late_at: datetime | None
    """The effective time where one is given."""
    reason: bool
    code: bool

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.fields.get(name, default)

    @property
    def at(self) -> datetime:
        return self.late_at or self.now


@dataclass(slots=True)
class World:
    """All that is so, and how many changes came after a freeze."""

    people: dict[UUID, Thing] = field(default_factory=dict[UUID, Thing])
    units: dict[UUID, Thing] = field(default_factory=dict[UUID, Thing])
    cycles: dict[UUID, Thing] = field(default_factory=dict[UUID, Thing])
    objectives: dict[UUID, Thing] = field(default_factory=dict[UUID, Thing])
    key_results: dict[UUID, Thing] = field(default_factory=dict[UUID, Thing])
    alignments: dict[UUID, Thing] = field(default_factory=dict[UUID, Thing])
    touches: int = 0

    def everything(self) -> dict[UUID, Thing]:
        """Every thing that has an id of its own in the whole company."""
        kinds = (
            self.people,
            self.units,
            self.cycles,
            self.objectives,
            self.key_results,
            self.alignments,
        )
        return {key: thing for kind in kinds for key, thing in kind.items()}

    def find(self, word: str, thing_id: UUID) -> Thing:
        """The thing of that id. Raises Refused where there is none."""
        kinds = {
            "person": self.people,
            "unit": self.units,
            "cycle": self.cycles,
            "objective": self.objectives,
            "key_result": self.key_results,
            "alignment": self.alignments,
        }
        found = kinds[word].get(thing_id)
        if found is None:
            raise Refused("".join(part.title() for part in word.split("_")) + "NotFound")
        return found

    def next_touch(self) -> int:
        """A number that grows with every measurement told, corrected or retracted."""
        self.touches += 1
        return self.touches


class Objections:
    """Why a request is refused, collected until it is settled."""

    def __init__(self, world: World, ask: Ask) -> None:
        self.world, self.ask = world, ask
        self.names: set[str] = set()

    def when(self, refused: bool, name: str) -> None:
        if refused:
            self.names.add(name)

    def settle(self) -> None:
        """Raises Refused where there is any objection."""
        if self.names:
            raise Refused(*self.names)

    def new(self, *ids: UUID) -> None:
        """Ids are used once, whatever they name."""
        taken = self.world.everything()
        again = len(set(ids)) < len(ids)
        self.when(again or any(one in taken for one in ids), "AlreadyExists")

    def allowed(self, cycle: Thing, what: str) -> bool:
        """Ask the table; tell whether the change is marked."""
        verdict = TABLE[what][STATES.index(cycle["state"])]
        self.when(verdict == "n", "CycleStateForbids")
        self.when(verdict == "r" and not self.ask.reason, "ReasonRequired")
        return verdict == "r"

    def existed(self, *things: Thing) -> None:
        """Nothing happens to what does not exist yet."""
        early = any(self.ask.at < thing["exists"] for thing in things)
        self.when(early, "EffectiveBeforeItExisted")

    def forwards(self, thing: Thing, *names: str) -> None:
        """No field of a thing changes before its last change."""
        self.existed(thing)
        last = (thing["since"].get(name) for name in names)
        back = any(one is not None and self.ask.at < one for one in last)
        self.when(back, "EffectiveTimeGoesBack")

    def active(self, unit_id: UUID) -> None:
        """A unit is built on only while it lasts."""
        unit = self.known("unit", unit_id)
        if unit is not None:
            self.when(unit["state"] == "dissolved", "UnitDissolvedAlready")
            self.existed(unit)

    def known(self, word: str, thing_id: UUID) -> Thing | None:
        try:
            return self.world.find(word, thing_id)
        except Refused as refused:
            self.names |= refused.names
            return None

    def owner(self, owner: Thing | None) -> None:
        """An owner exists, and a unit that owns is not dissolved."""
        if owner is None:
            return
        if owner["type"] == "unit":
            self.active(owner["id"])
            return
        person = self.known("person", owner["id"])
        if person is not None:
            self.existed(person)


def made(ask: Ask, thing_id: UUID, **fields: Any) -> Thing:
    """A thing that begins to exist."""
    return {"id": thing_id, "exists": ask.at, "version": 1, "since": {}, **fields}


def change(ask: Ask, thing: Thing, **fields: Any) -> None:
    """Change fields of a thing, each from now on."""
    thing.update(fields)
    thing["since"].update(dict.fromkeys(fields, ask.at))
    thing["version"] += 1


def differing(thing: Thing, fields: Thing) -> Thing:
    """Those of the fields that the thing has otherwise. Raises Nothing where it has them all."""
    changed = {name: value for name, value in fields.items() if thing[name] != value}
    if not changed:
        raise Nothing
    return changed
