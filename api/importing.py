"""Imports history: lines of the neutral format become commands, batch after batch.

Each line is recorded under a key made from its source and its id, in the transaction of its
events. So a line that is known records nothing, and an import that was cut off continues.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Literal
from uuid import UUID

from pydantic import ValidationError

from api.bad_lines import BadLineError, in_its_own_words, sentences
from api.reading import Line, Read, read_line
from domain.book import Book
from domain.catalogue import COMMANDS
from domain.desk import Desk
from domain.draft import Draft
from domain.errors import Invalid, LostRace, PersonNotFound, Refusal
from domain.log import KeyTakenError, RaceLostError
from domain.record import Context
from domain.times import check_times
from domain.values import Actor, event_id, said, source_id

BATCH = 2_000
"""How many lines at most are recorded in one transaction."""
BATCH_BYTES = 8 * 1024 * 1024
"""After how many bytes a batch ends before that: what its lines say is held in memory at once."""
TRIES = 50
_BEGINNINGS = {
    name
    for name, command in COMMANDS.items()
    # Check-ins and reviews are looked for in the stream that they are part of.
    if command.CREATES not in (None, "check_in_id", "review_id")
}


@dataclass(slots=True)
class ImportReport:
    """What an import came to, in lines and in events. Blank lines say nothing and do not count."""

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
    people: dict[tuple[str, str], Actor] = field(default_factory=dict[tuple[str, str], Actor])
    """The people that its lines named as actors, by source and reference: nobody is ever gone."""


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
    found = (read_line(number, line) for number, line in enumerate(lines, 1) if line.strip())
    for batch in _batches(found):
        if dry_run:
            dry = _decide(desk, batch, report, dry)
            report = dry.report
        else:
            report = _record(desk, batch, report)
        progress(batch[-1].number)
    return report


def _batches(found: Iterable[Read]) -> Iterator[list[Read]]:
    """The lines that are recorded together, in their order."""
    batch: list[Read] = []
    size = 0
    for read in found:
        batch.append(read)
        size += len(read.raw)
        if len(batch) == BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _record(desk: Desk, batch: list[Read], report: ImportReport) -> ImportReport:
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
    batch: list[Read],
    before: ImportReport,
    undecided: _Batch | None = None,
) -> _Batch:
    """Decide a batch, on top of one that is not recorded where there is one.

    Raises BadLineError at the first line that is refused.
    """
    report = replace(before, by_action=dict(before.by_action))
    decided = undecided or _Batch(desk.draft(), report, desk.log.last_recorded_at())
    decided.report = report
    # A dry run records nothing, however far it comes.
    reached = batch[0].number - 1 if before.lines and undecided is None else 0
    decided.seen |= _receipts(desk, batch)
    decided.draft.foresee(_unused(desk, batch))
    for read in batch:
        try:
            _add(desk, decided, read)
        except Refusal as refusal:
            reason = in_its_own_words(refusal, read.raw)
            raise BadLineError(read.number, reason, reached) from None
        except ValidationError as error:
            raise BadLineError(read.number, sentences(error), reached) from None
    report.lines += len(batch)
    return decided


def _add(desk: Desk, batch: _Batch, read: Read) -> None:
    if isinstance(read.found, Exception):
        raise read.found
    line, key = read.found
    known = batch.seen.get((key.scope, key.key))
    if known is not None:
        if known != key.digest:
            raise Invalid(f"The id {line.id!r} is known already, with other content.")
        batch.report.known += 1
        return
    batch.seen[key.scope, key.key] = key.digest
    context = _context(desk, batch, line)
    check_times(context)
    _check_order(line, batch, context.now)
    id_of = partial(event_id, line.source, line.id, line.recorded_at or line.at)
    events = batch.draft.add(line.command(), context, key, id_of)
    if events:
        batch.report.recorded += 1
        batch.report.events += events
        batch.report.by_action[line.action] = batch.report.by_action.get(line.action, 0) + 1
    else:
        batch.draft.noted.append(key)
        batch.report.unchanged += 1


def _receipts(desk: Desk, batch: list[Read]) -> dict[tuple[str, str], str]:
    """The digests of those lines that the log knows, looked up together."""
    keys = [read.found[1] for read in batch if not isinstance(read.found, Exception)]
    names = [(key.scope, key.key) for key in keys]
    return {name: receipt.digest for name, receipt in desk.log.receipts(names).items()}


def _unused(desk: Desk, batch: list[Read]) -> set[UUID]:
    """The ids of new things, looked up together, as far as nothing has them."""
    lines = [read.found[0] for read in batch if not isinstance(read.found, Exception)]
    ids = {source_id(line.source, line.id) for line in lines if line.action in _BEGINNINGS}
    return ids - desk.log.in_use(list(ids))


def _context(desk: Desk, batch: _Batch, line: Line) -> Context:
    return Context(
        actor=_actor(batch, line),
        now=desk.now(),
        reason=line.reason,
        effective_at=line.at,
        recorded_at=line.recorded_at,
        imported=True,
        assumed=line.assumed,
        source=f"import:{line.source}",
    )


def _actor(batch: _Batch, line: Line) -> Actor:
    """The person of that id, or the source's own word for who did it."""
    if line.actor is None:
        return _known_as("unknown", "import")
    person = batch.people.get((line.source, line.actor))
    if person is not None:
        return person
    person_id = source_id(line.source, line.actor)
    try:
        Book(batch.draft).person(person_id)
    except PersonNotFound:
        # An address would be a name, and names stand in the streams of people alone.
        nameless = str(person_id) if "@" in line.actor else line.actor
        return _known_as(nameless, "import")
    person = batch.people[line.source, line.actor] = _known_as(str(person_id), "person")
    return person


@lru_cache(maxsize=1_024)
def _known_as(actor_id: str, kind: Literal["person", "import"]) -> Actor:
    """Few actors make many changes; each is built once."""
    return Actor(id=actor_id, kind=kind)


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
