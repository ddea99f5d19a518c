"""Question 11: did a parent move and its children not follow?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from projections.retrospective.findings import Answer, FieldChange, Finding, Party, Thing, Who


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
