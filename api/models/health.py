"""How a process is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.models.shapes import Shape


class Alive(Shape):
    status: Literal["alive"]


class SetAside(Shape):
    """A record that the views could not take in, until `okr rebuild` can."""

    position: int
    topic: str
    reason: str


class Ready(Shape):
    """Whether this process can answer."""

    status: Literal["ready", "degraded", "not ready"] = Field(
        description="Degraded while records are set aside; everything else is answered."
    )
    version: str
    database: Literal["ok", "unavailable"]
    position: int | None = Field(description="Where the log ends.")
    lag: int | None = Field(description="How many positions the views are behind.")
    set_aside: int | None = Field(
        description="How many records the views could not take in; they are in the log."
    )
    set_aside_first: list[SetAside] = Field(description="The first ten of them.")
