"""Hypothesis strategies for what the domain records."""

from __future__ import annotations

import types
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin
from uuid import UUID

from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from domain.record import Event, Record
from domain.values import Actor, Reason, ReasonCode, exact

M = TypeVar("M", bound=BaseModel)


def decimals(low: int = -(10**15) + 1, high: int = 10**15 - 1) -> st.SearchStrategy[Decimal]:
    """Exact numbers: at most 15 digits, with the point anywhere among them."""
    return st.builds(_exactly, st.integers(low, high), st.integers(0, 15))


def _exactly(digits: int, places: int) -> Decimal:
    return exact(Decimal(digits).scaleb(-places))


def texts(longest: int = 40) -> st.SearchStrategy[str]:
    """Texts that can be stored, from any script."""
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    return st.text(characters, max_size=longest)


def instants() -> st.SearchStrategy[datetime]:
    """Instants in UTC, to the microsecond."""
    return st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
        lambda naive: naive.replace(tzinfo=UTC)
    )


_PLAIN: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
    UUID: st.uuids,
    str: texts,
    bool: st.booleans,
    int: lambda: st.integers(0, 400),
    Decimal: lambda: (
        decimals() | st.integers(0, 100).map(lambda cents: exact(Decimal(cents) / 100))
    ),
    date: lambda: st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    datetime: instants,
}


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Values that a field of this type takes, as the field keeps them."""
    if get_origin(annotation) is Annotated:
        return _checked(annotation)
    if get_origin(annotation) in (types.UnionType, Union):
        return st.one_of([values(one) for one in get_args(annotation)])
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    if get_origin(annotation) is tuple:
        return st.lists(values(get_args(annotation)[0]), max_size=3).map(tuple)
    if annotation is type(None):
        return st.none()
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from(list(annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return models(annotation)
    return _PLAIN[annotation]()


def _checked(annotation: Any) -> st.SearchStrategy[Any]:
    """Values of the plain type below, such as the field's own rules take them."""
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)

    def taken(value: Any) -> bool:
        try:
            return bool(adapter.validate_python(value) == value)
        except ValidationError:
            return False

    return values(get_args(annotation)[0]).filter(taken)


@cache
def models(model: type[M]) -> st.SearchStrategy[M]:
    """Instances of a model with every field drawn."""
    fields = {
        name: values(
            Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        )
        for name, field in model.model_fields.items()
    }
    return st.builds(model, **fields)


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
        event=cast("st.SearchStrategy[Event]", models(event)),
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
