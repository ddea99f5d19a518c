"""Question 11: did a parent move and its children not follow?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from pydantic import Field

from projections.corrections import puts_right
from projections.entity_states import State
from projections.plain import micros, micros_of
from projections.retrospective.account import Account, field_changes, thing
from projections.retrospective.findings import (
    Answer,
    FieldChange,
    Finding,
    Party,
    Thing,
    Unknown,
    Who,
    small,
)
from projections.retrospective.links import (
    Link,
    key_result_of,
    links_of,
    lives,
    objective_of,
)
from projections.retrospective.period import DAY, instant
from projections.retrospective.stories import ObjectiveStory, Told


class ParentMove(Finding):
    """A change of what a child objective supports, and whether the child answered it."""

    parent: Thing
    moved: Annotated[Thing, Field(description="The objective above or a key result of it.")]
    type: str
    changes: tuple[FieldChange, ...]
    at: datetime
    by: Who
    child: Thing
    child_owner: Party
    followed: Annotated[bool | None, Field(description="Null while there is still time to follow.")]


class UnfollowedParents(Answer):
    """Moves that a child did not follow, in order; `n` counts all moves that concerned a child."""

    followed: int
    pending: Annotated[int, Field(description="Moves that may still be followed.")]
    unfollowed: tuple[ParentMove, ...]


FOLLOW_DAYS = 14
"""How long after a parent's move was recorded a child may take to answer it."""

_OF_OBJECTIVE = frozenset({"ObjectiveReworded", "CommitmentChanged"})
_OF_KEY_RESULT = frozenset(
    {
        "KeyResultAdded",
        "KeyResultDropped",
        "TargetAdjusted",
        "BaselineAdjusted",
        "MeasureChanged",
        "DeadlineMoved",
    }
)
_NO_ANSWER = frozenset(
    {
        "KeyResultScored",
        "ObjectiveScored",
        "ObjectiveCarriedOver",
        "ObjectivePublished",
        "ReviewAcknowledged",
        "ActionCompleted",
    }
)
"""What happens to every objective, whatever its parent does."""


def unfollowed_parents(account: Account) -> UnfollowedParents:
    """The answer for an account."""
    mine = {one.state["id"]: one for one in account.objectives}
    links = [one for one in links_of(account) if one.lower["objective_id"] in mine]
    found = [
        _found(account, link, child, *move)
        for link in links
        for child in [mine[link.lower["objective_id"]]]
        for move in _moves(account, link)
    ]
    missed = [one for one in found if one.followed is False]
    return UnfollowedParents(
        unknown=_unknown(account, links),
        n=len(found),
        small_sample=small(len(found)),
        followed=sum(one.followed is True for one in found),
        pending=sum(one.followed is None for one in found),
        unfollowed=tuple(sorted(missed, key=lambda one: (one.at, one.positions, one.child.id))),
    )


def _unknown(account: Account, links: list[Link]) -> Unknown | None:
    if not account.objectives:
        return "no_objectives"
    return None if links else "no_alignments"


def _moves(account: Account, link: Link) -> Iterator[tuple[Told, State]]:
    """What moved above while the alignment held, work went on and the child lived."""
    parent = objective_of(account, link.upper["objective_id"])
    if parent is None or parent.state["published_at"] is None:
        return
    since = max(account.start, micros_of(parent.state["published_at"]))
    for told, state in _told_above(account, link, parent):
        right_before = told.at - 1
        counts = since < told.at <= account.period.until and not puts_right(told.entry["reason"])
        if counts and link.holds(right_before) and lives(account, link.lower, right_before):
            yield told, state


def _told_above(
    account: Account, link: Link, parent: ObjectiveStory
) -> Iterator[tuple[Told, State]]:
    """The moves of a parent: of the whole objective, or of the key result that is aligned with."""
    whole = link.upper["type"] == "objective"
    for told in parent.told:
        if _drops(told) or (whole and told.type in _OF_OBJECTIVE):
            yield told, parent.state
    parts = (*account.all.key_results.values(), *account.above.key_results.values())
    for part in parts:
        if part.state["objective_id"] == parent.state["id"] and (
            whole or part.id == link.upper["id"]
        ):
            yield from ((told, part.state) for told in part.told if told.type in _OF_KEY_RESULT)


def _drops(told: Told) -> bool:
    moves = ((one["field"], one["to"]) for one in told.entry["changes"])
    return told.type == "ObjectiveClosed" and ("outcome", "dropped") in moves


def _found(
    account: Account, link: Link, child: ObjectiveStory, told: Told, moved: State
) -> ParentMove:
    until = micros_of(told.entry["recorded_at"]) + FOLLOW_DAYS * DAY
    answers = [one.position for one in _answers(account, link, child, told, until)]
    waiting = micros(account.moment.as_of) < until
    above = link.upper
    parent = objective_of(account, above["objective_id"])
    part = key_result_of(account, above["id"]) if above["type"] == "key_result" else None
    named = part or parent
    return ParentMove(
        positions=tuple(sorted({told.position, *answers, link.edge.told[0].position})),
        parent=thing(above if named is None else named.state),
        moved=thing(moved),
        type=told.type,
        changes=field_changes(told),
        at=instant(told.at),
        by=account.who(told.entry["actor"]),
        child=thing(child.state),
        child_owner=account.owner(child.state),
        followed=True if answers else None if waiting else False,
    )


def _answers(
    account: Account, link: Link, child: ObjectiveStory, told: Told, until: int
) -> Iterator[Told]:
    """What was changed in a child, or in its alignment, from a move above until too late."""
    for story in (child, *account.parts_of(child), link.edge):
        for one in story.told:
            if told.at <= one.at <= until and one != told and one.type not in _NO_ANSWER:
                yield one
