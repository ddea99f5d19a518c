"""The small words that events and commands are spelled with: numbers, texts, owners, reasons."""

from datetime import UTC, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from hashlib import sha1
from typing import Annotated, Any, Generic, Literal, Self, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from domain.ids import timed

MAX_DIGITS = 15
"""Decimals of up to 15 significant digits survive a round trip through a JSON number unchanged."""

MAX_MAGNITUDE = Decimal("1e15")
_WHOLE = 10**MAX_DIGITS
MAX_PLACES = 15
_WITHOUT_ROUNDING = Context(prec=MAX_DIGITS, traps=[Inexact])


class Value(BaseModel):
    """An immutable value; unknown fields are refused, so that a typing error is never swallowed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def exact(number: Any) -> Decimal:
    """Read a JSON number, or a stored decimal string, as an exact decimal in its shortest form.

    Raises ValueError for booleans, NaN, infinity and anything past 15 significant digits.
    """
    if type(number) is int and -_WHOLE < number < _WHOLE:
        return Decimal(number)
    if isinstance(number, bool) or not isinstance(number, int | float | str | Decimal):
        raise ValueError("give a number")
    try:
        decimal = Decimal(repr(number) if isinstance(number, float) else number)
    except InvalidOperation:
        raise ValueError("give a number") from None
    if not decimal.is_finite():
        raise ValueError("give a finite number; NaN and infinity cannot be recorded")
    if decimal == 0:
        return Decimal(0)
    too_long = f"give a number of at most {MAX_DIGITS} significant digits"
    try:
        decimal = decimal.normalize(_WITHOUT_ROUNDING)
    except Inexact:
        raise ValueError(too_long) from None
    exponent = int(decimal.as_tuple().exponent)
    if abs(decimal) >= MAX_MAGNITUDE or exponent < -MAX_PLACES:
        raise ValueError(too_long)
    return decimal if exponent <= 0 else decimal.quantize(Decimal(1))


def as_text(decimal: Decimal) -> str:
    """Write a decimal the way it is stored: plain digits, never an exponent."""
    return format(decimal, "f")


def as_json_number(decimal: Decimal) -> int | float:
    """Write a decimal the way it travels: a JSON number that reads back to the same decimal."""
    return int(decimal) if decimal == decimal.to_integral_value() else float(decimal)


def _positive_or_zero(decimal: Decimal) -> Decimal:
    if decimal < 0:
        raise ValueError("give a weight of 0 or more")
    return decimal


def _score(decimal: Decimal) -> Decimal:
    if not 0 <= decimal <= 1 or decimal != decimal.quantize(Decimal("0.01")):
        raise ValueError("give a score between 0.0 and 1.0 with at most two decimals")
    return decimal


def _confidence(level: Any) -> Any:
    if isinstance(level, bool) or not isinstance(level, int):
        raise ValueError("give a whole number from 0 to 10")
    return level


def _present(text: str) -> str:
    if not text.strip():
        raise ValueError("give a text that is not blank")
    return _storable(text)


def _storable(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    if "\x00" in text:
        raise ValueError("leave out the NUL character; no database stores it")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("leave out lone surrogates; they are halves of a character") from None
    return text


def _written(instant: Any) -> Any:
    if isinstance(instant, int | float):
        raise ValueError("give an instant as text, for instance 2026-03-01T00:00:00Z")
    return instant


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("give an instant with its time zone, for instance 2026-03-01T00:00:00Z")
    return instant.astimezone(UTC)


def said(instant: datetime) -> str:
    """An instant as people are told it: RFC 3339 in UTC with Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _resolve(reference: Any, info: ValidationInfo) -> Any:
    """Turn a source's own id into ours while a history is imported; leave ours alone otherwise."""
    if info.context and isinstance(reference, str):
        return source_id(info.context["source"], reference)
    return reference


T = TypeVar("T")

IMPORT_NAMESPACE = UUID("6ba2f6a4-53d1-5a3c-9c3e-0d3b0f2c7a11")


