"""`okr retrospective`: a cycle looked back on, as a page, a document or JSON."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import orjson

from api.commands.opening import build_views, opened
from api.commands.terminal import CommandFailed, bar, err
from api.history import History, Question
from api.models.words import instant, instant_or_position
from api.report import writing
from api.report.words import Language
from api.settings import Settings
from projections.instants import BeyondTheLogError
from projections.naming import named
from projections.retrospective.report import retrospective
from projections.retrospective.scope import Scope

FORMS = (".html", ".md", ".json")
_STEPS = 2


class Asked(NamedTuple):
    """What somebody asks for on the command line, as it was typed."""

    cycle: str
    output: Path
    lang: Language = "en"
    unit: str | None = None
    person: str | None = None
    as_of: str | None = None
    known_at: str | None = None


def write_retrospective(chosen: Settings, asked: Asked) -> None:
    """Write the file. Raises CommandFailed for what cannot be found, read or written."""
    if asked.output.suffix not in FORMS:
        raise CommandFailed(f"{asked.output} ends in none of {', '.join(FORMS)}; name it so.")
    with opened(chosen, begun=True) as history:
        build_views(history)
        try:
            with history.ask(*_moment(asked)) as question:
                made = _made(history, question, asked)
        except BeyondTheLogError as error:
            raise CommandFailed(f"--known-at cannot be used: {error}") from None
    try:
        asked.output.write_bytes(made)
    except OSError as error:
        raise CommandFailed(
            f"{asked.output} cannot be written ({error.strerror}); choose another place."
        ) from None
    err.print(f"{asked.output} written, {max(1, len(made) // 1_000):,} kB.")


def _moment(asked: Asked) -> tuple[datetime | None, datetime | int | None]:
    """As of when and as known when. Raises CommandFailed for what is no instant."""
    option = "--as-of"
    try:
        as_of = None if asked.as_of is None else instant(asked.as_of)
        option = "--known-at"
        known_at = None if asked.known_at is None else instant_or_position(asked.known_at)
    except ValueError as error:
        raise CommandFailed(f"{option} cannot be used: {error}") from None
    return as_of, known_at


def _made(history: History, question: Question, asked: Asked) -> bytes:
    """What the file holds."""
    cycle_id = _found(question, "cycle", asked.cycle)
    unit_id = None if asked.unit is None else _found(question, "unit", asked.unit)
    person_id = None if asked.person is None else _found(question, "person", asked.person)
    with bar("Looking back", _STEPS) as advance:
        scope = Scope(unit_id, person_id)
        found = retrospective(question.connection, cycle_id, question.moment, history.zone, scope)
        if found is None:
            raise CommandFailed(f"{asked.cycle} did not exist yet then; ask about a later instant.")
        advance(1)
        if asked.output.suffix == ".json":
            return orjson.dumps(found.model_dump(mode="json") | question.moment.as_json())
        form = writing.HTML if asked.output.suffix == ".html" else writing.MARKDOWN
        said = writing.Asked(question, found, history.zone)
        return writing.written(said, form, asked.lang).encode()


def _found(question: Question, kind: str, said: str) -> str:
    """The id behind an id or a name. Raises CommandFailed where there is none, or several."""
    known = named(question.connection, kind, question.moment)
    try:
        wanted = str(UUID(said))
    except ValueError:
        wanted = said
    found = [one for one, name in known.items() if wanted in (one, name)]
    if not found:
        names = ", ".join(sorted(filter(None, known.values()))[:8])
        there_are = f"there are: {names}" if names else "then there was none yet"
        raise CommandFailed(f"There is no {kind} {said!r}; {there_are}.")
    if len(found) > 1:
        raise CommandFailed(f"Several are called {said!r}: {', '.join(found)}; give an id.")
    return found[0]
