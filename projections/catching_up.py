"""Brings views up to the log: those that lag far behind are built anew, which is faster."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic, sleep

from sqlalchemy.exc import OperationalError

from domain.log import Log, LogUnavailableError
from projections.home import BeingBuiltError
from projections.projector import Projector
from projections.views import Views

_log = logging.getLogger("okr")

FAR = 5_000
"""How many records are worth it to build views beside these and to switch over."""

LOOK_SECONDS = 0.2
"""How soon to look again while another process builds them."""

WAIT_SECONDS = 60.0
"""How long to wait for that one, which may hang or be gone without the database knowing it."""

Progress = Callable[[int], None]


def catch_up(log: Log, views: Views, projector: Projector, progress: Progress) -> int:
    """Bring the views up to the log with their projector; return the position reached.

    `progress` is told the positions reached. A record that cannot be taken in is set aside.
    """
    try:
        _build(log, views, projector, progress)
    except (LogUnavailableError, OperationalError) as error:
        # Whoever may make no tables beside these, has no room for them, or finds these in use all
        # the time, can follow. What a database says of a statement would repeat its values.
        reason = error.orig if isinstance(error, OperationalError) else error
        _log.warning("the views are followed in place, which takes longer: %s", reason)
    return projector.catch_up(progress)


def _build(log: Log, views: Views, projector: Projector, progress: Progress) -> None:
    """Build the views anew where more lies before than behind them; wait while others do.

    Raises LogUnavailableError where that cannot be done here, or takes others too long.
    """
    head = log.head()
    if head - projector.position <= FAR:
        return
    until: float | None = None
    while _is_far(head, views):
        try:
            with views.beside() as built:
                # Whoever built before may have been done just now.
                if _is_far(head, views):
                    builder = Projector(log, built)
                    builder.catch_up(progress)
                    built.index()
                    built.take_over(builder.catch_up)
                    projector.go_on_from(builder)
        except BeingBuiltError:
            until = until or _begin_to_wait()
            if monotonic() >= until:
                raise LogUnavailableError(
                    f"Another process has been building the views for {WAIT_SECONDS:g} seconds and "
                    "more; look whether it still works."
                ) from None
            sleep(LOOK_SECONDS)


def _begin_to_wait() -> float:
    """Say that this process waits; return until when."""
    message = "another process is building the views; waiting for it for up to %g seconds"
    _log.warning(message, WAIT_SECONDS)
    return monotonic() + WAIT_SECONDS


def _is_far(head: int, views: Views) -> bool:
    stands = views.position()
    return head - stands > max(FAR, stands)
