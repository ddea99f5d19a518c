"""An edge: its two ends, what one is to the other, and how far both sides have come."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Literal, TypeVar
from uuid import UUID, uuid5

from domain.entity import Entity
from domain.immutable import immutable
from domain.values import Id, Value


class Relation(StrEnum):
    """What one end is to the other."""

    SUPPORTS = "supports"
    CONTRIBUTES = "contributes"
    DEPENDS_ON = "depends_on"
    PROMOTED_TO = "promoted_to"


class AlignmentState(StrEnum):
    """How far the two sides have come."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


Side = Literal["from", "to"]


class End(Value):
    """One end of an edge: an objective, or a key result together with its objective."""

    type: Literal["objective", "key_result"]
    id: UUID
    objective_id: UUID


class EndId(Value):
    """One end as people name it."""

    type: Literal["objective", "key_result"]
    id: Id


T = TypeVar("T")


def upwards_of(relation: Relation, start: T, finish: T) -> tuple[T, T]:
    """Both ends, the lower first: a promotion is told from above, everything else from below."""
    return (finish, start) if relation is Relation.PROMOTED_TO else (start, finish)


@immutable(kw_only=True)
class Edge(Entity):
    """One alignment."""

    word: ClassVar[str] = "alignment"
    start: End
    finish: End
    relation: Relation
    awaiting: Side
    state: AlignmentState = AlignmentState.PROPOSED

    @property
    def upwards(self) -> tuple[UUID, UUID]:
        """The lower and the upper objective."""
        return upwards_of(self.relation, self.start.objective_id, self.finish.objective_id)

    @property
    def counts(self) -> bool:
        """Proposed edges count like accepted ones, lest two of them close a circle later."""
        return self.state in (AlignmentState.PROPOSED, AlignmentState.ACCEPTED)


def graph_id(cycle_id: UUID) -> UUID:
    """The stream that holds the edges leading up from a cycle."""
    return uuid5(cycle_id, "alignments")
