"""Which records belong to the drafting of an objective, told from the log by itself."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from domain.alignments.proposing import AlignmentProposed
from domain.key_results.adding import KeyResultAdded
from domain.objectives.drafting import ObjectiveDrafted
from domain.objectives.publishing import ObjectivePublished
from domain.record import Record
from projections.tables import facets
from tests.databases import on_every_database
from tests.histories import Step, steps
from tests.projections.test_properties import lived

DRAFTED = [("draft", 0, 0, 0), ("draft", 0, 1, 0), ("add", 0, 3, 0), ("align", 0, 1, 0)]
"""Two objectives with an edge between them, neither of them published."""


@on_every_database(steps)
def test_what_was_recorded_before_an_objective_was_published_is_marked(
    kind: str, history: list[Step]
) -> None:
    with lived(kind, [*DRAFTED, *history]) as (log, views), views.read() as connection:
        marked = connection.execute(select(facets.c.position, facets.c.draft_of)).all()
        assert dict(marked) == drafting(log.records(0, 10_000))


def drafting(records: Iterable[Record]) -> dict[int, int | None]:
    """The position of every record with that of the draft it belongs to, if any."""
    drafts: dict[UUID, int] = {}
    objectives: dict[UUID, tuple[UUID, ...]] = {}
    found: dict[int, int | None] = {}
    for record in records:
        match record.event:
            case ObjectiveDrafted():
                drafts[record.stream_id] = record.position
                objectives[record.stream_id] = (record.stream_id,)
            case ObjectivePublished():
                drafts.pop(record.stream_id, None)
            case KeyResultAdded(key_result_id=key_result_id):
                objectives[key_result_id] = (record.stream_id,)
            case AlignmentProposed(alignment_id=alignment_id, start=start, finish=finish):
                objectives[alignment_id] = (start.objective_id, finish.objective_id)
            case _:
                pass
        names = ("key_result_id", "alignment_id")
        ids = [getattr(record.event, name, None) for name in names]
        about = next((one for one in ids if one is not None), record.stream_id)
        belongs = objectives.get(about, ())
        found[record.position] = next((drafts[one] for one in belongs if one in drafts), None)
    return found
