"""The answer to a change: what it concerns as it now is, once the views can show that.

It waits for them without a thread, so that no number of changes, however far the views are behind,
holds up anybody else.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError
from starlette.types import Receive, Scope, Send

from api import answers, threads
from api.history import History
from api.problems import DidNotExistYetError
from domain.desk import Outcome
from domain.errors import NotFound
from domain.log import LogUnavailableError
from projections.instants import BeyondTheLogError, Moment
from projections.sight import Viewer

_VIEWS_FAIL = (DBAPIError, NoConnectionFreeError, LogUnavailableError, BeyondTheLogError)
"""What asking raises where the views cannot be read, are another version's, or were begun anew."""


class Written(Response):
    """Shows the resource as of an outcome; for a repeated request as it was the first time."""

    def __init__(
        self,
        history: History,
        viewer: Viewer | None,
        outcome: Outcome,
        show: answers.Show,
        status: int,
        headers: Mapping[str, str],
    ) -> None:
        """A change that is recorded, or that was none, and how to find what it is about."""
        position = outcome.position
        super().__init__(None, status, None if position is None else {"X-Position": str(position)})
        self._history = history
        self._viewer = viewer
        self._position = position
        self._wanted = history.log.head() if position is None else position
        self._show = show
        self._more = headers if position is None else {**headers, "X-Position": str(position)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the views, at most as long as any request does, and answer."""
        if await self._history.comes_to(self._wanted):
            answer = await threads.run(threads.changing, self._answer)
        else:
            answer = answers.recorded_only(self._more)
        await answer(scope, receive, send)

    def _answer(self) -> Response:
        try:
            found, moment = self._found()
        except _VIEWS_FAIL:
            # The views fail, but what they would show is on disk: to say no would be untrue.
            return answers.recorded_only(self._more)
        return answers.written(found, moment, self.status_code, self._more)

    def _found(self) -> tuple[answers.Found, Moment]:
        """What the answer shows, and at which moment, as the caller sees it.

        Whoever handed a draft over, or made one for others, knows it as they left it.
        """
        try:
            return self._seen(self._viewer)
        except (NotFound, DidNotExistYetError):
            if self._position is None:
                raise
            return self._seen(None)

    def _seen(self, viewer: Viewer | None) -> tuple[answers.Found, Moment]:
        with self._history.ask(known_at=self._position, viewer=viewer) as question:
            return self._show(question, self._history.zone), question.moment
