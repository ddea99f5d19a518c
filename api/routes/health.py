"""Whether this process lives, and whether it can answer.

Nobody who asks this waits for the questions of others: a process that does not answer is ended.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import OperationalError

from api.caller import TheHistory
from api.documented import refusals
from api.history import History
from api.metrics import Meters
from api.models.health import Alive, Ready
from api.negotiation import JSON
from api.routing import concept
from domain.log import LogUnavailableError
from projections.set_aside import how_many, listed

router = concept("operation", prefix="")


@router.get("/livez", response_model=Alive)
async def live() -> dict[str, str]:
    """Say that the process lives."""
    return {"status": "alive"}


@router.get(
    "/readyz", responses={200: {"model": Ready}, 503: {"model": Ready, "description": "Not ready"}}
)
async def ready(history: TheHistory) -> Response:
    """Say whether the database can be used, and how far the views are behind the log."""
    return await run_in_threadpool(_ready, history)


def _ready(history: History) -> Response:
    answer: dict[str, Any] = {"status": "ready", "version": version("okr-history")}
    try:
        head = history.log.head()
        with history.views.read() as connection:
            left_out, first = how_many(connection), listed(connection, LISTED)
    except (LogUnavailableError, OperationalError):
        return _answered(503, answer | _NOT_READY)
    lag = max(0, head - history.projector.position)
    status = "degraded" if left_out else "ready"
    stands = {"database": "ok", "position": head, "lag": lag}
    aside = {"set_aside": left_out, "set_aside_first": first}
    return _answered(200, answer | {"status": status} | stands | aside)


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={
        200: {"description": "Metrics in the text format of Prometheus."},
        **refusals(500, 503),
    },
)
async def metrics(request: Request) -> Response:
    """Count requests, saves, conflicts and refusals; say how far log and views have come."""
    meters: Meters = request.app.state.meters
    return Response(await run_in_threadpool(meters.exposed), media_type=CONTENT_TYPE_LATEST)


LISTED = 10
_NOT_READY: dict[str, Any] = {
    "status": "not ready",
    "database": "unavailable",
    "position": None,
    "lag": None,
    "set_aside": None,
    "set_aside_first": [],
}


def _answered(status: int, answer: dict[str, Any]) -> Response:
    later = {"Retry-After": "1"} if status == 503 else {}
    return Response(orjson.dumps(answer), status, later, JSON)
