"""What an import came to."""

from __future__ import annotations

from pydantic import Field

from api.models.shapes import Shape


class Imported(Shape):
    """What an import came to, in lines and in events."""

    lines: int = Field(description="Those that were recorded, known or unchanged; no blank ones.")
    recorded: int
    known: int = Field(description="Lines that were recorded before.")
    unchanged: int = Field(description="Lines that would change nothing.")
    events: int
    by_action: dict[str, int] = Field(description="The recorded lines by their action.")
