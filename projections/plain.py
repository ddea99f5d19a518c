"""Values in the form in which they travel and are kept in read tables: plain JSON."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from pydantic import BaseModel

from domain.values import as_json_number

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TO_THE_SECOND = len("2026-03-01T00:00:00")


def plain(value: Any) -> Any:
    """A value of the domain as JSON has it: numbers as numbers, instants in UTC with Z."""
    match value:
        case None | bool() | int() | float():
            return value
        case StrEnum():
            return value.value
        case str():
            return value
        case Decimal():
            return as_json_number(value)
        case datetime():
            return iso(value)
        case UUID() | date():
            return str(value)
        case BaseModel():
            return {name: plain(part) for name, part in value}
        case Mapping():
            parts = cast("Mapping[Any, Any]", value)
            return {str(name): plain(part) for name, part in parts.items()}
        case tuple() | list():
            return [plain(part) for part in cast("list[Any]", value)]
        case _:
            raise TypeError(f"{value!r} has no plain form")


def decimal(number: float | int | None) -> Decimal | None:
    """A plain JSON number as the decimal that it spells."""
    return None if number is None else Decimal(str(number))


def iso(instant: datetime) -> str:
    """An instant as RFC 3339 in UTC with Z, microseconds only where there are any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def micros(instant: datetime) -> int:
    """An instant as whole microseconds since 1970, which compare and index fast."""
    since = instant - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def micros_of(text: str) -> int:
    """The microseconds of an instant written by `iso`."""
    since = datetime.fromisoformat(text) - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def is_later(one: str, other: str) -> bool:
    """Whether an instant written by `iso` is past another one."""
    # Texts of one length have the same digits, and digits compare as instants do.
    if len(one) == len(other) or one[:_TO_THE_SECOND] != other[:_TO_THE_SECOND]:
        return one > other
    return one != other and micros_of(one) > micros_of(other)


def from_micros(count: int) -> datetime:
    """The instant behind `micros`."""
    return EPOCH + timedelta(0, 0, count)


def packed(uuid: str) -> bytes:
    """The sixteen bytes of a UUID, the form in which tables with many rows keep it."""
    return bytes.fromhex(uuid.replace("-", ""))


def unpacked(kept: bytes) -> str:
    """The UUID behind `packed`."""
    return str(UUID(bytes=bytes(kept)))
