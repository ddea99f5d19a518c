"""Imports history: lines of the neutral format become commands, batch after batch.

Each line is recorded under a key made from its source and its id, in the transaction of its
events. So a line that is known records nothing, and an import that was cut off continues.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from hashlib import sha256
from itertools import islice
from typing import Annotated, Any, cast

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.sentences import sentence
from domain.book import Book
from domain.catalogue import COMMANDS
from domain.desk import Desk
from domain.draft import Draft
from domain.errors import Invalid, LostRace, PersonNotFound, Refusal
from domain.log import Key, KeyTakenError, RaceLostError
from domain.record import Command, Context
from domain.times import check_times
from domain.values import Actor, Instant, Reason, Text, said, source_id

BATCH = 500
MAX_LINE_BYTES = 1_000_000
TRIES = 50


class BadLineError(Exception):
    """A line cannot be imported; nothing of its batch was recorded."""

    def __init__(self, number: int, reason: str, recorded: int) -> None:
        so_far = (
            f"Lines up to {recorded} are recorded, none after"
            if recorded
            else "Nothing is recorded"
        )
        super().__init__(
            f"Line {number}: {reason} {so_far}; mend the line and import the file again."
        )
        self.number = number
        self.reason = reason


class Named(BaseModel):
    """By what a line is known."""

    id: Annotated[Text, Field(max_length=400)]
    source: Annotated[Text, Field(max_length=100)] = "import"


def _name(line: Named) -> tuple[str, str]:
    """The scope and the name of the key under which a line is recorded."""
    return f"import:{line.source}", line.id


class Line(Named):
    """One change as the neutral format writes it; the fields of its action are the extras."""

    model_config = ConfigDict(extra="allow", frozen=True)

    at: Instant
    recorded_at: Instant | None = None
    actor: Annotated[Text, Field(max_length=400)] | None = None
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


@dataclass(slots=True)
class ImportReport:
    """What an import came to, in lines and in events."""

    lines: int = 0
    recorded: int = 0
    known: int = 0
    unchanged: int = 0
    events: int = 0
    by_action: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(slots=True)
class _Batch:
    """What one batch adds to the report once it is recorded."""

    draft: Draft
    report: ImportReport
    floor: datetime | None
    """When the last line before was recorded; the next may not say an earlier time."""
    seen: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """The digest of each line that is known, from the log or from this batch, by its name."""


def import_lines(
    desk: Desk,
    lines: Iterable[bytes],
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _lines: None,
) -> ImportReport:
    """Record every line that is new, and report what happened; `progress` hears the line count.

    A dry run decides everything and records nothing. Raises BadLineError, or a Refusal where
    others write to the same history at the same time and win.
    """
    report = ImportReport()
    dry: _Batch | None = None
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while batch := list(islice(numbered, BATCH)):
        if dry_run:
            dry = _decide(desk, batch, report, dry)
            report = dry.report
        else:
            report = _record(desk, batch, report)
        progress(batch[-1][0])
    return report


def _record(desk: Desk, batch: list[tuple[int, bytes]], report: ImportReport) -> ImportReport:
    """Record one batch whole; decide it again when somebody else wrote in between."""
    for _try in range(TRIES):
        decided = _decide(desk, batch, report)
        try:
            desk.record(decided.draft)
        except (RaceLostError, KeyTakenError):
            continue
        return decided.report
    raise LostRace("Others kept changing the same things; import the file again.")


def _decide(
    desk: Desk,
    batch: list[tuple[int, bytes]],
    before: ImportReport,
    undecided: _Batch | None = None,
) -> _Batch:
    """Decide a batch, on top of one that is not recorded where there is one.

    Raises BadLineError at the first line that is refused.
    """
    report = replace(before, by_action=dict(before.by_action))
    decided = undecided or _Batch(desk.draft(), report, desk.log.last_recorded_at())
    decided.report = report
    decided.seen |= _receipts(desk, batch)
    for number, raw in batch:
        try:
            _add(desk, decided, raw)
        except Refusal as refusal:
            reason = _in_its_own_words(refusal.message, raw)
            raise BadLineError(number, reason, before.lines) from None
        except ValidationError as error:
            raise BadLineError(number, " ".join(_sentences(error)), before.lines) from None
    report.lines = batch[-1][0]
    return decided


def _add(desk: Desk, batch: _Batch, raw: bytes) -> None:
    parsed = _parsed(raw)
    line = Line.model_validate(parsed)
    key = Key(*_name(line), _digest(parsed))
    known = batch.seen.get((key.scope, key.key))
    if known is not None:
        if known != key.digest:
            raise Invalid(f"The id {line.id!r} is known already, with other content.")
        batch.report.known += 1
        return
    batch.seen[key.scope, key.key] = key.digest
    context = _context(desk, batch.draft, line)
    check_times(context)
    _check_order(line, batch, context.now)
    events = batch.draft.add(
        line.command(), context, key, seed=source_id(line.source, f"line {line.id}")
    )
    if events:
        batch.report.recorded += 1
        batch.report.events += events
        batch.report.by_action[line.action] = batch.report.by_action.get(line.action, 0) + 1
    else:
        batch.draft.noted.append(key)
        batch.report.unchanged += 1


def _receipts(desk: Desk, batch: list[tuple[int, bytes]]) -> dict[tuple[str, str], str]:
    """The digests of those lines that the log knows, looked up together; bad ones come to light
    in their turn."""
    names: list[tuple[str, str]] = []
    for _number, raw in batch:
        with suppress(Invalid, ValidationError):
            names.append(_name(Named.model_validate(_parsed(raw))))
    return {name: receipt.digest for name, receipt in desk.log.receipts(names).items()}


def _parsed(raw: bytes) -> dict[str, Any]:
    if len(raw) > MAX_LINE_BYTES:
        raise Invalid(f"The line is longer than {MAX_LINE_BYTES} bytes.")
    try:
        line = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"This is not JSON ({error.msg.partition(':')[0]}).") from None
    if not isinstance(line, dict):
        raise Invalid("Give one JSON object a line.")
    return cast("dict[str, Any]", line)


def _digest(line: dict[str, Any]) -> str:
    """The content of a line, whatever the order of its fields."""
    return sha256(orjson.dumps(line, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _context(desk: Desk, draft: Draft, line: Line) -> Context:
    return Context(
        actor=_actor(draft, line),
        now=desk.now(),
        reason=line.reason,
        effective_at=line.at,
        recorded_at=line.recorded_at,
        imported=True,
        assumed=line.assumed,
        source=f"import:{line.source}",
    )


def _actor(draft: Draft, line: Line) -> Actor:
    """The person of that id, or the source's own word for who did it."""
    if line.actor is None:
        return Actor(id="unknown", kind="import")
    person_id = source_id(line.source, line.actor)
    try:
        Book(draft).person(person_id)
    except PersonNotFound:
        # An address would be a name, and names stand in the streams of people alone.
        nameless = str(person_id) if "@" in line.actor else line.actor
        return Actor(id=nameless, kind="import")
    return Actor(id=str(person_id), kind="person")


