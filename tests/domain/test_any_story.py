"""Whatever is asked in whatever order: it is recorded or refused, and what must hold holds."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as hypothetically
from hypothesis import strategies as st

from domain import codec
from domain.alignments.edges import Relation
from domain.alignments.graph import AlignmentGraph
from domain.book import Stream
from domain.catalogue import fold
from domain.check_ins.series import CheckInEvent
from domain.cycles.cycle import Cycle
from domain.errors import Refusal
from domain.measures import Kind
from domain.record import Command, Context, Record
from domain.units.unit import Unit
from tests.builders import (
    ANNA,
    BEN,
    GROWTH,
    LAUNCH,
    LOYALTY,
    NEXT_CYCLE,
    ROLLOUT,
    SPEED,
    STEPS,
    THREE_OBJECTIVES,
    WORLD_CHANGED,
    add,
    check_in,
    propose,
    review,
)
from tests.domain.strategies import commands
from tests.memory import Memory
from tests.spec import NOW, actor, done, given

STORY = (
    THREE_OBJECTIVES,
    NEXT_CYCLE,
    add(LAUNCH, objective_id=LOYALTY, kind=Kind.BOOLEAN),
    add(ROLLOUT, objective_id=SPEED, kind=Kind.MILESTONES, milestones=STEPS),
    check_in(40),
    review(),
    done(propose(GROWTH, LOYALTY), by=ANNA),
)
ASKED = st.lists(
    st.tuples(
        commands(),
        st.sampled_from([None, ANNA, BEN]),
        st.booleans(),
        st.none() | st.integers(0, 60),
    ),
    min_size=10,
    max_size=30,
)
Asked = list[tuple[Command, UUID | None, bool, int | None]]


def circumstances(number: int, by: UUID | None, imported: bool, days: int | None) -> Context:
    """When and by whom the command of that number is asked."""
    now = NOW + timedelta(minutes=number)
    at = None if days is None else now - timedelta(days=days)
    return Context(
        actor=actor(by), now=now, reason=WORLD_CHANGED, effective_at=at, imported=imported
    )


def told(asked: Asked) -> Memory:
    """What is recorded when all of it is asked; what was recorded once is not recorded again."""
    memory = given(STORY).memory
    for number, (command, by, imported, days) in enumerate(asked):
        context = circumstances(number, by, imported, days)
        try:
            recorded = memory.apply(command, context)
        except Refusal:
            continue
        if recorded:
            assert not again(memory, command, context)
    return memory


def again(memory: Memory, command: Command, context: Context) -> list[Record]:
    """What the same command records when it is asked once more."""
    try:
        return memory.apply(command, context)
    except Refusal:
        return []


@pytest.mark.fuzz
@hypothetically(ASKED)
def test_whatever_is_asked_is_recorded_once_or_refused(asked: Asked) -> None:
    memory = told(asked)
    states = {stream: memory.stream(stream) for stream in {r.stream_id for r in memory.records}}
    assert folded(memory.records) == states
    assert folded([stored(record) for record in memory.records]) == states
    for stream_id in states:
        versions = [one.version for one in memory.records if one.stream_id == stream_id]
        assert versions == list(range(1, len(versions) + 1))


def folded(records: list[Record]) -> dict[UUID, Stream | None]:
    """The streams that come of records."""
    streams: dict[UUID, Stream | None] = {}
    for record in records:
        streams[record.stream_id] = fold(streams.get(record.stream_id), [record])
    return streams


def stored(record: Record) -> Record:
    """A record after it went through storage."""
    state = codec.stamp(
        codec.encode(record), record.stored_at, record.recorded_at, record.effective_at
    )
    place = (str(record.stream_id), record.version, record.position)
    return codec.decode(codec.Stored(record.event.TOPIC, state, *place))


@pytest.mark.fuzz
@hypothetically(ASKED)
def test_whatever_is_asked_nothing_stands_above_itself(asked: Asked) -> None:
    memory = told(asked)
    states = [memory.state(stream) for stream in {one.stream_id for one in memory.records}]
    parents = {one.id: [one.parent_id] for one in states if isinstance(one, Unit | Cycle)}
    assert not circular({key: [one for one in above if one] for key, above in parents.items()})
    edges = [
        edge
        for graph in states
        if isinstance(graph, AlignmentGraph)
        for edge in graph.edges.values()
        if edge.counts
    ]
    for depends in (True, False):
        above: dict[UUID, list[UUID]] = {}
        for edge in edges:
            if (edge.relation is Relation.DEPENDS_ON) == depends:
                lower, upper = edge.upwards
                above.setdefault(lower, []).append(upper)
        assert not circular(above)


def circular(above: dict[UUID, list[UUID]]) -> bool:
    """Whether something can be reached from itself."""
    below = Counter(one for ones in above.values() for one in ones)
    free = [one for one in above if not below[one]]
    gone = 0
    while free:
        for one in above.get(free.pop(), []):
            below[one] -= 1
            gone += 1
            if not below[one]:
                free.append(one)
    return gone != sum(len(ones) for ones in above.values())


WHICH = ("key_result_id", "alignment_id", "kind")
"""What tells apart the fields of one name in a stream; `kind` those of a score."""


@pytest.mark.fuzz
@hypothetically(ASKED)
def test_whatever_is_asked_no_field_changes_backwards(asked: Asked) -> None:
    last: dict[Any, datetime] = {}
    for record in told(asked).records:
        if isinstance(record.event, CheckInEvent):
            continue
        for name in record.event.moves():
            place = (record.stream_id, name, *(getattr(record.event, one, None) for one in WHICH))
            assert record.effective_at >= last.get(place, record.effective_at)
            last[place] = record.effective_at
