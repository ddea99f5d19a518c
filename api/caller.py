"""Who asks for a change, under which conditions, and how it is carried out and answered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID, uuid4, uuid5

from fastapi import Depends, Header, Request, Response
from fastapi.concurrency import run_in_threadpool

from api import answers, negotiation
from api.access.identity import LOCAL, Identity, TheIdentity
from api.conditions import digest_of, versions_of
from api.history import History
from api.models.words import Body
from api.problems import (
    UnknownActorError,
    UnsupportedMediaTypeError,
    request_id_of,
)
from api.written import Written
from domain.desk import Expected, Outcome, Word
from domain.errors import PersonNotFound, VersionChanged
from domain.log import Key
from domain.record import Command, Context
from domain.values import Actor
from domain.visible import check_seen

_KEY_NAMESPACE = UUID("0f9f6d5e-4c0a-5f6c-8a57-1f1c0f2f5a77")


# What waits for nothing is `async` here: for anything else the framework changes threads, which
# costs more than most of it.


async def history_of(request: Request) -> History:
    """The recorder that this app was made for."""
    return request.app.state.history


TheHistory = Annotated[History, Depends(history_of)]


async def actor_of(
    history: TheHistory, identity: TheIdentity, x_actor: Annotated[str | None, Header()] = None
) -> Actor:
    """Who signed in; where nobody does, the person whom `X-Actor` names, or the service `local`."""
    if identity.mandate is not None:
        return identity.actor
    return LOCAL if x_actor is None else await run_in_threadpool(_person, history, x_actor)


def _person(history: History, x_actor: str) -> Actor:
    try:
        person = history.desk.book().person(UUID(x_actor))
    except ValueError:
        raise UnknownActorError("Give the id of a person, a UUID, in X-Actor.") from None
    except PersonNotFound:
        raise UnknownActorError(
            f"Nobody with the id {UUID(x_actor)} is registered; register the person first."
        ) from None
    return Actor(id=str(person.id), kind="person")


async def json_only(request: Request) -> None:
    """Refuse a body that is not JSON before anybody looks for fields in it.

    So is a caller who takes no JSON, before anything is recorded for an answer they would not read.
    Raises UnsupportedMediaTypeError, or NotAcceptableError.
    """
    negotiation.chosen(request, negotiation.JSON)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if await request.body() and not re.fullmatch(r"application/(json|.+\+json)", media_type):
        raise UnsupportedMediaTypeError(
            "Send the body as JSON, with Content-Type: application/json."
        )


async def key_of(
    actor: Annotated[Actor, Depends(actor_of)],
    digest: Annotated[str, Depends(digest_of)],
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=200,
            description="The same key and body again records nothing more.",
        ),
    ] = None,
) -> Key | None:
    """The name under which this request is recorded at most once, for ever."""
    if idempotency_key is None:
        return None
    behalf = actor.on_behalf_of
    return Key(actor.id if behalf is None else f"{actor.id}:{behalf}", idempotency_key, digest)


class Caller:
    """One request for a change: its author, its conditions, and its answer."""

    def __init__(
        self,
        request: Request,
        history: History,
        identity: Identity,
        actor: Actor,
        key: Key | None,
        versions: frozenset[int] | None,
    ) -> None:
        request.state.actor = actor.id
        self._request = request
        self._history = history
        self._identity = identity
        self._actor = actor
        self._key = key
        self._versions = versions

    def new_id(self) -> UUID:
        """An id for what the request creates; with a key the same at every repetition."""
        if self._key is None:
            return uuid4()
        return uuid5(_KEY_NAMESPACE, f"{self._key.scope}\n{self._key.key}")

    def carry_out(
        self, body: Body | None, commands: Sequence[Command], on: tuple[Word, UUID] | None
    ) -> Outcome:
        """Carry the commands out together; `on` is what `If-Match` speaks of."""
        expected = None
        if on is not None and self._versions is not None:
            expected = Expected(*on, self._versions)
        with self._history.running.alone(self._key):
            return self._history.desk.carry_out(commands, self._context(body), self._key, expected)

    def _context(self, body: Body | None) -> Context:
        return Context(
            actor=self._actor,
            now=self._history.desk.now(),
            reason=None if body is None else body.reason,
            effective_at=None if body is None else body.effective_at,
            request_id=request_id_of(self._request.scope),
            mandate=self._identity.mandate,
        )

    def change(
        self,
        body: Body | None,
        commands: Sequence[Command],
        word: Word,
        entity_id: UUID,
        show: answers.Show | None = None,
    ) -> Response:
        """Carry commands out on an entity, and answer how it now is, or what `show` finds."""
        if not commands:
            # No rule is asked where nothing is to change, yet the answer shows the whole of it.
            check_seen(self._history.desk.book(), word, entity_id, self._context(body))
        outcome = self.carry_out(body, commands, (word, entity_id))
        return self._answer(outcome, show or answers.entity(word, entity_id), 200, {})

    def create(
        self,
        body: Body,
        command: Command,
        location: str,
        show: answers.Show,
        on: tuple[Word, UUID] | None = None,
    ) -> Response:
        """Carry a command out that creates what `show` finds, and say where it is.

        Raises VersionChanged where `If-Match` asks for a version of what there is not yet.
        """
        if on is None and self._versions is not None:
            raise VersionChanged("It is still to be made and has no version; leave If-Match out.")
        outcome = self.carry_out(body, [command], on)
        return self._answer(outcome, show, 201, {"Location": location})

    def _answer(
        self, outcome: Outcome, show: answers.Show, status: int, headers: Mapping[str, str]
    ) -> Response:
        return Written(self._history, self._identity.viewer, outcome, show, status, headers)


async def caller_of(
    request: Request,
    history: TheHistory,
    _json: Annotated[None, Depends(json_only)],
    identity: TheIdentity,
    actor: Annotated[Actor, Depends(actor_of)],
    key: Annotated[Key | None, Depends(key_of)],
    versions: Annotated[frozenset[int] | None, Depends(versions_of)],
) -> Caller:
    """The request for a change that this is."""
    return Caller(request, history, identity, actor, key, versions)


TheCaller = Annotated[Caller, Depends(caller_of)]
