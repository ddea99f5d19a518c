"""Reads lines of the neutral format of history: what each says, or why it cannot be read."""

from __future__ import annotations

from difflib import get_close_matches
from hashlib import sha256
from typing import Annotated, Any, NamedTuple, cast

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api import saying_once
from api.saying_once import SaidTwiceError, may_say_twice
from domain.catalogue import COMMANDS
from domain.errors import Invalid
from domain.log import Key
from domain.record import Command
from domain.values import Instant, Reason, Reference

MAX_LINE_BYTES = 1_000_000


class Line(BaseModel):
    """One change as the neutral format writes it; the fields of its action are the extras."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: Reference
    source: Annotated[Reference, Field(max_length=100)] = "import"
    at: Instant
    recorded_at: Instant | None = None
    actor: Reference | None = None
    action: str
    reason: Reason | None = None
    assumed: tuple[str, ...] = ()

    def command(self) -> Command:
        """The command the line stands for. Raises ValidationError, or Invalid for its action."""
        command = COMMANDS.get(self.action)
        if command is None:
            close = get_close_matches(self.action, COMMANDS, 1)
            hint = f"; did you mean {close[0]}?" if close else "."
            raise Invalid(f"There is no action {self.action!r}{hint}")
        fields = dict(self.model_extra or {})
        if command.CREATES is not None:
            fields[command.CREATES] = self.id
        return command.model_validate(fields, context={"source": self.source})


class Read(NamedTuple):
    """One line of a file as it was read: once, however often its batch is decided."""

    number: int
    raw: bytes
    found: tuple[Line, Key] | Invalid | ValidationError
    """What it says and the key under which that is recorded, or what is wrong with it; that is
    told in its turn, since an earlier line may be refused first."""


def read_line(number: int, raw: bytes) -> Read:
    """The line of that number, good or bad."""
    try:
        content = parsed(raw)
        plain = _plain(raw, content)
        line = Line.model_validate(content)
    except (Invalid, ValidationError) as flaw:
        return Read(number, raw, flaw)
    return Read(
        number, raw, (line, Key(f"import:{line.source}", line.id, sha256(plain).hexdigest()))
    )


def parsed(raw: bytes) -> dict[str, Any]:
    """The JSON object of a line. Raises Invalid."""
    if len(raw) > MAX_LINE_BYTES:
        raise Invalid(f"The line is longer than {MAX_LINE_BYTES} bytes.")
    try:
        line = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"This is not JSON ({error.msg.partition(':')[0]}).") from None
    if not isinstance(line, dict):
        raise Invalid("Give one JSON object a line.")
    return cast("dict[str, Any]", line)


def _plain(raw: bytes, content: dict[str, Any]) -> bytes:
    """The content of a line, whatever the order of its fields and the spelling of its texts.

    Raises Invalid for a line that says something twice.
    """
    try:
        plain = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
        if may_say_twice(raw, plain):
            saying_once.loads(raw)
    except SaidTwiceError as twice:
        raise Invalid(f"It says {twice.name} twice in one object; say it once.") from None
    except (TypeError, ValueError, RecursionError):
        raise Invalid("It nests too deep, or a number in it is too long.") from None
    return plain
