"""The HTTP interface as one application."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.telemetry import TelemetryConfig

from api import compression, handlers, watching, wire
from api.access.limits import RateLimit
from api.access.sign_in import SignIn
from api.access.signing import Signing, sign_in
from api.history import History
from api.metrics import Meters
from api.openapi import describe
from api.pulse import Pulse
from api.routes import (
    alignments,
    boards,
    check_ins,
    cycles,
    diffs,
    explanations,
    feeds,
    health,
    imports,
    key_results,
    manual,
    objectives,
    people,
    replays,
    retrospectives,
    reviews,
    searches,
    timelines,
    trails,
    units,
)
from api.stopping import told_to_stop
from api.telemetry import from_environment

ROUTES = (
    people,
    units,
    cycles,
    boards,
    objectives,
    reviews,
    key_results,
    check_ins,
    alignments,
    trails,
    searches,
    diffs,
    timelines,
    replays,
    retrospectives,
    feeds,
    imports,
    health,
    explanations,
)
"""One module for each concept; a request is looked for in this order."""

STREAMED = frozenset({"/v1/imports"})
"""Paths that read their body as a stream, so that it may be of any size."""


def create_app(
    history: History,
    *,
    local_only: bool = False,
    telemetry: TelemetryConfig | None = None,
    counted_in: Path | None = None,
) -> FastAPI:
    """The interface to one history, which it starts, follows and closes.

    Callers sign in as the settings say. Where nobody does and it is `local_only`, it answers nobody
    who calls it by another name than this machine's own. Without `telemetry` the variables of
    OpenTelemetry say what is told to whom. Workers of one server are given a file in which requests
    are `counted_in` together. Raises TelemetryMissingError.
    """
    signing, pulse = sign_in(history), Pulse(history.log)
    app = FastAPI(
        title="okr-history",
        summary="The flight recorder for OKRs.",
        version=version("okr-history"),
        lifespan=partial(_lifespan, history, pulse, signing),
        redirect_slashes=False,
        telemetry=telemetry or from_environment(),
        docs_url=None,
        redoc_url=None,
        # As they are: routers within routers are searched several times for every request.
        routes=[route for concept in ROUTES for route in concept.router.routes],
    )
    app.state.history = history
    app.state.meters = meters = Meters(history)
    app.state.pulse = pulse
    manual.install(app)
    handlers.install(app)
    # The last one added is the first to see a request.
    app.add_middleware(compression.Compressed)
    app.add_middleware(wire.BodyLimit, streamed=STREAMED)
    app.add_middleware(wire.HeadAsGet)
    if signing is not None:
        limit = RateLimit(history.settings.rate_limit, counted_in)
        app.add_middleware(SignIn, signing=signing, limit=limit, settings=history.settings)
    elif local_only:
        app.add_middleware(wire.LocalOnly)
    app.add_middleware(handlers.LastResort)
    app.add_middleware(watching.Watched, meters=meters)
    app.add_middleware(wire.RequestIds)
    describe(app)
    return app


@asynccontextmanager
async def _lifespan(
    history: History, pulse: Pulse, signing: Signing | None, _app: FastAPI
) -> AsyncGenerator[None]:
    """From the history that catches up until all is closed."""
    await run_in_threadpool(history.catch_up)
    history.start()
    pulse.start()
    with told_to_stop(pulse.stop):
        yield
    if signing is not None:
        signing.close()
    await run_in_threadpool(history.close)
