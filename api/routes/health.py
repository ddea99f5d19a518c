"""Whether this process lives, and whether it can answer."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import orjson
from fastapi import APIRouter, Response

from api.answers import JSON
from api.caller import TheHistory
from api.models.histories import Alive, Ready
from domain.log import LogUnavailableError

router = APIRouter(tags=["operation"])


@router.get("/livez", response_model=Alive)
def live() -> dict[str, str]:
    """Say that the process lives."""
    return {"status": "alive"}


@router.get(
    "/readyz", responses={200: {"model": Ready}, 503: {"model": Ready, "description": "Not ready"}}
)
def ready(history: TheHistory) -> Response:
    """Say whether the database can be used, and how far the views are behind the log."""
    answer: dict[str, Any] = {"status": "ready", "version": version("okr-history")}
    try:
        head = history.log.head()
        lag = max(0, head - history.projector.position)
        answer |= {"database": "ok", "position": head, "lag": lag}
    except LogUnavailableError:
        answer |= {"status": "not ready", "database": "unavailable", "position": None, "lag": None}
    status = 200 if answer["status"] == "ready" else 503
    return Response(orjson.dumps(answer), status, media_type=JSON)