def _check_order(line: Line, batch: _Batch, now: datetime) -> None:
    """Lines come in the order in which they were recorded, after what the log holds already."""
    if line.recorded_at is None:
        # It is recorded when it is imported, so no later line can say an earlier time.
        batch.floor = now
        return
    if batch.floor is not None and line.recorded_at < batch.floor:
        raise Invalid(
            f"It says it was recorded at {said(line.recorded_at)}, but the history already "
            f"holds something recorded at {said(batch.floor)}; order the lines by "
            "recorded_at, and import older history into an empty database."
        )
    batch.floor = line.recorded_at


def _in_its_own_words(message: str, raw: bytes) -> str:
    """A refusal with the ids of the source, which a person can find in the file, for ours."""
    try:
        line = _parsed(raw)
    except Invalid:
        return message
    source = str(line.get("source", "import"))
    for reference in _texts(line):
        message = message.replace(str(source_id(source, reference)), repr(reference))
    return message


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in cast("dict[str, Any]", value).values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in cast("list[Any]", value):
            yield from _texts(part)


def _sentences(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_input=False, include_url=False):
        where = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            yield f"There is no field {where!r} in this action."
        elif problem["type"] == "missing":
            yield f"The field {where!r} is missing."
        else:
            yield f"{where}: {sentence(problem)}"
