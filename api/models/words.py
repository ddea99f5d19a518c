"""How values travel in: numbers as JSON numbers, days and instants as RFC 3339 has them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)

from domain import values
from domain.values import Reason, exact

EntityType = Literal["person", "unit", "cycle", "objective", "key_result", "alignment"]
"""What a change can be about."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

unsaid: Callable[[], Any] = lambda: None  # noqa: E731 - a def could not be typed to fit any field
"""The default of a field that may be left out but may not be null."""


def _json_number(value: Any) -> Any:
    """Refuse what is no JSON number; storage, unlike the wire, writes decimals as strings."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("give a number")
    return value


def _measured(value: Any) -> bool | Decimal:
    return value if isinstance(value, bool) else exact(_json_number(value))


def day(value: Any) -> date:
    """A day written YYYY-MM-DD. Raises ValueError."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("give a day as YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("give a day that the calendar has, as YYYY-MM-DD") from None


def instant(value: Any) -> datetime:
    """An RFC 3339 instant, in UTC. Raises ValueError."""
    wanted = "give an instant with its zone, for instance 2026-03-01T00:00:00Z"
    text = value.upper() if isinstance(value, str) else ""
    if not _INSTANT.fullmatch(text):
        raise ValueError(wanted)
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(wanted) from None


def instant_or_position(value: Any) -> datetime | int:
    """An instant, or `position:N`. Raises ValueError."""
    if isinstance(value, str) and re.fullmatch(r"position:\d{1,18}", value):
        return int(value.removeprefix("position:"))
    try:
        return instant(value)
    except ValueError as error:
        raise ValueError(f"{error}, or position:N") from None


def _schema(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


_AT = "2026-03-01T00:00:00Z"
Number = Annotated[values.Exact, BeforeValidator(_json_number), _schema(type="number")]
Weight = Annotated[
    values.Weight, BeforeValidator(_json_number), _schema(type="number", minimum=0, maximum=1e14)
]
Score = Annotated[
    values.Score, BeforeValidator(_json_number), _schema(type="number", minimum=0, maximum=1)
]
Measured = Annotated[bool | Decimal, PlainValidator(_measured), _schema(type=["number", "boolean"])]
Day = Annotated[
    date, PlainValidator(day), _schema(type="string", format="date", examples=["2026-03-31"])
]
Instant = Annotated[
    datetime,
    PlainValidator(instant),
    _schema(type="string", format="date-time", examples=[_AT]),
]
InstantOrPosition = Annotated[
    datetime | int,
    PlainValidator(instant_or_position),
    _schema(
        anyOf=[
            {"type": "string", "format": "date-time"},
            {"type": "string", "pattern": r"^position:\d{1,18}$"},
        ],
        examples=[_AT, "position:42"],
    ),
]


class Part(BaseModel):
    """An object inside a body."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """What every write may say beside its own fields: why, and when it was true."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Reason | None = None
    effective_at: Annotated[
        Instant | None, Field(description="When it was true; left out, it is now.")
    ] = None

    def given(self, *names: str) -> dict[str, Any]:
        """The fields that the request said, all of its own or those of some names."""
        said = self.model_fields_set - {"reason", "effective_at"}
        return {name: _as_given(getattr(self, name)) for name in said if not names or name in names}


def _as_given(value: Any) -> Any:
    """A value with its parts as plain fields, from which a command builds parts of its own."""
    if isinstance(value, tuple):
        return tuple(_as_given(one) for one in cast("tuple[Any, ...]", value))
    return dict(value) if isinstance(value, Part) else value
