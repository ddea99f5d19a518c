"""What retrospectives look like: the answers as they are found, and the moment they are about."""

from __future__ import annotations

from api.models.shapes import Echo
from projections.retrospective.across import AcrossCycles
from projections.retrospective.report import Retrospective


class CycleRetrospective(Retrospective, Echo):
    """How a cycle went, by what was known at a moment."""


class RetrospectiveAcrossCycles(AcrossCycles, Echo):
    """How a cycle and the like ones before it went, by what was known at a moment."""
