"""Brings views up to the log: those that lag far behind are built anew, which is faster."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from time import sleep

from domain.log import Log, LogUnavailableError
from projections.home import BeingBuiltError
from projections.projector import Projector
from projections.views import Views

FAR = 5_000
"""How many records are worth it to build views beside these and to switch over."""

LOOK_SECONDS = 0.2
"""How soon to look again while another process builds them."""

Progress = Callable[[int], None]


def catch_up(log: Log, views: Views, projector: Projector, progress: Progress) -> int:
    """Bring the views up to the log with their projector; return the position reached.

    `progress` is told the positions reached. A record that cannot be taken in is set aside.
    """
    with suppress(LogUnavailableError):
        # Whoever may make no tables beside these, or finds them in use all the time, can follow.
        _build(log, views, projector, progress)
    return projector.catch_up(progress)


def _build(log: Log, views: Views, projector: Projector, progress: Progress) -> None:
    """Build the views anew where more lies before than behind them; wait while others do."""
    head = log.head()
    if head - projector.position <= FAR:
        return
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
            sleep(LOOK_SECONDS)


def _is_far(head: int, views: Views) -> bool:
    stands = views.position()
    return head - stands > max(FAR, stands)
