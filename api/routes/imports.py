"""Importing a history over HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated

import orjson
from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api import threads
from api.access.identity import TheIdentity
from api.caller import TheHistory
from api.documented import RECORDED, Responses, refusals
from api.importing import import_lines
from api.models.imports import Imported
from api.negotiation import JSON, chosen
from api.problems import UnsupportedMediaTypeError
from api.routing import concept
from domain.errors import AdminsOnly

router = concept("imports")
LINES = ("application/jsonl", "application/x-ndjson")
IN_MEMORY = 1024 * 1024
MAX_FILE = 512 * 1024 * 1024
"""How many bytes a history sent over HTTP may have; larger ones are imported by `okr import`."""

_ANSWERS: Responses = {
    200: {"model": Imported, "description": "What was recorded.", "headers": RECORDED},
    **refusals(400, 403, 406, 409, 413, 415, 422, 500, 503, 507),
}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "Lines of the neutral history format, in the order they were recorded.",
        "content": {"application/jsonl": {"schema": {"type": "string"}}},
    }
}


@router.post("/imports", responses=_ANSWERS, openapi_extra=_BODY)
async def import_history(
    request: Request,
    history: TheHistory,
    identity: TheIdentity,
    dry_run: Annotated[bool, Query(description="Say what would happen, record nothing.")] = False,
) -> Response:
    """Record a history with its own actors and times; known lines record nothing."""
    chosen(request, JSON)
    if identity.mandate is not None and not identity.mandate.administers:
        raise AdminsOnly("Ask an admin to import history.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in LINES:
        raise UnsupportedMediaTypeError("Send the lines with Content-Type: application/jsonl.")
    async with _received(request) as lines:
        taking_in = partial(import_lines, history.desk, lines, dry_run=dry_run)
        report = await threads.run(threads.changing, taking_in)
    headers: dict[str, str] = {}
    if report.recorded and not dry_run:
        headers["X-Position"] = str(await run_in_threadpool(history.log.head))
    return Response(orjson.dumps(asdict(report)), 200, headers, JSON)


@asynccontextmanager
async def _received(request: Request) -> AsyncGenerator[IO[bytes]]:
    """The body as a file, read whole before anything is recorded of it."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > MAX_FILE:
                raise HTTPException(413)
            await run_in_threadpool(file.write, chunk)
        file.seek(0)
        yield file
