"""The fields of stored events in plain JSON: what is kept as digits becomes a number.

Read models take in every record there is, so they read its JSON directly instead of building the
event. Which fields hold decimals is read off the event's class once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from domain.record import Event
from domain.values import Moved
from projections.plain import plain

Reader = Callable[[Any], Any]


def number(digits: str) -> int | float:
    """A stored decimal as a JSON number; at most 15 digits, so it spells the same decimal."""
    spelled = float(digits)
    whole = int(spelled)
    return whole if whole == spelled else spelled


@cache
def fields_reader(model: type[BaseModel]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A function from the stored fields of a model to plain ones, each present, in their order."""
    unsaid = {
        name: None if info.is_required() else plain(info.get_default(call_default_factory=True))
        for name, info in model.model_fields.items()
    }
    readers = [
        (name, reader)
        for name, info in model.model_fields.items()
        if (reader := _reader(info.annotation)) is not None
    ]

    def read(fields: dict[str, Any]) -> dict[str, Any]:
        if len(fields) < len(unsaid):
            fields = {name: fields.get(name, default) for name, default in unsaid.items()}
        for name, reader in readers:
            if fields[name] is not None:
                fields[name] = reader(fields[name])
        return fields

    return read


@cache
def moving_fields(event: type[Event]) -> tuple[str, ...]:
    """The fields of an event that hold an old and a new value."""
    return tuple(
        name
        for name, info in event.model_fields.items()
        if any(_is_model(part) and issubclass(part, Moved) for part in _parts(info.annotation))
    )


def _reader(annotation: Any) -> Reader | None:
    if get_origin(annotation) is Annotated:
        return _reader(get_args(annotation)[0])
    if annotation is Decimal:
        return number
    if _is_model(annotation):
        return fields_reader(annotation)
    readers = [reader for part in get_args(annotation) if (reader := _reader(part)) is not None]
    if not readers:
        return None
    return _each(readers[0]) if get_origin(annotation) is tuple else _unless_other(readers[0])


def _each(reader: Reader) -> Reader:
    return lambda values: [reader(value) for value in values]


def _unless_other(reader: Reader) -> Reader:
    """For a decimal that may also be a yes or no, or nothing."""
    return lambda value: value if value is None or isinstance(value, bool) else reader(value)


def _parts(annotation: Any) -> Iterable[Any]:
    return get_args(annotation) or (annotation,)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
