"""Question 8: how regular were check-ins?"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from projections.retrospective.account import Account, thing
from projections.retrospective.findings import (
    Answer,
    Finding,
    Number,
    Party,
    Shape,
    Thing,
    Unknown,
    small,
)
from projections.retrospective.period import DAY, days
from projections.retrospective.stories import KeyResultStory
from projections.retrospective.weeks import midnight

Verdict = Literal["in_rhythm", "irregular", "out_of_rhythm", "unknown"]


class Kept(Shape):
    """How well a rhythm was kept."""

    expected: Annotated[int, Field(description="Whole periods of the cadence that passed.")]
    kept: Annotated[int, Field(description="Those of them with a check-in.")]
    made: Annotated[int, Field(description="All check-ins that stand.")]
    late: Annotated[int, Field(description="Those entered more than a day after measuring.")]
    longest_gap_days: Annotated[
        Number | None,
        Field(description="The longest time without a check-in, from the first day to the last."),
    ]
    verdict: Verdict


class KeyResultRhythm(Kept, Finding):
    """The rhythm of one key result."""

    key_result: Thing
    objective: Thing
    owner: Party


class OwnerRhythm(Kept):
    """The rhythm of all key results of an owner's objectives."""

    owner: Party
    key_results: int
    small_sample: bool


class CheckInRhythm(Kept, Answer):
    """The rhythm of all, of each owner, and of each key result; the worst come first."""

    cadence_days: int
    owners: tuple[OwnerRhythm, ...]
    key_results: tuple[KeyResultRhythm, ...]


IN_RHYTHM, OUT_OF_RHYTHM = 0.75, 0.5
"""The share of kept periods from which on a rhythm is one, and below which it is none."""

LATE_AFTER = DAY
"""How long after a measurement it may be entered."""


class Count(NamedTuple):
    """How well a key result's rhythm was kept; the gap in microseconds."""

    expected: int
    kept: int
    made: int
    late: int
    gap: int | None

    @property
    def share(self) -> float | None:
        """Kept periods of those expected."""
        return self.kept / self.expected if self.expected else None

    def as_fields(self) -> dict[str, Any]:
        gap = None if self.gap is None else days(self.gap)
        counted = self._asdict() | {"longest_gap_days": gap, "verdict": verdict(self.share)}
        del counted["gap"]
        return counted


def rhythm(account: Account) -> CheckInRhythm:
    """The answer for an account."""
    counted = [(one, count(account, one)) for one in account.key_results]
    owned: dict[str, list[tuple[KeyResultStory, Count]]] = {}
    for one, kept in counted:
        owned.setdefault(account.team_of(one).id, []).append((one, kept))
    total = together(kept for _, kept in counted)
    owners = [_owner(account, of) for of in owned.values()]
    found = [_found(account, one, kept) for one, kept in counted]
    return CheckInRhythm(
        unknown=_unknown(total, len(counted)),
        n=len(counted),
        small_sample=small(total.expected),
        positions=account.period.positions("CycleOpened"),
        cadence_days=account.cycle["cadence_days"],
        owners=tuple(sorted(owners, key=lambda one: (_order(one), one.owner.name or ""))),
        key_results=tuple(sorted(found, key=lambda one: (_order(one), one.key_result.title or ""))),
        **total.as_fields(),
    )


def _unknown(total: Count, key_results: int) -> Unknown | None:
    if not key_results:
        return "no_key_results"
    return None if total.expected else "too_few"


def count(account: Account, key_result: KeyResultStory) -> Count:
    """How well the rhythm was kept between the agreement on a key result and the end of work.

    Periods begin with the day of the agreement; the last one, which is not whole, is not expected.
    """
    start, until = account.agreed_at(key_result), account.worked_until(key_result)
    if until <= start:
        return Count(0, 0, 0, 0, None)
    first, length = midnight(start, account.zone), account.cycle["cadence_days"] * DAY
    expected = (until - first) // length
    made = [one for one in key_result.check_ins if first <= one.at <= until]
    kept = {(one.at - first) // length for one in made}
    ends = [start, *(max(one.at, start) for one in made), until]
    return Count(
        expected=expected,
        kept=sum(number < expected for number in kept),
        made=len(made),
        late=sum(one.recorded - one.at > LATE_AFTER for one in made),
        gap=max(later - earlier for earlier, later in pairwise(ends)),
    )


def together(counts: Iterable[Count]) -> Count:
    """Several rhythms as one."""
    told = list(counts)
    gaps = [one.gap for one in told if one.gap is not None]
    return Count(
        expected=sum(one.expected for one in told),
        kept=sum(one.kept for one in told),
        made=sum(one.made for one in told),
        late=sum(one.late for one in told),
        gap=max(gaps, default=None),
    )


def verdict(share: float | None) -> Verdict:
    """What a share of kept periods means."""
    if share is None:
        return "unknown"
    if share >= IN_RHYTHM:
        return "in_rhythm"
    return "out_of_rhythm" if share < OUT_OF_RHYTHM else "irregular"


def _order(one: Kept) -> float:
    return one.kept / one.expected if one.expected else 2.0


def _owner(account: Account, of: list[tuple[KeyResultStory, Count]]) -> OwnerRhythm:
    total = together(kept for _, kept in of)
    return OwnerRhythm(
        owner=account.team_of(of[0][0]),
        key_results=len(of),
        small_sample=small(total.expected),
        **total.as_fields(),
    )


def _found(account: Account, key_result: KeyResultStory, kept: Count) -> KeyResultRhythm:
    places = {place for one in key_result.check_ins for place in one.positions}
    places.add(key_result.told[0].position)
    return KeyResultRhythm(
        positions=tuple(sorted(places)),
        key_result=thing(key_result.state),
        objective=thing(account.objective_of(key_result).state),
        owner=account.owner_of(key_result),
        **kept.as_fields(),
    )
