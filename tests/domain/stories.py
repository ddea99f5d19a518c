"""Stories that more than one file of tests begins with."""

from itertools import pairwise
from typing import Any
from uuid import UUID

from domain.alignments.answering import AcceptAlignment, DeclineAlignment, WithdrawAlignment
from domain.alignments.edges import AlignmentState, End, Relation
from domain.alignments.proposing import AlignmentProposed
from domain.key_results.dropping import DropKeyResult
from domain.objectives.closing import CloseObjective, Outcome
from domain.values import Moved
from tests.builders import (
    A_METRIC,
    ANNA,
    COMPANY,
    EDGE,
    GROWTH,
    LAUNCH,
    LOYALTY,
    Q1,
    REVENUE,
    THREE_OBJECTIVES,
    YEAR,
    check_in,
    draft,
    propose,
    uid,
    unit,
)
from tests.spec import Given, Steps, done, on

PROPOSED, ACCEPTED, DECLINED, WITHDRAWN = AlignmentState
VISION = uid("0b0b0b0b", 9)
A_VISION: Steps = (draft(VISION, cycle_id=YEAR, owner=unit(COMPANY), title="Be loved"),)


def accept(alignment_id: UUID = EDGE) -> AcceptAlignment:
    return AcceptAlignment(alignment_id=alignment_id)


def decline(alignment_id: UUID = EDGE) -> DeclineAlignment:
    return DeclineAlignment(alignment_id=alignment_id)


def withdraw(alignment_id: UUID = EDGE) -> WithdrawAlignment:
    return WithdrawAlignment(alignment_id=alignment_id)


GROWTH_END = End(type="objective", id=GROWTH, objective_id=GROWTH)
LOYALTY_END = End(type="objective", id=LOYALTY, objective_id=LOYALTY)
VISION_END = End(type="objective", id=VISION, objective_id=VISION)
REVENUE_END = End(type="key_result", id=REVENUE, objective_id=GROWTH)
LAUNCH_END = End(type="key_result", id=LAUNCH, objective_id=LOYALTY)


def proposed(
    start: End = GROWTH_END, finish: End = LOYALTY_END, **fields: Any
) -> AlignmentProposed:
    """The event of an edge, from Growth to Loyalty unless said otherwise."""
    given: dict[str, Any] = {
        "alignment_id": EDGE,
        "cycle_id": Q1,
        "start": start,
        "finish": finish,
        "relation": Relation.SUPPORTS,
        "awaiting": "to",
    }
    return AlignmentProposed(**(given | fields))


def answered(new: AlignmentState, old: AlignmentState = PROPOSED) -> dict[str, Any]:
    return {"alignment_id": EDGE, "state": Moved(old=old, new=new)}


A_PROPOSAL: Steps = (THREE_OBJECTIVES, done(propose(GROWTH, LOYALTY), by=ANNA))
AN_ALIGNMENT: Steps = (THREE_OBJECTIVES, propose(GROWTH, LOYALTY))
A_REFUSED_PROPOSAL: Steps = (A_PROPOSAL, decline())
A_WITHDRAWN_PROPOSAL: Steps = (A_PROPOSAL, withdraw())


NOT_LIVE: list[Steps] = [
    (CloseObjective(objective_id=GROWTH, outcome=Outcome.MISSED),),
    (CloseObjective(objective_id=LOYALTY, outcome=Outcome.MISSED),),
    (DropKeyResult(key_result_id=REVENUE),),
]


def value_of(story: Given) -> object:
    """What Revenue stands at."""
    reading = story.book.key_result(REVENUE)[1].reading
    return None if reading is None else reading.value


A_CHECK_IN_IN_FEBRUARY: Steps = (
    A_METRIC,
    done(check_in(40, confidence=7, note="A good start"), at=on(2, 1)),
)


def chain(*objectives: UUID, relation: Relation = Relation.SUPPORTS) -> Steps:
    """Edges from each objective to the next."""
    return tuple(
        propose(start, finish, uid("edededed", 100 + number), relation=relation)
        for number, (start, finish) in enumerate(pairwise(objectives))
    )
