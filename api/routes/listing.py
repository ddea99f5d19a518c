"""What lists hold: a few ways to fetch a page, shared by the routes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from api.asking import Fetch, Row
from api.history import Question
from api.problems import ForeignCursorError
from projections.lists import page
from projections.words import Sought

State = dict[str, Any]


def number(after: int | str | None) -> int | None:
    """A cursor's key in lists that run along positions. Raises ForeignCursorError."""
    if isinstance(after, str):
        raise ForeignCursorError("Give a cursor as this list answered it.")
    return after


def entities(
    kind: str,
    cycle_id: UUID | None = None,
    wanted: Callable[[State], bool] = lambda _state: True,
    words: Sought | None = None,
    holder_id: UUID | None = None,
) -> Fetch:
    """The entities of a kind, in the order in which they were first recorded."""

    def fetch(question: Question, limit: int, after: Any, descending: bool) -> list[Row]:
        rows = page(
            question.connection,
            kind,
            question.moment,
            limit,
            after=number(after),
            descending=descending,
            cycle_id=None if cycle_id is None else str(cycle_id),
            holder_id=None if holder_id is None else str(holder_id),
            words=words,
            wanted=wanted,
        )
        return list(rows)

    return fetch


def parts(found: Callable[[Question], Sequence[State]]) -> Fetch:
    """Parts of one entity, few enough to find all and show some; their ids are the keys."""

    def fetch(question: Question, limit: int, after: Any, descending: bool) -> list[Row]:
        items = list(found(question))
        if descending:
            items.reverse()
        if after is not None:
            places = [place for place, item in enumerate(items) if item["id"] == after]
            if not places:
                raise ForeignCursorError("Give a cursor as this list answered it.")
            items = items[places[0] + 1 :]
        return [(item["id"], item) for item in items[:limit]]

    return fetch
