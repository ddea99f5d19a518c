"""The two sides of an edge: who speaks for each, and whether it still takes part."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.alignments.edges import End, Relation, upwards_of
from domain.immutable import immutable
from domain.record import Context
from domain.standing import KeyResultState, ObjectiveState
from domain.values import Owner, Weight
from domain.voices import may_speak_for

if TYPE_CHECKING:
    from domain.book import Book
    from domain.key_results.key_result import KeyResult
    from domain.objectives.objective import Objective


@immutable(kw_only=True)
class Party:
    """One end with what the rules ask of it; it may be recorded only together with the edge."""

    end: End
    cycle_id: UUID
    owners: tuple[Owner, ...]
    closed: bool = False


def party(objective: Objective, key_result: KeyResult | None = None) -> Party:
    """An objective, or one of its key results, as an end of an edge."""
    owners = [objective.owner]
    if key_result is not None and key_result.owner is not None:
        owners.append(key_result.owner)
    dropped = key_result is not None and key_result.state is KeyResultState.DROPPED
    return Party(
        end=End(
            type="objective" if key_result is None else "key_result",
            id=objective.id if key_result is None else key_result.id,
            objective_id=objective.id,
        ),
        cycle_id=objective.cycle_id,
        owners=tuple(owners),
        closed=dropped or objective.state is ObjectiveState.CLOSED,
    )


def party_of(book: Book, end: End) -> Party:
    """An end of an edge that stands, as it is now."""
    objective = book.objective(end.objective_id)
    return party(objective, objective.key_results.get(end.id))


def speaks(book: Book, side: Party, context: Context) -> bool:
    """Whether the actor owns, or leads the owner of, this end."""
    return any(may_speak_for(book, owner, context) for owner in side.owners)


@immutable(kw_only=True)
class Proposal:
    """What `propose` decides about."""

    alignment_id: UUID
    start: Party
    finish: Party
    relation: Relation
    weight: Weight | None = None

    @property
    def upwards(self) -> tuple[Party, Party]:
        """The lower and the upper end."""
        return upwards_of(self.relation, self.start, self.finish)
