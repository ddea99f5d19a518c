"""What can be seen of the domain's states and of the model, in the same words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from domain.alignments.edges import Edge
from domain.alignments.graph import AlignmentGraph
from domain.book import State
from domain.check_ins.series import CheckIn
from domain.cycles.cycle import Cycle
from domain.key_results.key_result import KeyResult
from domain.objectives.objective import Objective
from domain.people import Person
from domain.reviews import Review
from domain.units.unit import Unit
from tests.machine.measuring import progress
from tests.machine.model import Thing, World

CLOSE_ENOUGH = Fraction(1, 10**20)
"""Progress is a quotient of at most 28 digits."""


def told(world: World) -> dict[UUID, Thing]:
    """Every thing of the model, with the progress that it computes."""
    things = {key: _bare(thing) for key, thing in world.everything().items()}
    for key, key_result in world.key_results.items():
        things[key]["progress"] = progress(key_result)
        check_ins: dict[UUID, Thing] = key_result["check_ins"]
        series = {one: _bare(check_in) for one, check_in in check_ins.items()}
        things[key]["check_ins"] = series
    for key, objective in world.objectives.items():
        reviews: dict[UUID, Thing] = objective["reviews"]
        things[key]["reviews"] = {one: _bare(review) for one, review in reviews.items()}
    return things


def _bare(thing: Thing) -> Thing:
    return {name: value for name, value in thing.items() if name not in ("since", "touch")}


def shown(state: State) -> dict[UUID, Thing]:
    """Every thing in the state of one stream."""
    match state:
        case Person() | Cycle():
            return {state.id: _entity(state)}
        case Unit():
            return {state.id: _entity(state, "member_since")}
        case Objective():
            objective = _entity(state, "key_results", "was_published")
            objective["published"] = state.was_published
            objective["scores"] = dict(state.scores)
            objective["reviews"] = {key: _review(one) for key, one in state.reviews.items()}
            return {state.id: objective} | {
                key: _key_result(one) for key, one in state.key_results.items()
            }
        case AlignmentGraph():
            return {key: _edge(edge, state.cycle_id) for key, edge in state.edges.items()}


def _entity(entity: object, *hidden: str) -> Thing:
    fields = {name: _plain(value) for name, value in vars(entity).items() if name not in hidden}
    fields["exists"] = fields.pop("exists_from")
    del fields["since"]
    return fields


def _plain(value: Any) -> Any:
    """Values as the model writes them: owners and milestones as dictionaries."""
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)  # pyright: ignore[reportUnknownVariableType]
    return dict(value) if isinstance(value, BaseModel) else value


def _key_result(key_result: KeyResult) -> Thing:
    fields = _entity(key_result, "measure")
    measure = {name: _plain(value) for name, value in key_result.measure}
    series = {key: _check_in(one) for key, one in key_result.check_ins.items()}
    numbers = {"progress": key_result.progress, "scores": dict(key_result.scores)}
    return fields | measure | numbers | {"check_ins": series}


def _check_in(check_in: CheckIn) -> Thing:
    return {
        "measured_at": check_in.measured_at,
        "value": check_in.reading.value,
        "reached": check_in.reading.reached,
        "confidence": check_in.confidence,
        "note": check_in.note,
        "retracted": check_in.retracted,
    }


def _review(review: Review) -> Thing:
    return {
        "id": review.id,
        "exists": review.exists_from,
        "version": review.version,
        "actions": set(review.actions),
        "completed": set(review.completed),
        "read_by": set(review.acknowledged_by),
    }


def _edge(edge: Edge, cycle_id: UUID) -> Thing:
    fields = _entity(edge, "start", "finish")
    return fields | {
        "cycle_id": cycle_id,
        "start": edge.start.id,
        "finish": edge.finish.id,
        "from_objective": edge.start.objective_id,
        "to_objective": edge.finish.objective_id,
    }


def differences(ours: Thing, theirs: Thing) -> list[str]:
    """The fields in which two pictures of one thing differ."""
    names = ours.keys() | theirs.keys()
    return [
        f"{name}: {ours.get(name)!r} is not {theirs.get(name)!r}"
        for name in names
        if name not in ours or name not in theirs or not _same(ours[name], theirs[name])
    ]


def _same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, Fraction) and isinstance(theirs, Decimal):
        return abs(ours - Fraction(theirs)) < CLOSE_ENOUGH
    return bool(ours == theirs)
