"""Question 14: what did we believe on day D, and what changed between D1 and D2?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from pydantic import Field
from sqlalchemy import Connection

from projections.entity_states import State
from projections.instants import Moment, position_at
from projections.plain import from_micros
from projections.retrospective.account import Account, thing
from projections.retrospective.findings import Answer, Finding, Number, Party, Shape, Thing, small
from projections.retrospective.stories import KeyResultStory, ObjectiveStory
from projections.rollup import Sum, counts, objective_sum, shown
from projections.rollup import Totals as Sums
from projections.states import state_at, states_at
from projections.status import STATUSES, looked_at, status


class BeliefTotals(Shape):
    """What the board showed: live objectives and key results, and what they added up to."""

    objectives: int
    key_results: int
    measured: int
    progress: Number | None
    confidence: Number | None
    on_track: int
    at_risk: int
    off_track: int
    stale: int
    unknown: int


class Belief(Shape):
    """What was believed at an instant, by what was known at that instant."""

    at: datetime
    position: Annotated[int, Field(description="The last record known then.")]
    totals: BeliefTotals


class ObjectiveBelief(Shape):
    """An objective as it was believed to stand."""

    objective: Thing
    owner: Party
    progress: Number | None
    confidence: Annotated[Number | None, Field(description="The mean of its key results.")]


class BeliefChange(Finding):
    """A field believed to be one thing on the first day and another on the second."""

    entity: Thing
    field: str
    old: Annotated[Any, Field(alias="from")]
    new: Annotated[Any, Field(alias="to")]


class Beliefs(Answer):
    """What was believed on the day asked about, and what changed between the other two."""

    on: Belief
    objectives: Annotated[
        tuple[ObjectiveBelief, ...], Field(description="As they were believed to stand that day.")
    ]
    start: Annotated[Belief, Field(alias="from")]
    finish: Annotated[Belief, Field(alias="to")]
    changes: tuple[BeliefChange, ...]


_COMPARED = (
    "title",
    "state",
    "outcome",
    "owner",
    "commitment",
    "weight",
    "target",
    "baseline",
    "milestones",
    "deadline",
    "progress",
    "confidence",
    "self_score",
    "agreed_score",
)
_MEASURED = frozenset({"progress", "confidence"})


@dataclass(frozen=True, slots=True)
class Days:
    """The days asked about; those left out are the middle, the beginning and the moment itself."""

    on: datetime | None = None
    start: datetime | None = None
    finish: datetime | None = None


class _Known(NamedTuple):
    """What was known at an instant of what belongs to the scope."""

    moment: Moment
    states: dict[str, State]
    sums: dict[str, Sum]
    totals: BeliefTotals


def beliefs(connection: Connection, account: Account, days: Days) -> Beliefs:
    """The answer for an account and some days, none of which is later than the moment."""
    start = from_micros(account.start)
    half_way = from_micros((account.start + account.period.until) // 2)
    on = _known(connection, account, days.on or half_way)
    first = _known(connection, account, days.start or start)
    last = _known(connection, account, days.finish or account.moment.as_of)
    changes = list(_changes(account, first, last))
    return Beliefs(
        unknown=None if on.states else "no_objectives",
        n=len(on.sums),
        small_sample=small(len(on.sums)),
        on=_belief(on),
        objectives=tuple(_objectives(account, on)),
        start=_belief(first),
        finish=_belief(last),
        changes=tuple(changes),
    )


def _known(connection: Connection, account: Account, instant: datetime) -> _Known:
    """What the board showed at an instant to whoever looked then."""
    latest = account.moment
    at = min(instant, latest.as_of)
    position = min(position_at(connection, at), latest.position)
    moment = replace(latest, as_of=at, known_at=at, position=position)
    cycle_id = account.cycle["id"]
    cycle = state_at(connection, cycle_id, moment)
    found = states_at(connection, cycle_id, moment, ("objective", "key_result"))
    states = {one["id"]: one for one in found}
    mine = {one["id"]: one for one in found if _belongs(account, states, one)}
    return _summed(account, moment, cycle, mine)


def _belongs(account: Account, states: dict[str, State], state: State) -> bool:
    objective = state if state["type"] == "objective" else states[state["objective_id"]]
    key_result = None if objective is state else state
    return objective["published_at"] is not None and account.owns(objective, key_result)


def _summed(
    account: Account, moment: Moment, cycle: State | None, states: dict[str, State]
) -> _Known:
    sums, totals = dict[str, Sum](), Sums()
    statuses = dict.fromkeys(STATUSES, 0)
    parts: dict[str, list[State]] = {}
    for one in states.values():
        if one["type"] == "key_result":
            parts.setdefault(one["objective_id"], []).append(one)
    at = looked_at(cycle, moment, account.zone)
    for one in states.values():
        if one["type"] == "objective":
            own = parts.get(one["id"], [])
            sums[one["id"]] = objective_sum(one, own)
            if counts(one):
                totals.put(one["id"], sums[one["id"]])
                for part in filter(counts, own):
                    statuses[status(part, cycle, at)] += 1
    return _Known(moment, states, sums, BeliefTotals.model_validate(totals.as_json() | statuses))


def _belief(known: _Known) -> Belief:
    return Belief(at=known.moment.as_of, position=known.moment.position, totals=known.totals)


def _objectives(account: Account, known: _Known) -> Iterator[ObjectiveBelief]:
    for objective_id, summed in known.sums.items():
        state = known.states[objective_id]
        confidence = summed.confidence / summed.confident if summed.confident else None
        yield ObjectiveBelief(
            objective=thing(state),
            owner=account.owner(state),
            progress=shown(summed.progress),
            confidence=None if confidence is None else round(confidence, 2),
        )


def _changes(account: Account, first: _Known, last: _Known) -> Iterator[BeliefChange]:
    """What was believed to be one thing first and another thing last, or not to be there."""
    for entity_id, new in last.states.items():
        old = first.states.get(entity_id)
        names = ("state",) if old is None else _COMPARED
        for name in names:
            was = None if old is None else old.get(name)
            if was != new.get(name):
                yield BeliefChange(
                    positions=_evidence(account, entity_id, name, first, last),
                    entity=thing(new),
                    field=name,
                    old=was,
                    new=new.get(name),
                )


def _evidence(
    account: Account, entity_id: str, name: str, first: _Known, last: _Known
) -> tuple[int, ...]:
    """The records in between that moved a field; of measurements, the last one that stands."""
    story: KeyResultStory | ObjectiveStory | None = account.all.key_results.get(
        entity_id
    ) or account.all.objectives.get(entity_id)
    if story is None:
        return ()
    since, until = first.moment.position, last.moment.position
    named = {"target", "baseline", "milestones", "direction"} if name == "progress" else {name}
    found = [
        one.position
        for one in story.told
        if since < one.position <= until
        and not named.isdisjoint(change["field"] for change in one.entry["changes"])
    ]
    if name in _MEASURED and isinstance(story, KeyResultStory):
        made = [one for one in story.check_ins if since < min(one.positions) <= until]
        found += [place for one in made[-1:] for place in one.positions if place <= until]
    return tuple(sorted(found))
