"""`okr keys`: API keys made, listed, rotated and revoked."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
import typer
from rich.table import Table

from api.access.api_keys import ApiKey, digest_of, new_secret, parts
from api.access.identity import RESERVED, Scope, is_service_name
from api.access.key_table import KeyTable
from api.commands.opening import opened, settings
from api.commands.terminal import CommandFailed, err, out
from domain.errors import PersonNotFound
from domain.mandate import OrganisationRole

keys = typer.Typer(
    help="Make, list, rotate and revoke the API keys that OKR_AUTH=keys and OKR_AUTH=both take."
)

Database = Annotated[
    str | None,
    typer.Option(
        "--database", "-d", help="A file or an address; OKR_DATABASE or okr.db by default."
    ),
]


def _id_of(given: str) -> str:
    """The id of a key, also of a whole one: a refusal would repeat its secret."""
    whole = parts(given)
    return given if whole is None else whole[0]


KeyId = Annotated[
    str,
    typer.Argument(help="The id of a key, as okr keys list shows it.", callback=_id_of),
]
LONGEST_DAYS = 36_500
LONGEST_OVERLAP_HOURS = 8_760
"""A century and a year; longer is a slip of the hand, and the calendar ends at some time."""


@keys.command(epilog="Example: okr keys create --service ci-bot --role member --days 90")
def create(
    person: Annotated[UUID | None, typer.Option(help="The id of the person who holds it.")] = None,
    service: Annotated[str | None, typer.Option(help="The name of the service.")] = None,
    role: Annotated[
        list[OrganisationRole] | None, typer.Option(help="A role; more than one may be given.")
    ] = None,
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="What it may be used for; read, write and export if left out."),
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, max=LONGEST_DAYS, help="For how many days it holds.")
    ] = 365,
    database: Database = None,
) -> None:
    """Make a key, and show it this once. Without a role its holder is a member."""
    with opened(settings(database)) as history:
        kind, holder = _holder(person, service)
        if person is not None:
            try:
                history.desk.book().person(person)
            except PersonNotFound:
                raise CommandFailed(f"Nobody with the id {person} is registered.") from None
        now = datetime.now(UTC)
        key = ApiKey(
            id="",
            digest="",
            holder_kind=kind,
            holder=holder,
            roles=frozenset(role or [OrganisationRole.MEMBER]),
            scopes=frozenset(scope or [Scope.READ, Scope.WRITE, Scope.EXPORT]),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        with closing(KeyTable(history.settings.where)) as table:
            _make(table, key)


@keys.command("list", epilog="Examples: okr keys list · okr keys list --json | jq -r .holder")
def list_keys(
    database: Database = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object a line, for scripts.")
    ] = False,
) -> None:
    """List the keys: whose each is, what it may do, until when, and when it was last used."""
    if as_json:
        with _table(database) as table:
            for key in table.all():
                out.print(_as_json(key), markup=False)
        return
    listed = Table(title="API keys")
    listed.add_column("key", no_wrap=True)
    for heading in ("holder", "roles", "scopes", "state", "last used"):
        listed.add_column(heading, overflow="fold")
    now = datetime.now(UTC)
    with _table(database) as table:
        for key in table.all():
            used = "never" if key.last_used_at is None else _minute(key.last_used_at)
            listed.add_row(
                key.id,
                f"{key.holder_kind} {key.holder}",
                " ".join(sorted(key.roles)),
                " ".join(sorted(key.scopes)),
                _state(key, now),
                used,
            )
    out.print(listed)


@keys.command(epilog="Example: okr keys rotate 0123456789ab --overlap-hours 24")
def rotate(
    key_id: KeyId,
    overlap_hours: Annotated[
        int,
        typer.Option(
            min=0, max=LONGEST_OVERLAP_HOURS, help="For how many hours the old key still holds."
        ),
    ] = 24,
    database: Database = None,
) -> None:
    """Make a new key in place of an old one, which holds for a while yet."""
    with _table(database) as table:
        old = _existing(table, key_id)
        now = datetime.now(UTC)
        if not old.holds_at(now):
            raise CommandFailed(f"The key {key_id} does not hold any more; make a new one.")
        length = None if old.expires_at is None else old.expires_at - old.created_at
        _make(
            table,
            replace(
                old,
                created_at=now,
                expires_at=None if length is None else now + length,
                last_used_at=None,
            ),
        )
        ends = now + timedelta(hours=overlap_hours)
        table.expire(old.id, ends if old.expires_at is None else min(ends, old.expires_at))
    held = "1 hour" if overlap_hours == 1 else f"{overlap_hours} hours"
    err.print(
        f"The key {key_id} holds for {held} more."
        if overlap_hours
        else f"The key {key_id} does not hold any more."
    )


@keys.command(epilog="Example: okr keys revoke 0123456789ab")
def revoke(key_id: KeyId, database: Database = None) -> None:
    """Let a key be of no use any more; every server knows within a second or so."""
    with _table(database) as table:
        _existing(table, key_id)
        table.revoke(key_id, datetime.now(UTC))
    err.print(f"The key {key_id} is revoked.")


def _holder(person: UUID | None, service: str | None) -> tuple[Literal["person", "service"], str]:
    """Who a key is for; a service is never named like a person, nor like what has no name."""
    if (person is None) == (service is None):
        raise CommandFailed("Say who holds the key: --person ID or --service NAME, one of them.")
    if person is not None:
        return "person", str(person)
    if not is_service_name(str(service)):
        raise CommandFailed(
            "Name the service with 2 to 31 small letters, digits and single hyphens, "
            "beginning with a letter; "
            f"{' and '.join(RESERVED)} are taken."
        )
    return "service", str(service)


@contextmanager
def _table(database: str | None) -> Generator[KeyTable]:
    """The keys of a history, to be closed at the end."""
    with (
        opened(settings(database), begun=True) as history,
        closing(KeyTable(history.settings.where)) as table,
    ):
        yield table


def _existing(table: KeyTable, key_id: str) -> ApiKey:
    key = table.find(key_id)
    if key is None:
        raise CommandFailed(f"There is no key {key_id}; okr keys list shows those there are.")
    return key


def _make(table: KeyTable, described: ApiKey) -> None:
    """Keep a new key, and show its secret the only time."""
    key_id, secret, shown = new_secret()
    table.add(replace(described, id=key_id, digest=digest_of(secret)))
    err.print("This key is shown once; keep it where secrets are kept.")
    out.print(shown, markup=False)


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at is not None:
        return f"revoked {_minute(key.revoked_at)}"
    if key.expires_at is None:
        return "holds"
    return f"{'until' if key.holds_at(now) else 'ended'} {_minute(key.expires_at)}"


def _as_json(key: ApiKey) -> str:
    """Everything about a key but its digest."""
    told: dict[str, Any] = {one.name: getattr(key, one.name) for one in fields(key)}
    del told["digest"]
    told |= {"roles": sorted(key.roles), "scopes": sorted(key.scopes)}
    return orjson.dumps(told, option=orjson.OPT_UTC_Z).decode()


def _minute(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
