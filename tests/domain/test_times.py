"""The rules of time: back-dated yes, invented ahead or reordered no."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from domain.alignments import graph
from domain.alignments.answering import AlignmentAccepted
from domain.alignments.edges import AlignmentState
from domain.entity import BrokenStreamError, Entity, after, begun
from domain.errors import (
    EffectiveBeforeItExisted,
    EffectiveInTheFuture,
    EffectiveTimeGoesBack,
    RecordedBeforeTrue,
    RecordedInTheFuture,
)
from domain.people import PersonContactChanged, PersonRegistered, PersonRenamed, evolve
from domain.record import Context, Event, Record
from domain.times import check_times, existed, forwards, forwards_at
from domain.values import Moved
from tests.builders import ANNA
from tests.spec import LOCAL, NOW

MOMENT = timedelta(microseconds=1)
BORN, RENAMED = NOW - timedelta(days=20), NOW - timedelta(days=10)
ANNA_AS_KNOWN = Entity(id=ANNA, exists_from=BORN, since={"name": RENAMED})
RENAME = PersonRenamed(name=Moved(old="Anna", new="Ann"))


def context(**fields: Any) -> Context:
    return Context(actor=LOCAL, now=NOW, **fields)


def record(event: Event, **fields: Any) -> Record:
    given: dict[str, Any] = {"event_id": ANNA, "stream_id": ANNA, "version": 1, "actor": LOCAL}
    times: dict[str, Any] = {"stored_at": NOW, "recorded_at": NOW, "effective_at": NOW}
    return Record(event=event, **(given | times | fields))


# No history is invented ahead.


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"effective_at": NOW},
        {"effective_at": datetime(1999, 1, 1, tzinfo=UTC)},
        {"recorded_at": NOW},
        {"recorded_at": RENAMED, "effective_at": RENAMED},
        {"recorded_at": NOW, "effective_at": BORN},
    ],
)
def test_a_time_may_lie_in_the_past(fields: dict[str, Any]) -> None:
    check_times(context(**fields))


def test_nothing_is_true_in_the_future() -> None:
    with pytest.raises(EffectiveInTheFuture, match="at most 2026-03-02T09:00:00Z"):
        check_times(context(effective_at=NOW + MOMENT))


def test_nothing_was_recorded_in_the_future() -> None:
    with pytest.raises(RecordedInTheFuture, match="at most 2026-03-02T09:00:00Z"):
        check_times(context(effective_at=NOW, recorded_at=NOW + MOMENT))


def test_nobody_learns_a_thing_before_it_is_true() -> None:
    with pytest.raises(RecordedBeforeTrue, match="cannot have been recorded"):
        check_times(context(effective_at=NOW, recorded_at=NOW - MOMENT))


def test_what_is_true_defaults_to_when_it_was_recorded_and_that_to_now() -> None:
    assert context().effective == NOW
    assert context(recorded_at=RENAMED).effective == RENAMED
    assert context(recorded_at=RENAMED, effective_at=BORN).effective == BORN


def test_instants_are_compared_across_time_zones() -> None:
    tokyo = timezone(timedelta(hours=9))
    check_times(context(effective_at=NOW.astimezone(tokyo)))
    with pytest.raises(EffectiveInTheFuture):
        check_times(context(effective_at=(NOW + MOMENT).astimezone(tokyo)))


# Nothing happens before what it names.


def test_an_entity_exists_from_its_first_instant_on() -> None:
    existed(context(effective_at=BORN), ANNA_AS_KNOWN)
    with pytest.raises(EffectiveBeforeItExisted, match=f"the entity {ANNA} did not exist before"):
        existed(context(effective_at=BORN - MOMENT), ANNA_AS_KNOWN)


def test_every_entity_named_is_asked() -> None:
    young = Entity(id=ANNA, exists_from=RENAMED)
    with pytest.raises(EffectiveBeforeItExisted):
        existed(context(effective_at=BORN), ANNA_AS_KNOWN, young)


def test_what_states_no_time_happens_when_it_is_recorded() -> None:
    later = Entity(id=ANNA, exists_from=NOW + MOMENT, since={"name": NOW + MOMENT})
    existed(context(), later)
    forwards(context(), later, RENAME)


# No field is changed before its last change.


def test_a_field_is_not_changed_before_its_last_change() -> None:
    forwards(context(effective_at=RENAMED), ANNA_AS_KNOWN, RENAME)
    with pytest.raises(EffectiveTimeGoesBack, match=f"the name of entity {ANNA} changed then"):
        forwards(context(effective_at=RENAMED - MOMENT), ANNA_AS_KNOWN, RENAME)


def test_another_field_may_be_changed_in_between() -> None:
    event = PersonContactChanged(email=Moved(old=None, new="a@b.org"))
    forwards(context(effective_at=BORN), ANNA_AS_KNOWN, event)
    with pytest.raises(EffectiveBeforeItExisted):
        forwards(context(effective_at=BORN - MOMENT), ANNA_AS_KNOWN, event)


def test_a_field_that_never_changed_is_free() -> None:
    forwards_at(context(effective_at=BORN), ANNA_AS_KNOWN, "self_score")


def test_a_field_is_named_in_plain_words() -> None:
    entity = Entity(id=ANNA, exists_from=BORN, since={"self_score": RENAMED})
    with pytest.raises(EffectiveTimeGoesBack, match="the self score of"):
        forwards_at(context(effective_at=BORN), entity, "self_score")


# What an entity remembers of its times.


def test_an_entity_remembers_when_each_field_changed() -> None:
    event = PersonContactChanged(email=Moved(old=None, new="a@b.org"))
    registered = evolve(None, record(PersonRegistered(name="Anna"), effective_at=BORN))
    changed = after(registered, record(event, effective_at=RENAMED, version=2))
    assert changed.version == 2
    assert changed.since == {"email": RENAMED}


def test_a_stream_begins_with_what_brings_its_entity_into_being() -> None:
    with pytest.raises(BrokenStreamError, match=r"begins with person\.renamed"):
        begun(None, record(RENAME))


def test_a_graph_begins_with_a_proposal_and_holds_nothing_but_alignments() -> None:
    agreed = Moved(old=AlignmentState.PROPOSED, new=AlignmentState.ACCEPTED)
    accepted = AlignmentAccepted(alignment_id=ANNA, state=agreed)
    with pytest.raises(BrokenStreamError, match=r"begins with alignment\.accepted"):
        graph.evolve(None, record(accepted))
    with pytest.raises(TypeError, match="is no event of an alignment graph"):
        graph.evolve(None, record(RENAME))
