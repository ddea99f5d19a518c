"""Question 7: how long was each key result on track, at risk, off track, stale?"""

from __future__ import annotations

from collections import Counter

from projections.retrospective.account import Account, thing
from projections.retrospective.findings import Answer, Finding, Number, Party, Shape, Thing, small
from projections.retrospective.period import days
from projections.retrospective.stories import KeyResultStory
from projections.status import STATUSES


class StatusDays(Shape):
    """Days in each status."""

    on_track: Number
    at_risk: Number
    off_track: Number
    stale: Number
    unknown: Number


class KeyResultStatuses(Finding):
    """The days of one key result in each status, while it lived and the cycle ran."""

    key_result: Thing
    objective: Thing
    owner: Party
    days: StatusDays


class TimeInStatus(Answer):
    """Days by key result, and in all."""

    days: StatusDays
    key_results: tuple[KeyResultStatuses, ...]


def time_in_status(account: Account) -> TimeInStatus:
    """The answer for an account."""
    spans = [(one, _spans(account, one)) for one in account.key_results]
    lived = [(one, span) for one, span in spans if span.total()]
    measured = any(one.check_ins for one, _ in lived)
    total = sum((span for _, span in lived), Counter[str]())
    return TimeInStatus(
        unknown=None if measured else "no_check_ins" if lived else "no_key_results",
        n=len(lived),
        small_sample=small(len(lived)),
        positions=account.period.positions("CycleOpened", "CycleClosed"),
        days=_days(total),
        key_results=tuple(_found(account, one, span) for one, span in lived),
    )


def _spans(account: Account, key_result: KeyResultStory) -> Counter[str]:
    """Microseconds in each status between the beginning of work and the end of the cycle."""
    found = Counter[str]()
    for spell in key_result.spells:
        start = max(spell.start, account.start)
        end = account.period.until if spell.end is None else min(spell.end, account.period.until)
        if start < end:
            found[spell.status] += end - start
    return found


def _days(spans: Counter[str]) -> StatusDays:
    return StatusDays.model_validate({status: days(spans[status]) for status in STATUSES})


def _found(account: Account, key_result: KeyResultStory, spans: Counter[str]) -> KeyResultStatuses:
    places = {place for one in key_result.check_ins for place in one.positions}
    places.add(key_result.told[0].position)
    return KeyResultStatuses(
        positions=tuple(sorted(places)),
        key_result=thing(key_result.state),
        objective=thing(account.objective_of(key_result).state),
        owner=account.owner_of(key_result),
        days=_days(spans),
    )
