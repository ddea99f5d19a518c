"""The sums of what counts, kept exact while parts come, change and go.

The same sums as those of the board, made over for every change. A cycle's progress is a weighted
mean of weighted means, so it is one sum over key results, each with a share of its own. Shares are
whole numbers over their objective's denominator, and few denominators differ: a new measurement
costs one multiplication.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import Any

from projections.rollup import exact, nearest, quotient, spelled

PLACES = 12
"""The decimals of a stored progress."""

_UNIT = 10**PLACES
_SAFE = 1_000
"""Below it, rounding a float times the unit gives the very decimal that the float spells."""

_mean = lru_cache(maxsize=4096)(quotient)
"""Means of confidences: sums of small whole numbers, of which few differ."""


@dataclass(slots=True, eq=False)
class _Line:
    """One objective with its key results; without a weight it does not count."""

    weight: float | None = None
    parts: list[_Part] = field(default_factory=list["_Part"])
    denominator: int = 1


@dataclass(slots=True, eq=False)
class _Part:
    """One key result; without a weight it does not count."""

    line: _Line
    weight: float | None = None
    units: int = 0
    """Its progress in units of the last decimal, 0 without one."""
    measured: int = 0
    """1 if it has a progress, or else 0."""
    confidence: int | None = None
    share: int = 0
    """Its part of the whole, over the denominator of its line."""


class Sums:
    """What the objectives that count come to. Objectives and key results have names of any kind."""

    def __init__(self) -> None:
        self.objectives = 0
        self.key_results = 0
        self.measured = 0
        self._confidence = 0
        self._confident = 0
        self._weight = Fraction(0)
        self._lines: dict[Hashable, _Line] = {}
        self._parts: dict[Hashable, _Part] = {}
        self._numerators: dict[int, int] = {}
        self._users: dict[int, int] = {}
        self._common = 1
        self._is_scaled = False
        self._scales: dict[int, int] = {}
        self._sum = 0
        self._whole = 0

    def objective(self, name: Hashable, weight: float | None) -> None:
        """Let an objective count with a weight, or, with None, not at all."""
        line = self._line(name)
        if line.weight == weight:
            return
        self._leave(line)
        if line.weight is not None:
            self._weight -= exact(line.weight)
            self.objectives -= 1
        line.weight = weight
        if weight is not None:
            self._weight += exact(weight)
            self.objectives += 1
        self._enter(line)

    def key_result(
        self,
        objective: Hashable,
        name: Hashable,
        weight: float | None,
        progress: float | None,
        confidence: int | None,
    ) -> None:
        """Let a key result count with a weight, or, with None, not at all."""
        part = self._parts.get(name)
        units, measured = (0, 0) if progress is None else (_units(progress), 1)
        if part is not None and part.weight == weight:
            if weight is not None and part.line.weight is not None:
                self._exchange(part, units, measured, confidence)
            part.units, part.measured, part.confidence = units, measured, confidence
            return
        if part is None:
            part = self._parts[name] = _Part(self._line(objective))
            part.line.parts.append(part)
        line = part.line
        self._leave(line)
        part.weight = weight
        part.units, part.measured, part.confidence = units, measured, confidence
        self._enter(line)

    def as_json(self) -> dict[str, Any]:
        """The totals of this instant."""
        if not self._is_scaled:
            self._scale()
        progress, confident = None, self._confident
        if self._whole:
            progress = spelled(nearest(self._sum, self._whole), _UNIT)
        return {
            "objectives": self.objectives,
            "key_results": self.key_results,
            "measured": self.measured,
            "progress": progress,
            "confidence": _mean(self._confidence, confident, 2) if confident else None,
        }

    def _line(self, name: Hashable) -> _Line:
        line = self._lines.get(name)
        if line is None:
            line = self._lines[name] = _Line()
        return line

    def _scale(self) -> None:
        """Put all numerators over one denominator, until what counts changes."""
        common, weight = self._common, self._weight
        self._whole = common * weight.numerator
        self._scales = {of: common // of * weight.denominator for of in self._numerators}
        self._sum = sum(number * self._scales[of] for of, number in self._numerators.items())
        self._is_scaled = True

    def _exchange(self, part: _Part, units: int, measured: int, confidence: int | None) -> None:
        """A new measurement, with the share that the key result has already."""
        of, more = part.line.denominator, part.share * (units - part.units)
        self._numerators[of] += more
        if self._is_scaled:
            self._sum += more * self._scales[of]
        self.measured += measured - part.measured
        if confidence != part.confidence:
            self._trust(part.confidence, -1)
            self._trust(confidence, 1)

    def _leave(self, line: _Line) -> None:
        """Take an objective with its key results out of the sums."""
        if line.weight is None:
            return
        self._is_scaled = False
        of = line.denominator
        for part in line.parts:
            self._count(part, of, -1)
        self._users[of] -= 1
        if not self._users[of]:
            del self._users[of], self._numerators[of]
            self._common = lcm(*self._users)

    def _enter(self, line: _Line) -> None:
        """Take an objective with its key results into the sums."""
        if line.weight is None:
            return
        self._is_scaled = False
        _share_out(line, exact(line.weight))
        of = line.denominator
        if of not in self._users:
            self._users[of] = self._numerators[of] = 0
            self._common = lcm(self._common, of)
        self._users[of] += 1
        for part in line.parts:
            self._count(part, of, 1)

    def _count(self, part: _Part, of: int, sign: int) -> None:
        if part.weight is None:
            return
        self._numerators[of] += sign * part.share * part.units
        self.key_results += sign
        self.measured += sign * part.measured
        self._trust(part.confidence, sign)

    def _trust(self, confidence: int | None, sign: int) -> None:
        if confidence is not None:
            self._confidence += sign * confidence
            self._confident += sign


def _share_out(line: _Line, weight: Fraction) -> None:
    """Give each key result that counts its share of an objective's weight."""
    parts = [part for part in line.parts if part.weight is not None]
    weights = [exact(part.weight or 0) for part in parts]
    unit = lcm(*[one.denominator for one in weights])
    wholes = [one.numerator * (unit // one.denominator) for one in weights]
    shares = [weight.numerator * one for one in wholes]
    # Weights that add up to 0 give no mean, so no share is more than 0.
    denominator = weight.denominator * sum(wholes) or 1
    common = gcd(denominator, *shares)
    line.denominator = denominator // common
    for part, share in zip(parts, shares, strict=True):
        part.share = share // common


def _units(progress: float) -> int:
    """A progress in units of its last decimal."""
    if -_SAFE < progress < _SAFE:
        return round(progress * _UNIT)
    return int(exact(progress) * _UNIT)
