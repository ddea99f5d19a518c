"""Where a list goes on: the instants it is pinned to, the last item seen, and the list's name."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.models.questions import MAX_POSITION
from api.problems import ForeignCursorError
from projections.instants import Moment
from projections.plain import from_micros, micros
from projections.sight import Sight

_EARLIEST, _LATEST = -62_135_596_800_000_000, 253_402_300_799_999_999


class Cursor(BaseModel):
    """What a cursor holds; opaque to callers."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    list: str
    as_of: int = Field(ge=_EARLIEST, le=_LATEST)
    known_at: int = Field(ge=_EARLIEST, le=_LATEST)
    position: int = Field(ge=0, le=MAX_POSITION)
    after: Annotated[int, Field(ge=0, le=MAX_POSITION)] | str
    back: bool
    """Whether it leads to the page before the item, instead of the page after it."""

    def moment(self, sight: Sight) -> Moment:
        """The moment that the first page was asked about, as it is seen today."""
        as_of, known_at = from_micros(self.as_of), from_micros(self.known_at)
        return Moment(as_of, known_at, self.position, sight)

    def text(self) -> str:
        """The cursor as it travels."""
        return base64.urlsafe_b64encode(self.model_dump_json().encode()).decode().rstrip("=")


def cursor_past(name: str, moment: Moment, after: int | str, *, back: bool = False) -> Cursor:
    """The cursor that continues a list after an item, or goes back before it."""
    return Cursor(
        list=name,
        as_of=moment.micros,
        known_at=micros(moment.known_at),
        position=moment.position,
        after=after,
        back=back,
    )


def list_name(path: str, filters: dict[str, Any]) -> str:
    """A short name for a list: the same path and filters, the same name."""
    asked = json.dumps([path, filters], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()[:12]


def read_cursor(text: str, name: str) -> Cursor:
    """The cursor behind its text. Raises ForeignCursorError for one of another list."""
    try:
        padded = text + "=" * (-len(text) % 4)
        cursor = Cursor.model_validate_json(base64.urlsafe_b64decode(padded.encode()))
    except (binascii.Error, ValueError, ValidationError):
        raise ForeignCursorError("Give a cursor as this list answered it.") from None
    if cursor.list != name:
        raise ForeignCursorError("Repeat the path, filters and order that gave this cursor.")
    return cursor
