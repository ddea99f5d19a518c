"""The account of a cycle: its stories in a scope, its period, and how everybody was called."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from projections.entity_states import State
from projections.instants import Moment
from projections.places import parts_of, scope_of
from projections.plain import micros_of
from projections.retrospective.findings import FieldChange, Party, Thing, Who, Why
from projections.retrospective.gathering import Gathering
from projections.retrospective.period import Period, period_of
from projections.retrospective.scope import Owners, Scope
from projections.retrospective.stories import EdgeStory, KeyResultStory, ObjectiveStory, Told, at
from projections.states import states_of


class Account:
    """What happened in a cycle, as known at a moment, as far as it belongs to a scope.

    Objectives that nobody published yet are left out.
    """

    @classmethod
    def of(
        cls,
        connection: Connection,
        cycle_id: str,
        moment: Moment,
        zone: ZoneInfo,
        scope: Scope,
    ) -> Account | None:
        """Walk along a cycle once; None for a cycle that did not exist yet."""
        gathered = Gathering(moment, zone)
        gathered.walk(connection, [cycle_id])
        if cycle_id not in gathered.cycles:
            return None
        return cls(connection, gathered.cycles[cycle_id][-1][1], gathered, moment, zone, scope)

    def __init__(
        self,
        connection: Connection,
        cycle: State,
        gathered: Gathering,
        moment: Moment,
        zone: ZoneInfo,
        scope: Scope,
    ) -> None:
        self.moment = moment
        self.zone = zone
        self.cycle = cycle
        self.all = gathered
        self.above = _above(connection, self.all, moment, zone)
        self.period: Period = period_of(self.cycle, self.all.cycle_told, moment.micros, zone)
        self._owners = Owners(connection, scope, moment)
        self._names = self._read_names(connection)

    @cached_property
    def start(self) -> int:
        """When work began; where history does not tell, when the first objective was published."""
        if self.period.start is not None:
            return self.period.start
        published = [micros_of(one.state["published_at"]) for one in self.objectives]
        return min([*published, self.period.until])

    @cached_property
    def objectives(self) -> list[ObjectiveStory]:
        """The published objectives of the scope, in the order in which they were drafted."""
        published = (one for one in self.all.objectives.values() if one.state["published_at"])
        mine = (one for one in published if self._owners.own(one.state))
        return sorted(mine, key=lambda one: one.told[0].position)

    @cached_property
    def key_results(self) -> list[KeyResultStory]:
        """The key results of the scope, in the order in which they were added."""
        return sorted(self._mine(), key=lambda one: one.told[0].position)

    def _mine(self) -> Iterator[KeyResultStory]:
        for one in self.all.key_results.values():
            objective = self.objective_of(one).state
            if objective["published_at"] and self._owners.own(objective, one.state):
                yield one

    def objective_of(self, key_result: KeyResultStory) -> ObjectiveStory:
        """The objective that a key result belongs to."""
        return self.all.objectives[key_result.state["objective_id"]]

    def owns(self, objective: State, key_result: State | None = None) -> bool:
        """Whether an objective, or a key result of it, is part of the scope."""
        return self._owners.own(objective, key_result)

    def parts_of(self, objective: ObjectiveStory) -> list[KeyResultStory]:
        """The key results of an objective."""
        return self._parts.get(objective.state["id"], [])

    @cached_property
    def _parts(self) -> dict[str, list[KeyResultStory]]:
        found: dict[str, list[KeyResultStory]] = {}
        for one in self.all.key_results.values():
            found.setdefault(one.state["objective_id"], []).append(one)
        return found

    def told(self) -> Iterator[tuple[Told, State]]:
        """Every entry about the scope but those of check-ins, with what it is about."""
        for story in (*self.objectives, *self.key_results, *self.edges):
            yield from ((one, story.state) for one in story.told if one.is_seen)

    @cached_property
    def edges(self) -> list[EdgeStory]:
        """The alignments with an end in the scope, in the order in which they were proposed."""
        mine = {one.state["id"] for one in self.objectives}
        mine |= {one.id for one in self.key_results}
        found = [one for one in self.all.edges.values() if not mine.isdisjoint(ends_of(one.state))]
        return sorted(found, key=lambda one: one.told[0].position)

    def agreed_at(self, key_result: KeyResultStory) -> int:
        """From when on its measure counts as agreed.

        It existed and was shown to everybody, and work in the cycle had begun.
        """
        published = micros_of(self.objective_of(key_result).state["published_at"])
        return max(key_result.began, published, self.period.start or published)

    def original(self, key_result: KeyResultStory) -> State:
        """A key result with the measure that was agreed."""
        return key_result.measure_at(self.agreed_at(key_result))

    def worked_until(self, key_result: KeyResultStory) -> int:
        """The end of the work on it: when it was dropped, its objective closed, or the period."""
        versions, ended = self.objective_of(key_result).versions, self.period.until
        for moment in sorted({one for one, _ in (*key_result.lives, *versions)}, reverse=True):
            objective = at(versions, moment)
            closed = objective is None or objective["state"] == "closed"
            if moment < key_result.began or (key_result.lives_at(moment) and not closed):
                break
            ended = min(ended, moment)
        return ended

    def owner(self, objective: State, key_result: State | None = None) -> Party:
        """Who an objective belongs to, or a key result: to its own owner or its objective's."""
        owner = objective["owner"]
        if key_result is not None and key_result["owner"] is not None:
            owner = key_result["owner"]
        return Party(type=owner["type"], id=owner["id"], name=self._names.get(owner["id"]))

    def owner_of(self, key_result: KeyResultStory) -> Party:
        """Who a key result belongs to."""
        return self.owner(self.objective_of(key_result).state, key_result.state)

    def team_of(self, key_result: KeyResultStory) -> Party:
        """Who the objective of a key result belongs to, whoever looks after the key result."""
        return self.owner(self.objective_of(key_result).state)

    def owner_of_state(self, state: State) -> Party:
        """Who an objective or a key result belongs to, by its state."""
        if state["type"] == "objective":
            return self.owner(state)
        return self.owner_of(self.all.key_results[state["id"]])

    def who(self, actor: dict[str, Any]) -> Who:
        """Who made a change."""
        return Who(
            id=actor["id"],
            kind=actor["kind"],
            name=self._names.get(actor["id"]),
            on_behalf_of=actor["on_behalf_of"],
        )

    def _read_names(self, connection: Connection) -> dict[str, str | None]:
        stories = (*self.all.objectives.values(), *self.all.key_results.values())
        owners = [one.state["owner"] for one in stories if one.state["owner"] is not None]
        ids = {owner["id"] for owner in owners}
        ids |= {one.entry["actor"]["id"] for story in stories for one in story.told}
        ids |= {told.entry["actor"]["id"] for told in self.all.cycle_told}
        for key_result in self.all.key_results.values():
            ids |= {one.actor["id"] for one in key_result.check_ins}
        for edge in (*self.all.edges.values(), *self.above.objectives.values()):
            ids |= {one.entry["actor"]["id"] for one in edge.told}
        for one in self.above.key_results.values():
            ids |= {told.entry["actor"]["id"] for told in one.told}
        found = states_of(connection, ids, self.moment)
        return {entity_id: state["name"] for entity_id, state in found.items()}


