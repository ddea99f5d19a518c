"""Whom the log tells what, and when: those who follow it, and those who count its outcomes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.log import KeyTakenError, Log, RaceLostError
from tests.builders import ANNA, BEN, CARA
from tests.domain.logs import entry, key, opened


@pytest.fixture
def log(where: str) -> Iterator[Log]:
    with opened(where) as log:
        yield log


def test_a_race_that_was_lost_is_told_but_no_other_refusal(log: Log) -> None:
    won: list[bool] = []
    log.on_outcome(won.append)
    log.append([entry(key=key())], {})
    with pytest.raises(KeyTakenError):
        log.append([entry(BEN, key=key())], {})
    assert won == [True]
    with pytest.raises(RaceLostError):
        log.append([entry(BEN)], {ANNA: 0})
    assert won == [True, False]


def test_followers_are_handed_what_was_recorded_and_nothing_else(log: Log) -> None:
    told: list[tuple[int, list[int]]] = []
    log.on_recorded(lambda after, some: told.append((after, [one.position for one in some])))
    log.append([entry()], {})
    log.append([], {}, [key()])
    with pytest.raises(RaceLostError):
        log.append([entry(BEN)], {ANNA: 0})
    (record,) = log.append([entry(CARA)], {})
    assert told == [(0, [1]), (1, [record.position])]
