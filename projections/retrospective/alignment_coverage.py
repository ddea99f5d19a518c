"""Question 10: how much was unaligned, and when?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import pairwise
from typing import Annotated, NamedTuple

from pydantic import Field

from projections.entity_states import State
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
from projections.retrospective.links import (
    Link,
    histories,
    links_of,
    lives,
    objective_of,
    state_of,
    told_of,
)
from projections.retrospective.period import days, instant, tidy
from projections.retrospective.stories import ObjectiveStory, at
from projections.retrospective.weeks import weeks_of


class Span(Shape):
    """A time from an instant until another one; null while it lasts."""

    start: Annotated[datetime, Field(alias="from")]
    finish: Annotated[datetime | None, Field(alias="to")]


class CoverageWeek(Shape):
    """How many published objectives were aligned when a week ended."""

    week: str
    at: datetime
    objectives: int
    aligned: int
    orphaned: int
    share: Annotated[Number | None, Field(description="Aligned objectives of all; null of none.")]


class UnalignedObjective(Finding):
    """An objective that for some time was aligned with nothing that lives."""

    objective: Thing
    owner: Party
    spans: tuple[Span, ...]
    days: Number
    ever_aligned: bool


class OrphanedObjective(Finding):
    """An objective that went on although what it supports was closed or dropped."""

    objective: Thing
    owner: Party
    parent: Thing
    parent_outcome: str | None
    since: datetime
    until: datetime | None
    days: Number
    check_ins_since: int


class AlignmentCoverage(Answer):
    """The share of aligned objectives by week, and which ones were not."""

    share: Annotated[
        Number | None, Field(description="Days aligned of all days that objectives were live.")
    ]
    weeks: tuple[CoverageWeek, ...]
    unaligned: tuple[UnalignedObjective, ...]
    orphaned: tuple[OrphanedObjective, ...]


Interval = tuple[int, int]
"""From an instant until another one."""


class _Links(NamedTuple):
    """An objective with the alignments that it is an end of."""

    objective: ObjectiveStory
    links: list[Link]

    @property
    def id(self) -> str:
        return self.objective.state["id"]


def alignment_coverage(account: Account) -> AlignmentCoverage:
    """The answer for an account."""
    links = links_of(account)
    linked = [_Links(one, _of(links, one)) for one in account.objectives]
    live = {one.id: _spans(account, one, _lives) for one in linked}
    aligned = {one.id: _spans(account, one, _aligned) for one in linked}
    in_all, covered = _total(live.values()), _total(aligned.values())
    known = bool(links)
    alone = [(one, _without(live[one.id], aligned[one.id])) for one in linked]
    orphans = [found for one in linked for found in _orphans(account, one)]
    return AlignmentCoverage(
        unknown=_unknown(account, known=known),
        n=len(linked),
        small_sample=small(len(linked)),
        positions=account.period.positions("CycleOpened", "CycleClosed"),
        share=tidy(covered / in_all) if known and in_all else None,
        weeks=tuple(_weeks(account, linked)) if known else (),
        unaligned=tuple(_unaligned(account, *one) for one in alone if known and one[1]),
        orphaned=tuple(sorted(orphans, key=lambda one: (one.since, one.objective.id))),
    )


def _unknown(account: Account, *, known: bool) -> Unknown | None:
    if not account.objectives:
        return "no_objectives"
    return None if known else "no_alignments"


def _of(links: list[Link], objective: ObjectiveStory) -> list[Link]:
    ends = [(one, one.lower["objective_id"], one.upper["objective_id"]) for one in links]
    return [one for one, *ids in ends if objective.state["id"] in ids]


def _lives(_account: Account, one: _Links, instant: int) -> bool:
    state = at(one.objective.versions, instant)
    return state is not None and state["state"] == "published"


def _aligned(account: Account, one: _Links, instant: int) -> bool:
    """Whether an accepted alignment ties it, above or below, to something that lives."""
    return _lives(account, one, instant) and any(
        link.holds(instant) and lives(account, link.other(one.id), instant) for link in one.links
    )


def _orphaned(account: Account, one: _Links, link: Link, instant: int) -> bool:
    """Whether it lives while what it supports no longer does."""
    above = link.holds(instant) and not lives(account, link.upper, instant)
    return _lives(account, one, instant) and above


def _spans(
    account: Account, one: _Links, holds: Callable[[Account, _Links, int], bool]
) -> list[Interval]:
    """When something held of an objective, between the beginning and the end of the cycle."""
    start, until = account.start, account.period.until
    versions = [one.objective.versions]
    for link in one.links:
        versions += [link.edge.versions, *histories(account, link.other(one.id))]
    moments = {start, *(place for story in versions for place, _ in story if start < place < until)}
    found: list[Interval] = []
    ordered = [*sorted(moments), until]
    for begins, ends in pairwise(ordered):
        if begins < ends and holds(account, one, begins):
            joined = bool(found) and found[-1][1] == begins
            found[-1:] = [(found[-1][0], ends)] if joined else [*found[-1:], (begins, ends)]
    return found


def _total(spans: Iterable[list[Interval]]) -> int:
    return sum(end - start for one in spans for start, end in one)


def _without(spans: list[Interval], others: list[Interval]) -> list[Interval]:
    """What remains of some spans without others that lie within them."""
    found: list[Interval] = []
    for start, end in spans:
        open_from = start
        for begins, ends in others:
            if start <= begins < end:
                if open_from < begins:
                    found.append((open_from, begins))
                open_from = ends
        if open_from < end:
            found.append((open_from, end))
    return found


def _weeks(account: Account, linked: list[_Links]) -> Iterable[CoverageWeek]:
    for week in weeks_of(account.start, account.period.until, account.zone):
        alive = [one for one in linked if _lives(account, one, week.at)]
        aligned = sum(_aligned(account, one, week.at) for one in alive)
        orphaned = sum(
            any(_orphaned(account, one, link, week.at) for link in _upwards(one)) for one in alive
        )
        yield CoverageWeek(
            week=week.name,
            at=instant(week.at),
            objectives=len(alive),
            aligned=aligned,
            orphaned=orphaned,
            share=tidy(aligned / len(alive)) if alive else None,
        )


def _upwards(one: _Links) -> list[Link]:
    return [link for link in one.links if link.lower["objective_id"] == one.id]


def _unaligned(account: Account, one: _Links, spans: list[Interval]) -> UnalignedObjective:
    until = account.period.until
    proposed = [told.position for link in one.links for told in link.edge.told]
    shown = [told.position for told in one.objective.told if told.type == "ObjectivePublished"]
    return UnalignedObjective(
        positions=tuple(sorted({*proposed, *shown})),
        objective=thing(one.objective.state),
        owner=account.owner(one.objective.state),
        spans=tuple(_span(start, end, until) for start, end in spans),
        days=days(_total([spans])),
        ever_aligned=any(
            state["state"] == "accepted" for link in one.links for _, state in link.edge.versions
        ),
    )


def _span(start: int, end: int, until: int) -> Span:
    return Span(start=instant(start), finish=None if end == until else instant(end))


def _orphans(account: Account, one: _Links) -> Iterable[OrphanedObjective]:
    for link in _upwards(one):
        held = _Links(one.objective, [link])

        def orphaned(account: Account, one: _Links, instant: int) -> bool:
            return _orphaned(account, one, one.links[0], instant)

        for start, end in _spans(account, held, orphaned):
            yield _orphan(account, held, start, end)


def _orphan(account: Account, one: _Links, start: int, end: int) -> OrphanedObjective:
    link = one.links[0]
    parent: State = state_of(account, link.upper) or link.upper
    above = objective_of(account, link.upper["objective_id"])
    made = [check_in.at for part in account.parts_of(one.objective) for check_in in part.check_ins]
    ending = [
        told.position
        for told in told_of(account, link.upper)
        if told.at <= start and told.type in ("ObjectiveClosed", "KeyResultDropped")
    ]
    return OrphanedObjective(
        positions=tuple(sorted({*ending, *(told.position for told in link.edge.told)})),
        objective=thing(one.objective.state),
        owner=account.owner(one.objective.state),
        parent=thing(parent),
        parent_outcome=None if above is None else above.state["outcome"],
        since=instant(start),
        until=None if end == account.period.until else instant(end),
        days=days(end - start),
        check_ins_since=sum(start < place <= end for place in made),
    )
