"""What a retrospective looks like: the answers as they are found, and the moment they are about."""

from __future__ import annotations

from api.models.shapes import Echo
from projections.retrospective.report import Retrospective


class CycleRetrospective(Retrospective, Echo):
    """How a cycle went, by what was known at a moment."""
