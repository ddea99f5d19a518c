"""What a refusal looks like, and what explains it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.models.shapes import Shape


class Problem(Shape):
    """An RFC 9457 problem."""

    type: str = Field(description="Which problem it is; the path explains it.")
    title: str
    status: int
    detail: str = Field(description="What a person can do about it.")
    instance: str = Field(description="The request id.")


class FieldError(Shape):
    place: Literal["body", "query", "path", "header"] = Field(alias="in")
    pointer: str = Field(description="A JSON pointer to the field.")
    detail: str


class InvalidProblem(Problem):
    errors: list[FieldError] = Field(default_factory=list[FieldError])


class RecordedOnly(Shape):
    """The answer to a write that is on disk while the views cannot show it yet."""

    detail: str


class Explanation(Shape):
    """What a kind of problem means."""

    type: str
    status: int
    title: str
    explanation: str


class Explanations(Shape):
    items: list[Explanation]
