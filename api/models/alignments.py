"""What requests say about alignments."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.models.objectives import example
from api.models.words import Body, Weight
from domain.alignments.edges import EndId, Relation

_ID = "5b1f2a52-63d1-4b5e-a3a0-5a0f6e1f9b11"


class NewAlignment(Body):
    """Two ends to align, and what the first is to the second."""

    model_config = example(
        **{"from": {"type": "objective", "id": _ID}, "to": {"type": "objective", "id": _ID}},
        relation="supports",
    )
    start: Annotated[EndId, Field(alias="from")]
    finish: Annotated[EndId, Field(alias="to")]
    relation: Relation
    weight: Weight | None = None
