"""What lists may ask: which part of them, as of when, and by which filters."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from api.models.questions import Question
from api.models.words import EntityType, Instant
from domain.alignments.edges import AlignmentState
from domain.standing import KeyResultState, ObjectiveState
from domain.values import Commitment, ReasonCode
from projections.plain import plain
from projections.vocabulary import FIELDS, TYPES, types_named

_UnitId = Annotated[
    UUID | None,
    Field(description="Changes of the unit, and of what it owned when they were recorded."),
]


Words = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description="Words that must all be there, in any order; the end of a word may be left "
        'out. `"In quotation marks"` they must follow each other as they stand.',
        examples=["churn 目标", '"net promoter" score'],
    ),
]
"""What somebody searches for."""


class Listing(Question):
    """The parameters of a list."""

    limit: Annotated[int, Field(ge=1, le=500, description="How many items a page holds.")] = 50
    cursor: Annotated[
        str | None, Field(max_length=2000, description="`next_cursor` or `prev_cursor` of a page.")
    ] = None
    order: Annotated[
        Literal["asc", "desc"], Field(description="Oldest first, or newest first.")
    ] = "asc"

    def filters(self) -> dict[str, Any]:
        """Everything that decides what a list holds, in the form in which it was asked."""
        apart = {"limit", "cursor", "min_position"}
        return {name: plain(value) for name, value in self if name not in apart}


class StatesListing(Listing):
    """The parameters of a list most of whose filters are held to one state after the other."""

    _looked_at: ClassVar[frozenset[str]] = frozenset(
        ("unit_id", "person_id", "state", "commitment", "q")
    )

    def looks_far(self) -> bool:
        """Whether what is wanted may lie far apart, so that to find it takes long."""
        return any(name in self._looked_at and value is not None for name, value in self)


class ObjectivesListing(StatesListing):
    """The parameters of a list of objectives."""

    cycle_id: UUID | None = None
    unit_id: Annotated[UUID | None, Field(description="The unit that owns them.")] = None
    person_id: Annotated[UUID | None, Field(description="The person who owns them.")] = None
    state: ObjectiveState | None = None
    commitment: Commitment | None = None
    q: Annotated[Words | None, Field(description="Words of the title or description.")] = None


class KeyResultsListing(StatesListing):
    """The parameters of a list of key results."""

    cycle_id: UUID | None = None
    objective_id: Annotated[UUID | None, Field(description="The objective that holds them.")] = None
    unit_id: Annotated[
        UUID | None, Field(description="The unit that owns them, or else their objective.")
    ] = None
    person_id: Annotated[
        UUID | None, Field(description="The person who owns them, or else their objective.")
    ] = None
    state: KeyResultState | None = None
    commitment: Commitment | None = None
    q: Annotated[Words | None, Field(description="Words of the title or description.")] = None


class AlignmentsListing(Listing):
    """The parameters of a list of alignments."""

    cycle_id: Annotated[UUID | None, Field(description="The cycle they start in.")] = None
    state: AlignmentState | None = None


def _type(wanted: str) -> str:
    if types_named(wanted):
        return wanted
    if wanted.endswith("*"):
        raise ValueError(f"no type of change begins like this; {_near(wanted[:-1], TYPES)}")
    raise ValueError(f"there is no such type of change; {_near(wanted, TYPES)}")


def _field(wanted: str) -> str:
    if wanted not in FIELDS:
        raise ValueError(f"there is no such field; {_near(wanted, FIELDS)}")
    return wanted


def _near(wanted: str, words: frozenset[str]) -> str:
    """What may have been meant by a word, as far as that can be guessed."""
    plainly = {word.casefold(): word for word in sorted(words)}
    near = get_close_matches(wanted.casefold(), plainly, cutoff=0.4)
    near += [word for word in plainly if wanted and word.startswith(wanted.casefold()[:3])]
    meant = list(dict.fromkeys(plainly[word] for word in near))[:3] or sorted(words)[:3]
    return f"perhaps {' or '.join(meant)}"


class HistoryListing(Listing):
    """The parameters of a history; all filters that are given must hold."""

    actor_id: Annotated[str | None, Field(max_length=200, description="Who made the change.")] = (
        None
    )
    type: Annotated[
        str | None,
        Field(max_length=100, description="An event's name, or how it begins and then `*`."),
        AfterValidator(lambda wanted: None if wanted is None else _type(wanted)),
    ] = None
    entity_type: EntityType | None = None
    field: Annotated[
        str | None,
        Field(max_length=100, description="A field that the change moved."),
        AfterValidator(lambda wanted: None if wanted is None else _field(wanted)),
    ] = None
    reason_code: ReasonCode | None = None
    recorded_from: Annotated[
        Instant | None, Field(description="Recorded at this instant or later.")
    ] = None
    recorded_to: Annotated[Instant | None, Field(description="Recorded by this instant.")] = None
    effective_from: Annotated[
        Instant | None, Field(description="True from this instant or later.")
    ] = None
    effective_to: Annotated[Instant | None, Field(description="True by this instant.")] = None
    after_freeze: Annotated[
        bool | None, Field(description="Whether the cycle was frozen already.")
    ] = None
    q: Annotated[
        Words | None, Field(description="Words that the change says, replaces or gives as reason.")
    ] = None


class CycleHistoryListing(HistoryListing):
    """The parameters of a cycle's history."""

    entity_id: UUID | None = None
    unit_id: _UnitId = None


class UnitHistoryListing(HistoryListing):
    """The parameters of a unit's history."""

    entity_id: UUID | None = None
    cycle_id: UUID | None = None


class TrailListing(HistoryListing):
    """The parameters of the audit trail."""

    entity_id: UUID | None = None
    cycle_id: UUID | None = None
    unit_id: _UnitId = None


class SearchListing(Listing):
    """The parameters of a search."""

    q: Words
    entity_type: EntityType | None = None
    cycle_id: UUID | None = None
