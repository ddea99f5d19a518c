"""What every answer of a retrospective is made of: findings that cite the log, and honest gaps."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = int | float
EntityType = Literal["unit", "person", "cycle", "objective", "key_result", "alignment"]

SMALL_SAMPLE = 5
"""Below this number of things an answer says that its sample is small."""

SMALL_FORECASTS = 30
"""Below this number of forecasts so do the figures of calibration: a share of few jumps about."""

Unknown = Literal[
    "no_dates",
    "not_over",
    "never_frozen",
    "no_objectives",
    "no_key_results",
    "no_check_ins",
    "no_confidence",
    "no_scores",
    "no_alignments",
    "no_committed",
    "too_few",
    "mixed",
]
"""Why history cannot answer, as a code: what is missing, what is too little, or what contradicts
itself."""

Positions = Annotated[
    tuple[int, ...],
    Field(description="Where in the log the events stand that this rests on, in their order."),
]


class Shape(BaseModel):
    """A part of an answer; it holds these fields and no others."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True
    )


class Finding(Shape):
    """Something found, with what it rests on."""

    positions: Positions


class Answer(Shape):
    """An answer to one question. Its findings cite what they rest on, each for itself."""

    unknown: Annotated[
        Unknown | None, Field(description="Why history cannot say; null where it can.")
    ] = None
    n: Annotated[int, Field(description="How many things were looked at.")]
    small_sample: Annotated[
        bool, Field(description="Whether these are too few to conclude much from.")
    ]
    positions: Positions = ()
    """What the answer as a whole rests on beside its findings: the steps of the cycle."""


class Thing(Shape):
    """An entity by its id, and how it was called at the moment asked about."""

    type: EntityType
    id: str
    title: str | None


class Party(Shape):
    """A unit or a person that something belongs to."""

    type: Literal["unit", "person"]
    id: str
    name: str | None


class Who(Shape):
    """Who made a change, and how they were called at the moment asked about."""

    id: str
    kind: Literal["person", "service", "import"]
    name: str | None
    on_behalf_of: str | None


class Why(Shape):
    """The reason given for a change."""

    code: str | None = None
    text: str | None = None


class FieldChange(Shape):
    """One field that a change moved."""

    field: str
    old: Annotated[Any, Field(alias="from")]
    new: Annotated[Any, Field(alias="to")]


def small(n: int, enough: int = SMALL_SAMPLE) -> bool:
    """Whether so many are too few to conclude much from."""
    return n < enough
