"""Hypothesis strategies for what the domain records."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin
from uuid import UUID

from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from domain.alignments.edges import EndId
from domain.catalogue import COMMANDS
from domain.record import Command, Event, Record
from domain.values import Actor, Confidence, Owner, Reason, ReasonCode, Score, Weight, exact
from tests.builders import (
    ANNA,
    BEN,
    CALL_CUSTOMERS,
    CARA,
    COMPANY,
    EDGE,
    FIRST_CHECK_IN,
    GROWTH,
    HIRE,
    LAUNCH,
    LOYALTY,
    OTHER_EDGE,
    Q1,
    Q2,
    REVENUE,
    REVIEW,
    ROLLOUT,
    SALES,
    SECOND_CHECK_IN,
    SPEED,
    STEPS,
    SUPPORT,
    THIRD_EDGE,
    YEAR,
    key_result_end,
    objective_end,
    person,
    uid,
    unit,
)

M = TypeVar("M", bound=BaseModel)


def decimals(low: int = -(10**15) + 1, high: int = 10**15 - 1) -> st.SearchStrategy[Decimal]:
    """Exact numbers: at most 15 digits, with the point anywhere among them."""
    return st.builds(_exactly, st.integers(low, high), st.integers(0, 15))


def _exactly(digits: int, places: int) -> Decimal:
    return exact(Decimal(digits).scaleb(-places))


def hundredths(number: int) -> Decimal:
    """A number as scores are: at most two places."""
    return exact(Decimal(number) / 100)


def texts(longest: int = 40) -> st.SearchStrategy[str]:
    """Texts that can be stored, from any script."""
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    return st.text(characters, max_size=longest)


def instants() -> st.SearchStrategy[datetime]:
    """Instants in UTC, to the microsecond."""
    return st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
        lambda naive: naive.replace(tzinfo=UTC)
    )


Words = Mapping[Any, Callable[[], st.SearchStrategy[Any]]]
"""What to draw for a type, or for a field of that name."""

_PLAIN: Words = {
    UUID: st.uuids,
    str: texts,
    bool: st.booleans,
    int: lambda: st.integers(0, 400),
    Decimal: decimals,
    Score: lambda: st.integers(0, 100).map(hundredths),
    Weight: lambda: decimals(low=0),
    Confidence: lambda: st.integers(0, 10),
    date: lambda: st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    datetime: instants,
}


def values(annotation: Any, words: Words = _PLAIN) -> st.SearchStrategy[Any]:
    """Values that a field of this type takes, as the field keeps them."""
    if annotation in words:
        return words[annotation]()
    if get_origin(annotation) is Annotated:
        return _checked(annotation, words)
    if get_origin(annotation) in (types.UnionType, Union):
        return st.one_of([values(one, words) for one in get_args(annotation)])
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    if get_origin(annotation) is tuple:
        return st.lists(values(get_args(annotation)[0], words), max_size=3).map(tuple)
    if annotation is type(None):
        return st.none()
    if issubclass(annotation, Enum):
        return st.sampled_from(list(annotation))
    return models(annotation, words)


def _checked(annotation: Any, words: Words) -> st.SearchStrategy[Any]:
    """Values of the plain type below, such as the field's own rules take them."""
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)

    def taken(value: Any) -> bool:
        try:
            return bool(adapter.validate_python(value) == value)
        except ValidationError:
            return False

    return values(get_args(annotation)[0], words).filter(taken)


def models(model: type[M], words: Words = _PLAIN) -> st.SearchStrategy[M]:
    """Instances of a model with every field drawn."""
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in model.model_fields.items():
        whole: Any = field.annotation
        if field.metadata:
            whole = Annotated[(field.annotation, *field.metadata)]
        fields[name] = words[name]() if name in words else values(whole, words)
    return st.fixed_dictionaries(fields).map(model.model_validate)


def records(event: type[Event]) -> st.SearchStrategy[Record]:
    """Records of one kind of event, with any header."""
    reasons = st.none() | st.builds(
        Reason, code=st.sampled_from(list(ReasonCode)), text=st.none() | texts()
    )
    return st.builds(
        Record,
        event_id=st.uuids(),
        stream_id=st.uuids(),
        version=st.integers(1, 10_000),
        event=models(event),
        stored_at=instants(),
        recorded_at=instants(),
        effective_at=instants(),
        actor=models(Actor),
        reason=reasons,
        after_freeze=st.booleans(),
        assumed=st.lists(texts(), max_size=2).map(tuple),
        request_id=st.none() | texts(),
        source=texts(),
        position=st.integers(0, 10_000),
    )


# Commands about a few things, so that they meet.


def some(*ids: UUID) -> Callable[[], st.SearchStrategy[UUID]]:
    return lambda: st.sampled_from(ids)


_FEW: Words = {
    **_PLAIN,
    str: lambda: st.sampled_from(["", "North", "South"]),
    Decimal: lambda: st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1), Decimal(80)]),
    Weight: lambda: st.sampled_from([Decimal(0), Decimal(1), Decimal(3)]),
    date: lambda: st.sampled_from([date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)]),
    Owner: lambda: st.sampled_from([*map(person, (ANNA, BEN, CARA)), *map(unit, (SALES, SUPPORT))]),
    EndId: lambda: st.sampled_from(
        [*map(objective_end, (GROWTH, LOYALTY, SPEED)), *map(key_result_end, (REVENUE, LAUNCH))]
    ),
    UUID: some(REVENUE, LAUNCH, ROLLOUT, CALL_CUSTOMERS, HIRE),
    "person_id": some(ANNA, BEN, CARA),
    "unit_id": some(COMPANY, SALES, SUPPORT),
    "cycle_id": some(Q1, Q1, Q2, YEAR),
    "objective_id": some(GROWTH, LOYALTY, SPEED),
    "new_objective_id": some(SPEED, *(uid("0b0b0b0b", number) for number in (8, 9))),
    "key_result_id": some(REVENUE, LAUNCH, ROLLOUT),
    "check_in_id": some(FIRST_CHECK_IN, SECOND_CHECK_IN),
    "review_id": some(REVIEW, uid("7e7e7e7e", 2)),
    "action_id": some(CALL_CUSTOMERS, HIRE),
    "alignment_id": some(EDGE, OTHER_EDGE, THIRD_EDGE, uid("edededed", 4)),
    "supports": lambda: st.lists(st.sampled_from([GROWTH, LOYALTY, SPEED]), max_size=2).map(tuple),
    "new_ids": lambda: st.just(()),
    "milestones": lambda: st.sampled_from([(), STEPS]),
    "reached": lambda: st.sampled_from([None, (), ("Built",), ("Built", "Shipped")]),
}


def commands() -> st.SearchStrategy[Command]:
    """Commands of every kind, about a few people, units, cycles, objectives and key results."""
    parents = {"parent_id": lambda: st.none() | st.sampled_from([COMPANY, SALES, YEAR, Q1, Q2])}
    return st.sampled_from(list(COMMANDS.values())).flatmap(
        lambda command: models(command, {**_FEW, **parents})
    )
