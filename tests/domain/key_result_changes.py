"""Every change of a key result, with the event that tells it."""

from datetime import date
from decimal import Decimal

from domain.key_results.adjusting import (
    AdjustBaseline,
    AdjustTarget,
    BaselineAdjusted,
    ChangeMeasure,
    MeasureChanged,
    TargetAdjusted,
)
from domain.key_results.dropping import (
    DropKeyResult,
    KeyResultDropped,
    RestoreKeyResult,
)
from domain.key_results.editing import (
    ChangeKeyResultCommitment,
    DeadlineMoved,
    KeyResultCommitmentChanged,
    KeyResultReassigned,
    KeyResultReweighted,
    KeyResultReworded,
    MoveDeadline,
    ReassignKeyResult,
    ReweightKeyResult,
    RewordKeyResult,
)
from domain.record import Command, Event
from domain.standing import KeyResultState
from domain.values import Commitment, Moved
from tests.builders import (
    CARA,
    REVENUE,
    person,
)

TEN, TWENTY, HUNDRED = Decimal(10), Decimal(20), Decimal(100)
CHANGES: list[tuple[Command, Event]] = [
    (
        RewordKeyResult(key_result_id=REVENUE, title="Sales", description="Net"),
        KeyResultReworded(
            key_result_id=REVENUE,
            title=Moved(old="Revenue", new="Sales"),
            description=Moved(old="", new="Net"),
        ),
    ),
    (
        AdjustTarget(key_result_id=REVENUE, target=Decimal(120)),
        TargetAdjusted(key_result_id=REVENUE, target=Moved(old=HUNDRED, new=Decimal(120))),
    ),
    (
        AdjustBaseline(key_result_id=REVENUE, baseline=TEN),
        BaselineAdjusted(key_result_id=REVENUE, baseline=Moved(old=Decimal(0), new=TEN)),
    ),
    (
        ChangeMeasure(key_result_id=REVENUE, unit="USD", commit=Decimal(50), stretch=Decimal(150)),
        MeasureChanged(
            key_result_id=REVENUE,
            unit=Moved(old="EUR", new="USD"),
            commit=Moved(old=None, new=Decimal(50)),
            stretch=Moved(old=None, new=Decimal(150)),
        ),
    ),
    (
        ReassignKeyResult(key_result_id=REVENUE, owner=person(CARA)),
        KeyResultReassigned(key_result_id=REVENUE, owner=Moved(old=None, new=person(CARA))),
    ),
    (
        ReweightKeyResult(key_result_id=REVENUE, weight=Decimal(0)),
        KeyResultReweighted(key_result_id=REVENUE, weight=Moved(old=Decimal(1), new=Decimal(0))),
    ),
    (
        ChangeKeyResultCommitment(key_result_id=REVENUE, commitment=Commitment.COMMITTED),
        KeyResultCommitmentChanged(
            key_result_id=REVENUE, commitment=Moved(old=None, new=Commitment.COMMITTED)
        ),
    ),
    (
        MoveDeadline(key_result_id=REVENUE, deadline=date(2026, 3, 1)),
        DeadlineMoved(key_result_id=REVENUE, deadline=Moved(old=None, new=date(2026, 3, 1))),
    ),
    (
        DropKeyResult(key_result_id=REVENUE),
        KeyResultDropped(
            key_result_id=REVENUE,
            state=Moved(old=KeyResultState.LIVE, new=KeyResultState.DROPPED),
        ),
    ),
]
COMMANDS = [command for command, _ in CHANGES]
RESTORE = RestoreKeyResult(key_result_id=REVENUE)
