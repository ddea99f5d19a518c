"""How key results and promises stood and ended, told the slow and obvious way from the records.

Written without a look at the projections: for every question the records are folded again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from uuid import UUID

from domain import reviews
from tests.oracle import Thing, mean
from tests.projections.retrospective import oracle
from tests.projections.retrospective.oracle import TICK, Story

PATIENCE = timedelta(days=7) * 1.5
"""How old a check-in of a weekly cadence may be."""


def given(thing: Thing) -> Fraction | None:
    """The agreed score, or else the owner's own."""
    score = thing.get("agreed_score")
    score = thing.get("self_score") if score is None else score
    return None if score is None else Fraction(score)


def owner_of(story: Story, key_result: UUID) -> UUID:
    """Its own owner, or that of its objective."""
    thing = story.last[key_result]
    owner = thing.get("owner") or story.last[thing["objective_id"]]["owner"]
    return UUID(str(owner.id))


def sandbagging(story: Story) -> dict[UUID, tuple[int, int, Fraction | None, str]]:
    """Of each owner how much was scored, how much of it 1.0, how sure they were, the verdict."""
    owned: dict[UUID, list[UUID]] = {}
    for one in story.key_results():
        if story.lives(one) and given(story.last[one]) is not None:
            owned.setdefault(owner_of(story, one), []).append(one)
    found: dict[UUID, tuple[int, int, Fraction | None, str]] = {}
    for owner, scored in owned.items():
        full = [one for one in scored if given(story.last[one]) == 1]
        first: list[int] = []
        for one in scored:
            said = [told.confidence for told in story.check_ins(one) if told.confidence is not None]
            first += said[:1]
        sure = Fraction(sum(first), len(first)) if first else None
        if len(full) < len(scored):
            verdict = "not_suspected"
        elif len(scored) < 3 or sure is None:
            verdict = "unknown"
        else:
            verdict = "suspected" if sure >= 8 else "not_suspected"
        found[owner] = (len(scored), len(full), sure, verdict)
    return found


def statuses(story: Story) -> dict[UUID, dict[str, timedelta]]:
    """How long each key result was in each status while it counted."""
    told = [one.at for key_result in story.key_results() for one in story.check_ins(key_result)]
    turns = {one.effective_at for one in story.records}
    turns |= {*told, *(at + PATIENCE + TICK for at in told), story.opened}
    ordered = [one for one in sorted(turns) if story.opened <= one < story.end]
    found: dict[UUID, dict[str, timedelta]] = {}
    shown = list(story.key_results())
    for start, finish in zip(ordered, [*ordered[1:], story.end], strict=True):
        things = story.at(start)
        for one in shown:
            thing = things.get(one)
            if thing is None or thing["state"] == "dropped":
                continue
            if things[thing["objective_id"]]["outcome"] == "dropped":
                continue
            spent = found.setdefault(one, {})
            name = status(thing, start - thing["at"] if "at" in thing else None)
            spent[name] = spent.get(name, timedelta()) + (finish - start)
    return found


def status(thing: Thing, age: timedelta | None) -> str:
    """What the last check-in says, unless it is too old to say anything."""
    if age is None:
        return "unknown"
    if age > PATIENCE:
        return "stale"
    confidence = thing["confidence"]
    if confidence is None:
        return "unknown"
    return "on_track" if confidence >= 7 else "at_risk" if confidence >= 4 else "off_track"


def promises(story: Story) -> Iterator[tuple[UUID, str | None, bool, bool]]:
    """Each committed objective: what judges it, whether it was kept, whether it was reviewed."""
    for one, thing in story.last.items():
        if "outcome" not in thing or thing["outcome"] == "dropped" or not shown(story, one):
            continue
        if thing["commitment"] == "committed":
            reviewed = any(
                isinstance(record.event, reviews.ObjectiveReviewed)
                and record.event.stage == "final"
                for record in story.records
                if record.stream_id == one
            )
            yield one, *judged(story, one), reviewed


def shown(story: Story, objective: UUID) -> bool:
    """Whether an objective was ever published."""
    events = [type(one.event).__name__ for one in story.records if one.stream_id == objective]
    return "ObjectivePublished" in events


def judged(story: Story, objective: UUID) -> tuple[str | None, bool]:
    """By its score, else by its outcome, else by how far its key results got."""
    thing = story.last[objective]
    score = given(thing)
    if score is not None:
        return "score", score == 1
    if thing["outcome"] is not None:
        return "outcome", thing["outcome"] == "achieved"
    parts = [
        (Fraction(one["weight"]), story.final(key_result, one))
        for key_result, one in story.last.items()
        if one.get("objective_id") == objective and one["state"] == "live"
    ]
    got = mean(parts) if any(part is not None for _, part in parts) else None
    return (None, False) if got is None else ("progress", got >= 1)


def attained(story: Story, key_result: UUID) -> Fraction | None:
    """How far it got by measurement, or else by the score that people gave."""
    if not story.lives(key_result):
        return None
    measured = story.final(key_result, story.last[key_result])
    return given(story.last[key_result]) if measured is None else measured


def causes(story: Story) -> tuple[str, int, dict[UUID, str]]:
    """The verdict on the cycle, how many key results are decided, and why each that missed did."""
    kept = oracle.rhythm(story)
    got = {one: attained(story, one) for one in story.key_results()}
    decided = {one: value for one, value in got.items() if value is not None}
    found: dict[UUID, str] = {}
    for one, value in decided.items():
        if value < Fraction(7, 10):
            expected, made, _ = kept[one]
            found[one] = "unknown"
            if expected >= 4 and Fraction(made, expected) >= Fraction(3, 4):
                found[one] = "strategy"
            elif expected >= 4 and Fraction(made, expected) < Fraction(1, 2):
                found[one] = "rhythm"
    good = len(decided) - len(found)
    verdict = "unknown"
    if len(decided) >= 5:
        most = [name for name in ("strategy", "rhythm") if _is_most(name, found)]
        verdict = "reached" if 10 * good >= 7 * len(decided) else (most or ["unknown"])[0]
    return verdict, len(decided), found


def _is_most(cause: str, found: dict[UUID, str]) -> bool:
    return 2 * list(found.values()).count(cause) > len(found)
