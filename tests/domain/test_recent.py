"""Records that were appended last are at hand, as many as there is room for."""

from __future__ import annotations

import pytest

from domain.codec import Stored
from domain.log.recent import Recent

FIRST, SECOND, THIRD = (Stored("-", b"", "-", 1, position) for position in (2, 3, 7))


@pytest.fixture
def recent(monkeypatch: pytest.MonkeyPatch) -> Recent:
    """Room for two records, both taken; the log begins with a gap."""
    monkeypatch.setattr("domain.log.recent.RECENT", 2)
    recent = Recent()
    recent.remember(0, [FIRST, SECOND])
    return recent


def test_as_many_records_are_at_hand_as_there_is_room_for(recent: Recent) -> None:
    assert recent.following(0, 10) == [FIRST, SECOND]
    recent.remember(SECOND.position, [THIRD])
    assert recent.following(0, 10) == []
    assert recent.following(FIRST.position, 10) == [SECOND, THIRD]


def test_no_more_are_told_than_were_asked_for(recent: Recent) -> None:
    assert recent.following(0, 1) == [FIRST]
    assert recent.following(0, 2) == [FIRST, SECOND]
    assert recent.following(0, 0) == []


def test_what_follows_no_record_at_hand_is_not_told(recent: Recent) -> None:
    assert recent.following(1, 10) == []
    recent.remember(5, [THIRD])
    assert recent.following(FIRST.position, 10) == [SECOND]