def _above(
    connection: Connection, gathered: Gathering, moment: Moment, zone: ZoneInfo
) -> Gathering:
    """What is known of the objectives in other cycles that alignments lead to."""
    edges = [edge.state for edge in gathered.edges.values()]
    ends = [edge[side]["objective_id"] for edge in edges for side in ("from", "to")]
    elsewhere = sorted(set(ends) - gathered.objectives.keys())
    about = [*elsewhere, *(part for one in elsewhere for part in parts_of(connection, one))]
    found = Gathering(moment, zone)
    if elsewhere:
        scopes = sorted({scope_of(connection, one) for one in elsewhere})
        found.walk(connection, scopes, about)
    return found


def ends_of(edge: State) -> set[str]:
    """The ids of the ends of an alignment, and of the objectives that they belong to."""
    return {edge[side][name] for side in ("from", "to") for name in ("id", "objective_id")}


def thing(state: State) -> Thing:
    """An entity as it is called in the end; an alignment has no title."""
    title = state.get("title") or state.get("name")
    return Thing(type=state["type"], id=state["id"], title=title)


def why(told: Told) -> Why | None:
    """The reason that an entry gives."""
    reason = told.entry["reason"]
    return None if reason is None else Why(code=reason.get("code"), text=reason.get("text"))


def field_changes(told: Told) -> tuple[FieldChange, ...]:
    """What an entry moved."""
    return tuple(
        FieldChange(field=one["field"], old=one["from"], new=one["to"])
        for one in told.entry["changes"]
    )
