"""The sums of what counts, kept exact while parts come, change and go.

The same sums as those of the board, made over for every change. A cycle's progress is a weighted
mean of weighted means, so it is one sum over key results, each with a share of its own. Shares are
whole numbers over their objective's denominator, and few denominators differ: a new measurement
costs one multiplication.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

from projections.rollup import exact, quotient

PLACES = 12
"""The decimals of a stored progress."""

_UNIT = 10**PLACES
_SAFE = 1_000
"""Below it, rounding a float times the unit gives the very decimal that the float spells."""


class Part:
    """One key result that counts."""

    __slots__ = ("confidence", "progress", "share", "units", "weight")

    def __init__(
        self, weight: float, progress: float | None = None, confidence: int | None = None
    ) -> None:
        self.weight = weight
        self.progress = progress
        self.confidence = confidence
        self.units = 0 if progress is None else _units(progress)
        self.share = 0


@dataclass(slots=True)
class _Line:
    """One objective with the key results that count; without a weight it does not count."""

    weight: float | None = None
    parts: dict[str, Part] = field(default_factory=dict[str, Part])
    denominator: int = 1


class Sums:
    """What the objectives that count come to."""

    def __init__(self) -> None:
        self.objectives = 0
        self.key_results = 0
        self.measured = 0
        self._confidence = 0
        self._confident = 0
        self._weight = Fraction(0)
        self._lines: dict[str, _Line] = {}
        self._numerators: dict[int, int] = {}
        self._users: dict[int, int] = {}
        self._common = 1
        self._is_scaled = False
        self._scales: dict[int, int] = {}
        self._sum = 0
        self._whole = 0

    def objective(self, objective_id: str, weight: float | None) -> None:
        """Let an objective count with a weight, or, with None, not at all."""
        line = self._lines.setdefault(objective_id, _Line())
        if line.weight != weight:
            self._leave(line)
            line.weight = weight
            self._enter(line)

    def key_result(self, objective_id: str, key_result_id: str, part: Part | None) -> None:
        """Let a key result count as a part, or, with None, not at all."""
        line = self._lines.setdefault(objective_id, _Line())
        old = line.parts.get(key_result_id)
        if old is not None and part is not None and old.weight == part.weight:
            self._exchange(line, key_result_id, old, part)
        elif old is not None or part is not None:
            self._leave(line)
            line.parts.pop(key_result_id, None)
            if part is not None:
                line.parts[key_result_id] = part
            self._enter(line)

    def as_json(self) -> dict[str, Any]:
        """The totals of this instant."""
        if not self._is_scaled:
            self._scale()
        progress = None
        if self._whole:
            progress = quotient(self._sum, self._whole, PLACES)
        confident = self._confident
        return {
            "objectives": self.objectives,
            "key_results": self.key_results,
            "measured": self.measured,
            "progress": progress,
            "confidence": quotient(self._confidence, confident, 2) if confident else None,
        }

    def _scale(self) -> None:
        """Put all numerators over one denominator, until what counts changes."""
        common, weight = self._common, self._weight
        self._whole = common * _UNIT * weight.numerator
        self._scales = {of: common // of * weight.denominator for of in self._numerators}
        self._sum = sum(number * self._scales[of] for of, number in self._numerators.items())
        self._is_scaled = True

    def _exchange(self, line: _Line, key_result_id: str, old: Part, new: Part) -> None:
        """A new measurement, with the share that the key result has already."""
        line.parts[key_result_id] = new
        if line.weight is not None:
            new.share = old.share
            more = new.share * (new.units - old.units)
            self._numerators[line.denominator] += more
            if self._is_scaled:
                self._sum += more * self._scales[line.denominator]
            self._count(old, -1)
            self._count(new, 1)

    def _leave(self, line: _Line) -> None:
        if line.weight is None:
            return
        self._is_scaled = False
        self.objectives -= 1
        self._weight -= exact(line.weight)
        for part in line.parts.values():
            self._numerators[line.denominator] -= part.share * part.units
            self._count(part, -1)
        self._users[line.denominator] -= 1
        if not self._users[line.denominator]:
            del self._users[line.denominator], self._numerators[line.denominator]

    def _enter(self, line: _Line) -> None:
        if line.weight is None:
            return
        self._is_scaled = False
        self.objectives += 1
        self._weight += exact(line.weight)
        _share_out(line, exact(line.weight))
        of = line.denominator
        self._users[of] = self._users.get(of, 0) + 1
        self._numerators.setdefault(of, 0)
        self._common = lcm(*self._users)
        for part in line.parts.values():
            self._numerators[of] += part.share * part.units
            self._count(part, 1)

    def _count(self, part: Part, sign: int) -> None:
        self.key_results += sign
        if part.progress is not None:
            self.measured += sign
        if part.confidence is not None:
            self._confidence += sign * part.confidence
            self._confident += sign


def _share_out(line: _Line, weight: Fraction) -> None:
    """Give each part its share of an objective's weight."""
    parts = line.parts.values()
    weights = [exact(part.weight) for part in parts]
    total = sum(weights, Fraction(0))
    shares = [weight * one / total if total else Fraction(0) for one in weights]
    line.denominator = lcm(*(share.denominator for share in shares))
    for part, share in zip(parts, shares, strict=True):
        part.share = share.numerator * (line.denominator // share.denominator)


def _units(progress: float) -> int:
    """A progress in units of its last decimal."""
    if isinstance(progress, int):
        return progress * _UNIT
    if abs(progress) < _SAFE:
        return round(progress * _UNIT)
    return int(exact(progress) * _UNIT)
