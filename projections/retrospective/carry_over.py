"""Question 12: which objectives are carried over and over, and how do their targets drift?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from projections.entity_states import State
from projections.instants import Moment
from projections.places import parts_of, positions_of
from projections.retrospective.account import Account, thing
from projections.retrospective.findings import Answer, Finding, Number, Party, Shape, Thing, small
from projections.retrospective.moved_targets import nearer
from projections.retrospective.original_targets import given_score
from projections.retrospective.period import tidy
from projections.states import state_at, states_of


class ChainLink(Finding):
    """An objective in one of the cycles of its chain."""

    objective: Thing
    cycle: Thing
    owner: Party
    outcome: str | None
    score: Annotated[Number | None, Field(description="Agreed, or said by its owner.")]


class DriftLink(Shape):
    """A key result in one of the cycles of its chain."""

    key_result: Thing
    cycle: Thing
    first_target: Annotated[Any, Field(description="When it came into the cycle.")]
    last_target: Any
    value: Any


class TargetDrift(Finding):
    """How the target of a key result went from cycle to cycle."""

    links: tuple[DriftLink, ...]
    drift: Annotated[
        Number | None, Field(description="The last target less the first; null without numbers.")
    ]
    eased: bool | None


class Chain(Finding):
    """An objective that goes on from cycle to cycle, the first cycle first."""

    links: tuple[ChainLink, ...]
    cycles: int
    drifts: tuple[TargetDrift, ...]


class CarryOver(Answer):
    """Chains of the objectives looked at, the longest first; `n` counts objectives."""

    chains: tuple[Chain, ...]


def carry_over(connection: Connection, account: Account) -> CarryOver:
    """The answer for an account; chains lead out of its cycle, so the rest is looked up."""
    return carry_over_chains(connection, [account])


def carry_over_chains(connection: Connection, accounts: Sequence[Account]) -> CarryOver:
    """The chains through any of some cycles, each told once."""
    read = _Reader(connection, accounts[-1].moment)
    found: dict[str, Chain] = {}
    objectives = [one.state for account in accounts for one in account.objectives]
    for objective in objectives:
        chain = read.chain(objective)
        if len(chain) > 1 and chain[0]["id"] not in found:
            found[chain[0]["id"]] = _chain(read, chain)
    n = len(objectives)
    return CarryOver(
        unknown=None if n else "no_objectives",
        n=n,
        small_sample=small(n),
        chains=tuple(sorted(found.values(), key=lambda one: (-one.cycles, one.positions))),
    )


class _Reader:
    """Looks up states outside of a cycle, at one moment."""

    def __init__(self, connection: Connection, moment: Moment) -> None:
        self._connection = connection
        self._moment = moment

    def state(self, entity_id: str) -> State | None:
        return state_at(self._connection, entity_id, self._moment)

    def states(self, entity_ids: Iterable[str]) -> dict[str, State]:
        ids = list(entity_ids)
        return states_of(self._connection, ids, self._moment)

    def first(self, state: State) -> State:
        """How a key result was when it began, or, to whom that is drafting, was published."""
        home = self.state(state["objective_id"]) or {}
        for began in (state["exists_from"], home.get("published_at")):
            if began is not None:
                then = replace(self._moment, as_of=datetime.fromisoformat(began))
                found = state_at(self._connection, state["id"], then)
                if found is not None:
                    return found
        return state

    def chain(self, objective: State) -> list[State]:
        """An objective with all that it came from and all that it went on as, in order."""
        found, before = [objective], objective["carried_from"]
        while before is not None and (state := self.state(before)) is not None:
            found.insert(0, state)
            before = state["carried_from"]
        after = objective["carried_over_to"]
        while after is not None and (state := self.state(after["objective_id"])) is not None:
            found.append(state)
            after = state["carried_over_to"]
        return found

    def parts(self, objectives: Iterable[State]) -> list[State]:
        """The key results of some objectives."""
        ids = [part for one in objectives for part in parts_of(self._connection, one["id"])]
        found = self.states(ids)
        return [found[one] for one in ids if one in found]

    def positions(self, states: Iterable[State]) -> tuple[int, ...]:
        """Where some entities began."""
        ids = [one["id"] for one in states]
        return tuple(sorted(positions_of(self._connection, ids, self._moment.sight).values()))


def _chain(read: _Reader, chain: list[State]) -> Chain:
    cycles = read.states({one["cycle_id"] for one in chain})
    owners = read.states({one["owner"]["id"] for one in chain})
    links = [
        ChainLink(
            positions=read.positions([one]),
            objective=thing(one),
            cycle=thing(cycles[one["cycle_id"]]),
            owner=_party(one, owners),
            outcome=one["outcome"],
            score=given_score(one),
        )
        for one in chain
    ]
    return Chain(
        positions=read.positions(chain),
        links=tuple(links),
        cycles=len({one["cycle_id"] for one in chain}),
        drifts=tuple(_drift(read, one, cycles) for one in _series(read.parts(chain))),
    )


def _party(state: State, owners: dict[str, State]) -> Party:
    owner = state["owner"]
    named = owners.get(owner["id"])
    return Party(type=owner["type"], id=owner["id"], name=named["name"] if named else None)


def _series(key_results: list[State]) -> list[list[State]]:
    """Key results by what they came from, each series in the order of its cycles."""
    by_id = {one["id"]: one for one in key_results}
    continued = {one["carried_from"] for one in key_results}
    found: list[list[State]] = []
    for last in key_results:
        if last["id"] in continued:
            continue
        series = [last]
        while (before := by_id.get(series[0]["carried_from"])) is not None:
            series.insert(0, before)
        if len(series) > 1:
            found.append(series)
    return found


def _drift(read: _Reader, series: list[State], cycles: dict[str, State]) -> TargetDrift:
    links = [
        DriftLink(
            key_result=thing(one),
            cycle=thing(cycles[one["cycle_id"]]),
            first_target=read.first(one)["target"],
            last_target=one["target"],
            value=one["reached"] if one["kind"] == "milestones" else one["value"],
        )
        for one in series
    ]
    first, last = links[0].first_target, links[-1].last_target
    return TargetDrift(
        positions=read.positions(series),
        links=tuple(links),
        drift=None if first is None or last is None else tidy(last - first, 12),
        eased=nearer(series[0], first, last),
    )