def id_within(namespace: UUID, name: str) -> UUID:
    """The `uuid5` of a name. The library's function looks for its hash anew at every call."""
    digest = sha1(namespace.bytes + name.encode(), usedforsecurity=False).digest()
    return UUID(bytes=digest[:16], version=5)


@lru_cache(maxsize=1_024)
def _namespace(source: str) -> UUID:
    return id_within(IMPORT_NAMESPACE, source)


def event_id(source: str, reference: str, at: datetime, number: int) -> UUID:
    """The id of the event of that number of a line, from 0, the same at every import."""
    name = f"line {reference} {number}".encode()
    digest = sha1(_namespace(source).bytes + name, usedforsecurity=False).digest()
    return timed(at, digest[:10])


@lru_cache(maxsize=65_536)
def source_id(source: str, reference: str) -> UUID:
    """The id under which `reference` of `source` is recorded here, the same at every import.

    Lines name the same few people and key results again and again, so each is worked out once.
    """
    return id_within(_namespace(source), reference)


Exact = Annotated[
    Decimal,
    BeforeValidator(exact),
    PlainSerializer(as_text, return_type=str, when_used="always"),
    WithJsonSchema({"type": "number"}),
]
Measured = StrictBool | Exact
"""What a check-in says: a yes or no, or a number; the word "yes" is neither."""

Weight = Annotated[Exact, AfterValidator(_positive_or_zero)]
Score = Annotated[Exact, AfterValidator(_score)]
Confidence = Annotated[int, Field(ge=0, le=10), BeforeValidator(_confidence)]
Title = Annotated[str, AfterValidator(_present), Field(min_length=1, max_length=500)]
Text = Annotated[str, Field(max_length=20_000), BeforeValidator(_storable)]
Reference = Annotated[str, Field(max_length=400), BeforeValidator(_storable)]
"""What another system calls a thing."""
Sentence = Annotated[str, AfterValidator(_present), Field(max_length=20_000)]
Instant = Annotated[datetime, BeforeValidator(_written), AfterValidator(_utc)]
Id = Annotated[UUID, BeforeValidator(_resolve)]


class Commitment(StrEnum):
    """How firmly a goal is meant: a promise, a stretch, or something to find out."""

    COMMITTED = "committed"
    ASPIRATIONAL = "aspirational"
    LEARNING = "learning"


class ReasonCode(StrEnum):
    """Why a change was made, in the five words that retrospectives count."""

    WORLD_CHANGED = "world_changed"
    PRIORITY_CHANGED = "priority_changed"
    WAS_WRONG = "was_wrong"
    IRRELEVANT = "irrelevant"
    OTHER = "other"


class Reason(Value):
    """Why a change was made: a code that can be counted, a text that can be read, or both."""

    code: ReasonCode | None = None
    text: Annotated[Text, Field(max_length=2000)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.code is None and not (self.text or "").strip():
            raise ValueError("give a code, a text or both")
        return self


class Owner(Value):
    """Who an objective or key result belongs to."""

    type: Literal["unit", "person"]
    id: Id


class Actor(Value):
    """Who made a change; names stand only in `Person` streams, so that they can be forgotten."""

    id: str
    kind: Literal["person", "service", "import"]
    on_behalf_of: str | None = None

    @property
    def voice(self) -> str:
        """Whose ownership and memberships count: the actor's, or who a service acts for."""
        return self.on_behalf_of or self.id

    @property
    def speaks_for_all(self) -> bool:
        """A service acts for the whole organisation; a person only for what they own or lead."""
        return self.kind != "person" and self.on_behalf_of is None


class Moved(Value, Generic[T]):
    """One field's old and new value, so that a change can be read without its predecessors."""

    old: T
    new: T


def moved(old: T, new: T) -> Moved[T] | None:
    """The change from `old` to `new`, or None where nothing changed."""
    return None if old == new else Moved(old=old, new=new)
