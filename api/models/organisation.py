"""What requests say about people and units."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.models.words import Body, Instant, unsaid
from domain.units.forming import UnitKind
from domain.units.members import Role
from domain.values import Reason, ReasonCode, Text, Title


class NewPerson(Body):
    """A person to register."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Ada Lindqvist", "email": "ada@acme.example"}]}
    )
    name: Title
    email: Text | None = None
    external_id: Text | None = None


class PersonChange(Body):
    """What changes about a person; a field left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Ada Berg"}]})
    name: Title = Field(default_factory=unsaid)
    email: Text | None = None
    external_id: Text | None = None


class NewUnit(Body):
    """A unit to form."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Acme", "kind": "company"}]})
    name: Title
    kind: UnitKind
    parent_id: UUID | None = None


class UnitChange(Body):
    """What changes about a unit; a field left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Customer care"}]})
    name: Title = Field(default_factory=unsaid)
    parent_id: UUID | None = None


class NewMember(Body):
    """A person who joins a unit, or takes another role in it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"person_id": "5b1f2a52-63d1-4b5e-a3a0-5a0f6e1f9b11", "role": "lead"}]
        }
    )
    person_id: UUID
    role: Role = Role.MEMBER


class Leaving(BaseModel):
    """Why and when a membership ended, as parameters, for programs that send DELETE no body."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    effective_at: Instant | None = None
    reason_code: ReasonCode | None = None
    reason_text: Annotated[Text, Field(min_length=1, max_length=2000)] | None = None

    def beside(self, body: Body | None) -> Body:
        """What a body says, and what only the parameters say."""
        said = self.reason_code is not None or bool((self.reason_text or "").strip())
        reason = Reason(code=self.reason_code, text=self.reason_text) if said else None
        # The instant is read already; validating it again would ask for its text.
        body = body or Body()
        return Body.model_construct(
            reason=body.reason or reason, effective_at=body.effective_at or self.effective_at
        )
