"""How long things stood how, and what was believed half-way against what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from api.report.blocks import Block, Line, Table
from api.report.subject import Subject, cited, plain
from projections.retrospective.beliefs import Belief, Beliefs
from projections.retrospective.time_in_status import StatusDays, TimeInStatus
from projections.status import STATUSES

MOST_KEY_RESULTS, MOST_CHANGES = 100, 30
"""How many rows are shown; the JSON form has all."""

_COUNTED = ("objectives", "key_results", "measured", *STATUSES)
_TOLD_ELSEWHERE = frozenset({"progress", "confidence", "state", "self_score", "agreed_score"})
"""What moves in every cycle, and stands in other tables."""


def days_in_status(subject: Subject) -> Iterator[Block]:
    """Days in each status: all together, then each key result, the most days off track first."""
    found, words = subject.answer(TimeInStatus), subject.words
    if found is None:
        return
    yield from subject.unknown(found)
    if not found.key_results:
        return
    worst = sorted(found.key_results, key=lambda one: (-one.days.off_track, -one.days.at_risk))
    rows = [[Line(words("standing.all", n=found.n)), *_days(found.days, subject)]]
    rows += [
        [
            Line(one.key_result.title or "", cited(one.positions[-1:]), one.owner.name or ""),
            *_days(one.days, subject),
        ]
        for one in worst[:MOST_KEY_RESULTS]
    ]
    head = [words("word.key_result"), *(words(f"status.{status}") for status in STATUSES)]
    yield Table(words("standing.days"), head, rows, frozenset(range(1, len(head))))
    if len(worst) > MOST_KEY_RESULTS:
        yield Line(words("word.more", n=len(worst) - MOST_KEY_RESULTS))


def _days(days: StatusDays, subject: Subject) -> list[Line]:
    return plain(*(subject.words.number(getattr(days, status), 1) for status in STATUSES))


def believed(subject: Subject) -> Iterator[Block]:
    """What whoever looked half-way was shown, and what was changed between beginning and end."""
    found, words = subject.answer(Beliefs), subject.words
    if found is None:
        return
    yield from subject.unknown(found)
    if found.unknown is None:
        shown = (found.start, found.on, found.finish)
        head = [words("word.what"), *(words.day(one.at) for one in shown)]
        yield Table(words("standing.believed"), head, _totals(shown, subject), frozenset({1, 2, 3}))
    yield from _changes(found, subject)


def _totals(shown: tuple[Belief, ...], subject: Subject) -> list[list[Line]]:
    words = subject.words
    progress = plain(*(words.percent(one.totals.progress) for one in shown))
    confidence = plain(*(words.number(one.totals.confidence, 1) for one in shown))
    rows = [[Line(words("standing.progress")), *progress]]
    rows.append([Line(words("standing.confidence")), *confidence])
    for name in _COUNTED:
        title = words(f"status.{name}" if name in STATUSES else f"standing.{name}")
        rows.append([Line(title), *plain(*(str(getattr(one.totals, name)) for one in shown))])
    return rows


def _changes(found: Beliefs, subject: Subject) -> Iterator[Block]:
    words = subject.words
    changes = [one for one in found.changes if one.field not in _TOLD_ELSEWHERE]
    if changes:
        rows = [
            [
                Line(one.entity.title or "–", cited(one.positions)),
                *plain(one.field, subject.value(one.old), subject.value(one.new)),
            ]
            for one in changes[:MOST_CHANGES]
        ]
        head = [words("word.what"), words("standing.field")]
        head += [words.day(one.at) for one in (found.start, found.finish)]
        yield Table(words("standing.changed"), head, rows)
        if len(changes) > MOST_CHANGES:
            yield Line(words("word.more", n=len(changes) - MOST_CHANGES))
