"""Question 5: is confidence calibrated?"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from projections.retrospective.findings import Answer, Finding, Number, Party, Shape

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
    """How an owner's forecasts compare with what came of them."""

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
