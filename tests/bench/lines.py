"""A company's history as lines of the neutral format, for imports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from domain.alignments.answering import AlignmentAccepted
from domain.alignments.proposing import AlignmentProposed
from domain.check_ins.correcting import CheckInCorrected
from domain.check_ins.measuring import CheckedIn
from domain.cycles.planning import CyclePlanned
from domain.cycles.steps import CycleClosed, CycleFrozen, CycleOpened, ScoringStarted
from domain.key_results.adding import KeyResultAdded
from domain.key_results.adjusting import TargetAdjusted
from domain.key_results.editing import KeyResultReweighted, KeyResultReworded
from domain.objectives.drafting import ObjectiveDrafted
from domain.objectives.publishing import ObjectivePublished
from domain.people import PersonRegistered
from domain.record import Record
from domain.scores import KeyResultScored
from domain.units.forming import UnitFormed
from domain.units.members import MemberJoined
from projections.plain import plain
from tests.bench.company import SOURCE, Shape, entries

_STEPS = {
    CycleOpened: "open_cycle",
    CycleFrozen: "freeze_cycle",
    ScoringStarted: "start_scoring",
    CycleClosed: "close_cycle",
}


def lines(shape: Shape) -> Iterator[bytes]:
    """The history as a file has it, one change a line."""
    for entry in entries(shape):
        yield orjson.dumps(line(entry.record)) + b"\n"


def line(record: Record) -> dict[str, Any]:
    """The line that an import turns into this record, with our ids as those of the source."""
    created, action, fields = _said(record)
    reason = None if record.reason is None else record.reason.model_dump(exclude_none=True)
    return {
        "id": str(created or record.event_id),
        "at": plain(record.effective_at),
        "recorded_at": plain(record.recorded_at),
        "source": SOURCE,
        "actor": record.actor.id,
        **({} if reason is None else {"reason": reason}),
        "action": action,
        **{name: value for name, value in fields.items() if value not in (None, "", [])},
    }


def _said(record: Record) -> tuple[Any, str, dict[str, Any]]:
    """The id that an event gives to something new, if any, its action and its fields."""
    event, stream_id = record.event, str(record.stream_id)
    fields: dict[str, Any] = plain(event)
    match event:
        case PersonRegistered():
            return stream_id, "register_person", fields
        case UnitFormed():
            return stream_id, "form_unit", fields
        case MemberJoined():
            return None, "join_unit", fields | {"unit_id": stream_id, "previous": None}
        case CyclePlanned():
            return stream_id, "plan_cycle", fields
        case CycleOpened() | CycleFrozen() | ScoringStarted() | CycleClosed():
            return None, _STEPS[type(event)], {"cycle_id": stream_id}
        case ObjectiveDrafted():
            return stream_id, "draft_objective", fields
        case ObjectivePublished():
            return None, "publish_objective", {"objective_id": stream_id}
        case KeyResultAdded():
            added = fields | {"objective_id": stream_id}
            return added.pop("key_result_id"), "add_key_result", added
        case AlignmentProposed(alignment_id=alignment_id):
            ends = {"from": _end(fields["start"]), "to": _end(fields["finish"])}
            return alignment_id, "propose_alignment", ends | {"relation": fields["relation"]}
        case AlignmentAccepted():
            return None, "accept_alignment", {"alignment_id": fields["alignment_id"]}
        case CheckedIn():
            return fields.pop("check_in_id"), "check_in", fields
        case CheckInCorrected():
            return None, "correct_check_in", _new(fields)
        case TargetAdjusted():
            return None, "adjust_target", _new(fields)
        case KeyResultReweighted():
            return None, "reweight_key_result", _new(fields)
        case KeyResultReworded():
            return None, "reword_key_result", _new(fields)
        case KeyResultScored():
            judged = {name: fields[name] for name in ("key_result_id", "kind")}
            return None, "score_key_result", judged | {"score": fields["score"]["new"]}
        case _:
            raise TypeError(f"{event!r} is no event of a made-up company")


def _end(end: dict[str, Any]) -> dict[str, Any]:
    return {"type": end["type"], "id": end["id"]}


def _new(fields: dict[str, Any]) -> dict[str, Any]:
    """Every field that moved, with its new value."""
    return {
        name: value["new"] if isinstance(value, dict) else value for name, value in fields.items()
    }
