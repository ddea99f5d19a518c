"""Question 2: what would the score be against the original target?"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from domain.measures import weighted_mean
from projections.entity_states import State
from projections.retrospective.account import Account, thing
from projections.retrospective.findings import Answer, Finding, Number, Party, Thing, small
from projections.retrospective.moved_targets import moves_of
from projections.retrospective.stories import (
    KeyResultStory,
    ObjectiveStory,
    Reading,
    Told,
    progress_by,
)
from projections.rollup import counts, exact, shown

_ByOriginal = Annotated[
    Number | None, Field(description="What the last measurement scores by the original measure.")
]
_ByFinal = Annotated[
    Number | None, Field(description="What it scores by the measure that holds in the end.")
]
_Given = Annotated[Number | None, Field(description="What people agreed on, or said themselves.")]


class KeyResultByOriginal(Finding):
    """A key result whose measure is not the one that work began with."""

    key_result: Thing
    objective: Thing
    owner: Party
    original_target: Annotated[Any, Field(description="Of milestones, the list of steps.")]
    final_target: Any
    original_baseline: Number | None
    final_baseline: Number | None
    value: Annotated[Any, Field(description="The last measurement; of milestones, those reached.")]
    by_original: _ByOriginal
    by_final: _ByFinal
    given: _Given


class ObjectiveByOriginal(Finding):
    """An objective, by the weighted mean of its key results."""

    objective: Thing
    owner: Party
    by_original: _ByOriginal
    by_final: _ByFinal
    given: _Given


class ScoresByOriginal(Answer):
    """The scores of a cycle by both measures; objectives and cycle are weighted means."""

    by_original: _ByOriginal
    by_final: _ByFinal
    given: _Given
    key_results: Annotated[
        tuple[KeyResultByOriginal, ...], Field(description="Those whose measure moved.")
    ]
    objectives: tuple[ObjectiveByOriginal, ...]


_COUNTS = ("direction", "baseline", "target", "milestones")
"""The fields that decide what a measurement comes to."""


class _Pair(NamedTuple):
    """Two figures for the same thing."""

    by_original: Fraction | None
    by_final: Fraction | None


def scores_by_original(account: Account) -> ScoresByOriginal:
    """The answer for an account."""
    measured = [one for one in account.key_results if one.lives_now and one.reading]
    objectives = [one for one in account.objectives if counts(one.state)]
    pairs = {one.state["id"]: _objective(account, one) for one in objectives}
    weights = [exact(one.state["weight"]) for one in objectives]
    total = _mean(weights, list(pairs.values()))
    given = [(w, given_score(one.state)) for w, one in zip(weights, objectives, strict=True)]
    agreed = weighted_mean([(w, exact(score)) for w, score in given if score is not None])
    return ScoresByOriginal(
        unknown=None if measured else "no_check_ins" if account.key_results else "no_key_results",
        n=len(measured),
        small_sample=small(len(measured)),
        by_original=score(total.by_original),
        by_final=score(total.by_final),
        given=score(agreed),
        key_results=tuple(
            _key_result_found(account, one)
            for one in measured
            if counts_otherwise(account.original(one), one.state)
        ),
        objectives=tuple(_found(account, one, pairs[one.state["id"]]) for one in objectives),
    )


def counts_otherwise(one: State, other: State) -> bool:
    """Whether the same measurement may come to something else by two measures."""
    return any(one[name] != other[name] for name in _COUNTS)


def given_score(state: State) -> Number | None:
    """The score that was agreed, or else the one that owners gave themselves."""
    return state["self_score"] if state["agreed_score"] is None else state["agreed_score"]


def score(progress: Fraction | None) -> Number | None:
    """A progress as a score: between 0 and 1, to two decimals."""
    return None if progress is None else shown(min(max(progress, Fraction(0)), Fraction(1)), 2)


def capped(progress: Number | None) -> Fraction | None:
    """A progress between 0 and 1."""
    return None if progress is None else min(max(exact(progress), Fraction(0)), Fraction(1))


def _pair(account: Account, key_result: KeyResultStory) -> _Pair:
    reading = key_result.reading
    original, final = account.original(key_result), key_result.state
    return _Pair(capped(progress_by(original, reading)), capped(progress_by(final, reading)))


def _objective(account: Account, objective: ObjectiveStory) -> _Pair:
    live = [one for one in account.parts_of(objective) if one.state["state"] != "dropped"]
    weights = [exact(one.state["weight"]) for one in live]
    return _mean(weights, [_pair(account, one) for one in live])


def objective_progress(account: Account, objective: ObjectiveStory) -> Fraction | None:
    """The weighted mean of an objective's key results, by the measures that hold in the end."""
    return _objective(account, objective).by_final


def _mean(weights: list[Fraction], pairs: list[_Pair]) -> _Pair:
    """The weighted means of both; unknown where nothing is known, else what is unknown is 0."""
    sides = [
        weighted_mean(list(zip(weights, side, strict=True)))
        if any(one is not None for one in side)
        else None
        for side in ([one.by_original for one in pairs], [one.by_final for one in pairs])
    ]
    return _Pair(*sides)


def _key_result_found(account: Account, key_result: KeyResultStory) -> KeyResultByOriginal:
    original, final, reading = account.original(key_result), key_result.state, key_result.reading
    pair = _pair(account, key_result)
    moves = [place for one in moves_of(key_result) for place in one.positions]
    measured = key_result.check_ins[-1].positions if key_result.check_ins else []
    return KeyResultByOriginal(
        positions=tuple(sorted({*moves, *measured, *_scored(key_result.told)})),
        key_result=thing(final),
        objective=thing(account.objective_of(key_result).state),
        owner=account.owner_of(key_result),
        original_target=_target(original),
        final_target=_target(final),
        original_baseline=original["baseline"],
        final_baseline=final["baseline"],
        value=None if reading is None else _value(final, reading),
        by_original=score(pair.by_original),
        by_final=score(pair.by_final),
        given=given_score(final),
    )


def _found(account: Account, objective: ObjectiveStory, pair: _Pair) -> ObjectiveByOriginal:
    measured = [one.check_ins[-1].positions for one in account.parts_of(objective) if one.check_ins]
    places = {place for positions in measured for place in positions}
    return ObjectiveByOriginal(
        positions=tuple(sorted({*places, *_scored(objective.told)})),
        objective=thing(objective.state),
        owner=account.owner(objective.state),
        by_original=score(pair.by_original),
        by_final=score(pair.by_final),
        given=given_score(objective.state),
    )


def _scored(told: list[Told]) -> list[int]:
    return [one.position for one in told if one.type.endswith("Scored")]


def _target(state: State) -> Any:
    return state["milestones"] if state["kind"] == "milestones" else state["target"]


def _value(state: State, reading: Reading) -> Any:
    return reading.reached if state["kind"] == "milestones" else reading.value
