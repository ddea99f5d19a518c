"""Refusals as security events, on a logger of their own, with fields that a machine can read."""

from __future__ import annotations

import logging

from starlette.types import Scope as Connection

from api.access.identity import identity_if_any
from api.problems import Problem, request_id_of

_log = logging.getLogger("okr.security")


def refused(scope: Connection, problem: Problem, detail: str, *, hidden: bool = False) -> None:
    """Note that a request was refused: whose, what they asked for, and why; never a token."""
    identity, client = identity_if_any(scope), scope.get("client")
    fields = {
        "event": "refused",
        "problem": problem.name,
        "status": problem.status,
        "hidden": hidden,
        "method": scope["method"],
        "path": scope["path"],
        "actor": None if identity is None else identity.actor.id,
        "on_behalf_of": None if identity is None else identity.actor.on_behalf_of,
        "key_id": None if identity is None else identity.key_id,
        "client": None if client is None else client[0],
        "request_id": request_id_of(scope),
    }
    _log.warning("refused: %s %s: %s", scope["method"], scope["path"], detail, extra=fields)
