"""Finds out who calls before anything else is done with a request."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from uuid import UUID

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from api import problems
from api.access import refusals
from api.access.identity import Identity, Scope
from api.access.lasting import SignedOutError, cut_off, while_signed_in
from api.access.limits import RateLimit, caller_in
from api.access.security_log import refused
from api.access.shares import Held, Share, Shares
from api.access.signing import Signing
from api.settings import Settings
from domain.log import LogUnavailableError
from domain.mandate import Mandate, OrganisationRole

OPEN_PATHS = frozenset(
    {"/", "/livez", "/readyz", "/openapi.json", "/openapi-3.1.json", "/docs", "/problems"}
)
"""What whoever looks after the server, or reads its documentation, may see without signing in."""

_OPEN_FOLDERS = ("/docs/files/", "/problems/")
"""The files of the documentation's viewer, and what each problem means."""

_BEARER = re.compile(r"[Bb]earer +([A-Za-z0-9._~+/=-]{1,8192})")


class SignIn:
    """Puts the caller's identity into the request, or refuses it."""

    def __init__(
        self, app: ASGIApp, signing: Signing, limit: RateLimit, settings: Settings
    ) -> None:
        self._app = app
        self._signing = signing
        self._limit = limit
        most = {Held.STREAM: settings.max_streams, Held.WAIT: settings.max_waits}
        self._shares = Shares(most)

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        token = _token(headers)
        guesses = token is not None and self._signing.asks_the_database(token)
        if guesses and self._limit.is_spent(scope):
            await self._limit.refuse(scope, receive, send)
            return
        try:
            identity = await run_in_threadpool(self._identity, headers, token)
            _check_scope(identity, scope["method"], scope["path"])
        except problems.RequestError as error:
            refused(scope, error.problem, error.detail)
            answer = problems.answer(
                Request(scope), error.problem, error.detail, headers=error.headers
            )
        except (LogUnavailableError, DBAPIError, NoConnectionFreeError):
            unavailable = problems.LOG_UNAVAILABLE
            answer = problems.answer(
                Request(scope), unavailable, unavailable.explanation, headers={"Retry-After": "1"}
            )
        else:
            state = scope.setdefault("state", {})
            state["identity"], state["actor"] = identity, identity.actor.id
            state["still_in"] = partial(self._is_still, identity, headers, token)
            answer = self._app
        await self._answer(answer, scope, receive, send)

    async def _answer(
        self, answer: ASGIApp, scope: Connection, receive: Receive, send: Send
    ) -> None:
        """Count the caller, and what the answer holds while it lasts.

        Whoever tries keys is counted like everybody else, by their address.
        """
        share = Share(self._shares, caller_in(scope))
        scope.setdefault("state", {})["share"] = share
        try:
            lasting = while_signed_in(scope, send)
            await self._limit.let_through(answer, scope, receive, lasting)
        except SignedOutError as out:
            refused(scope, refusals.SignInRequiredError.problem, "The key or token has ended.")
            if not out.is_told:
                cut_off(scope)
        finally:
            share.give_back()

    def _is_still(self, identity: Identity, headers: Headers, token: str | None) -> bool:
        """Whether the same token still signs the same caller in. Raises LogUnavailableError."""
        try:
            return self._identity(headers, token) == identity
        except problems.RequestError:
            return False
        except (DBAPIError, NoConnectionFreeError) as cause:
            raise LogUnavailableError("Who calls cannot be found out now.") from cause

    def _identity(self, headers: Headers, token: str | None) -> Identity:
        if "x-actor" in headers:
            raise refusals.ActorIsTheCallerError(
                "Leave X-Actor out: changes are recorded under the name of who signed in."
            )
        if "authorization" not in headers:
            raise refusals.sign_in_required("Send Authorization: Bearer and a token or key.")
        identity = None if token is None else self._signing.recognise(token)
        if identity is None:
            raise refusals.sign_in_required(
                "The token is not valid, or not any more; get a new one.", invalid=True
            )
        named = headers.get("x-on-behalf-of")
        return identity if named is None else self._behalf(identity, named)

    def _behalf(self, identity: Identity, named: str) -> Identity:
        """A service acting for a person: as a member, whatever else it may itself."""
        if Scope.ON_BEHALF_OF not in identity.scopes or identity.actor.kind != "service":
            raise refusals.ScopeMissingError(
                "Only a service whose key has the scope on_behalf_of may act for somebody."
            )
        try:
            person_id = UUID(named)
        except ValueError:
            raise problems.UnknownActorError(
                "Give the id of a person, a UUID, in X-On-Behalf-Of."
            ) from None
        if not self._signing.is_person(person_id):
            raise problems.UnknownActorError(f"Nobody with the id {person_id} is registered.")
        takes_part = identity.mandate is None or identity.mandate.takes_part
        role = OrganisationRole.MEMBER if takes_part else OrganisationRole.READER
        actor = identity.actor.model_copy(update={"on_behalf_of": str(person_id)})
        return replace(identity, actor=actor, mandate=Mandate(frozenset({role})))


def _token(headers: Headers) -> str | None:
    """What `Authorization: Bearer` brings; None where it brings nothing of that form."""
    match = _BEARER.fullmatch(headers.get("authorization", ""))
    return None if match is None else match[1]


def is_open(path: str) -> bool:
    """Whether a path is answered without signing in."""
    return path in OPEN_PATHS or path.startswith(_OPEN_FOLDERS)


def _check_scope(identity: Identity, method: str, path: str) -> None:
    if path == "/v1/imports":
        wanted = Scope.IMPORT
    else:
        wanted = Scope.READ if method in ("GET", "HEAD", "OPTIONS") else Scope.WRITE
    if wanted not in identity.scopes:
        raise refusals.ScopeMissingError(
            f"The key lacks the scope {wanted}; ask for one that has it."
        )
