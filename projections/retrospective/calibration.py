"""Question 5: is confidence calibrated?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, NamedTuple

from pydantic import Field

from projections.retrospective.account import Account
from projections.retrospective.findings import (
    SMALL_FORECASTS,
    Answer,
    Finding,
    Number,
    Party,
    Shape,
    Unknown,
    small,
)
from projections.retrospective.outcomes import reached
from projections.retrospective.period import tidy
from projections.retrospective.stories import CheckIn
from projections.retrospective.weeks import monday

_Bias = Annotated[
    Number,
    Field(description="Mean forecast less share reached: above 0 is overconfident."),
]


class Level(Finding):
    """What came of all forecasts of one confidence: a dot of the calibration plot."""

    confidence: int
    n: int
    reached: int
    share_reached: Number


class ForecastWeek(Shape):
    """The forecasts of one week of a cycle, counted from its first week."""

    number: int
    starts_on: Annotated[date | None, Field(description="Null where several cycles are pooled.")]
    n: int
    mean_forecast: Annotated[Number, Field(description="Mean confidence, 10 being 1.")]
    share_reached: Number
    brier: Number
    bias: _Bias
    small_sample: bool


class OwnerBias(Shape):
    """The forecasts for an owner's objectives, and what came of them."""

    owner: Party
    n: int
    key_results: int
    brier: Number
    bias: _Bias
    small_sample: bool


class Calibration(Answer):
    """Confidence against outcome; `n` counts forecasts, one a key result and week."""

    key_results: Annotated[int, Field(description="How many of them have a forecast and an end.")]
    reached: Annotated[int, Field(description="How many of those reached their target.")]
    brier: Annotated[
        Number | None,
        Field(description="Mean squared error: reliability − resolution + uncertainty."),
    ]
    reliability: Annotated[
        Number | None, Field(description="How far confidence is from what came of it; 0 is best.")
    ]
    resolution: Annotated[
        Number | None, Field(description="How well it tells apart what is reached; more is better.")
    ]
    uncertainty: Annotated[
        Number | None, Field(description="How hard it was to tell; no credit of the forecasters.")
    ]
    bias: Annotated[
        Number | None,
        Field(description="Mean forecast less share reached: above 0 is overconfident."),
    ]
    levels: tuple[Level, ...]
    weeks: tuple[ForecastWeek, ...]
    owners: tuple[OwnerBias, ...]


class Forecast(NamedTuple):
    """The last confidence of a key result in a week, and what came of the key result."""

    key_result_id: str
    owner: Party
    number: int
    starts_on: date
    level: int
    reached: bool
    positions: tuple[int, ...]

    @property
    def error(self) -> float:
        """Forecast less outcome."""
        return self.level / 10 - self.reached


def calibration(accounts: Sequence[Account]) -> Calibration:
    """The answer for one cycle, or for several pooled."""
    told = [one for account in accounts for one in forecasts(account)]
    outcomes = {one.key_result_id: one.reached for one in told}
    n, share = len(told), _share(told)
    levels = {level: [one for one in told if one.level == level] for level in range(11)}
    return Calibration(
        unknown=None if told else _unknown(accounts),
        n=n,
        small_sample=small(n, SMALL_FORECASTS),
        key_results=len(outcomes),
        reached=sum(outcomes.values()),
        brier=_brier(told) if told else None,
        reliability=_spread(
            n, [(len(of), level / 10 - _share(of)) for level, of in levels.items()]
        ),
        resolution=_spread(n, [(len(of), _share(of) - share) for of in levels.values()]),
        uncertainty=tidy(share * (1 - share)) if told else None,
        bias=_bias(told) if told else None,
        levels=tuple(_level(level, of) for level, of in levels.items() if of),
        weeks=tuple(_weeks(told, pooled=len(accounts) > 1)),
        owners=tuple(_owners(told)),
    )


def forecasts(account: Account) -> list[Forecast]:
    """The forecasts of a cycle that is over: one a key result and week in which it was checked."""
    found: list[Forecast] = []
    first = monday(account.start, account.zone)
    for key_result in account.key_results:
        outcome = reached(account, key_result)
        if outcome is None:
            continue
        last: dict[date, CheckIn] = {}
        for one in key_result.check_ins:
            if one.confidence is not None and account.start <= one.at < account.period.until:
                last[monday(one.at, account.zone)] = one
        owner = account.team_of(key_result)
        for starts_on, one in last.items():
            number, level = (starts_on - first).days // 7 + 1, one.confidence or 0
            positions = tuple(one.positions)
            told = Forecast(key_result.id, owner, number, starts_on, level, outcome, positions)
            found.append(told)
    return found


def _unknown(accounts: Sequence[Account]) -> Unknown:
    if not any(account.period.over for account in accounts):
        return "not_over"
    check_ins = (one for account in accounts for kr in account.key_results for one in kr.check_ins)
    return "no_confidence" if any(check_ins) else "no_check_ins"


def _share(told: Sequence[Forecast]) -> float:
    return sum(one.reached for one in told) / len(told) if told else 0.0


def _brier(told: Sequence[Forecast]) -> Number:
    return tidy(sum(one.error**2 for one in told) / len(told))


def _bias(told: Sequence[Forecast]) -> Number:
    return tidy(sum(one.error for one in told) / len(told))


def _spread(n: int, parts: Sequence[tuple[int, float]]) -> Number | None:
    """The mean squared distance of groups, each with its size."""
    return tidy(sum(size * distance**2 for size, distance in parts) / n) if n else None


def _level(level: int, told: Sequence[Forecast]) -> Level:
    return Level(
        positions=tuple(sorted(place for one in told for place in one.positions)),
        confidence=level,
        n=len(told),
        reached=sum(one.reached for one in told),
        share_reached=tidy(_share(told)),
    )


def _weeks(told: Sequence[Forecast], *, pooled: bool) -> list[ForecastWeek]:
    by_number: dict[int, list[Forecast]] = {}
    for one in told:
        by_number.setdefault(one.number, []).append(one)
    return [
        ForecastWeek(
            number=number,
            starts_on=None if pooled else of[0].starts_on,
            n=len(of),
            mean_forecast=tidy(sum(one.level for one in of) / len(of) / 10),
            share_reached=tidy(_share(of)),
            brier=_brier(of),
            bias=_bias(of),
            small_sample=small(len(of)),
        )
        for number, of in sorted(by_number.items())
    ]


def _owners(told: Sequence[Forecast]) -> list[OwnerBias]:
    """By owner, those with the most bias first."""
    by_owner: dict[str, list[Forecast]] = {}
    for one in told:
        by_owner.setdefault(one.owner.id, []).append(one)
    found = [
        OwnerBias(
            owner=of[-1].owner,
            n=len(of),
            key_results=len({one.key_result_id for one in of}),
            brier=_brier(of),
            bias=_bias(of),
            small_sample=small(len(of), SMALL_FORECASTS),
        )
        for of in by_owner.values()
    ]
    return sorted(found, key=lambda one: (-abs(one.bias), one.owner.name or "", one.owner.id))
