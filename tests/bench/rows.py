"""What was measured, against what, and whether it reaches its goal, as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Unit = Literal["/s", "ms", "s", "MB", "×", ""]
HEAD = ("what", "changes", "measured", "against", "ratio", "to reach", "reached")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit, and what it is the number of."""

    value: float
    unit: Unit
    of: str = ""

    def __str__(self) -> str:
        space = "" if self.unit in ("/s", "") else " "
        return f"{_rounded(self.value)}{space}{self.unit} {self.of}".rstrip()


def _rounded(value: float) -> str:
    """Three digits that count, and all that stand before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on the measured figure, or on its ratio where the unit is ×."""

    side: Literal["≥", "≤"]
    bound: float
    unit: Unit = "×"

    def __str__(self) -> str:
        space = "" if self.unit in ("/s", "") else " "
        return f"{self.side} {self.bound:,}{space}{self.unit}"

    def holds(self, value: float) -> bool:
        """Whether a value is on the right side of the bound, or on it."""
        return value >= self.bound if self.side == "≥" else value <= self.bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    what: str
    size: int
    """How many changes the history holds."""
    measured: Figure
    against: Figure | None = None
    ratio: float | None = None
    """The median of the ratios pair by pair; where it is left out, that of the two figures."""
    goal: Goal | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        value = self._ratio if self.goal.unit == "×" else self.measured.value
        return value is not None and self.goal.holds(value)

    @property
    def _ratio(self) -> float | None:
        if self.ratio is not None or self.against is None or not self.against.value:
            return self.ratio
        return self.measured.value / self.against.value

    def cells(self) -> tuple[str, ...]:
        """The row as the table shows it."""
        return (
            self.what,
            size_name(self.size),
            str(self.measured),
            str(self.against or "–"),
            "–" if self._ratio is None else _rounded(self._ratio),
            str(self.goal or "–"),
            {True: "yes", False: "**no**", None: "–"}[self.reached],
        )


def size_name(changes: int) -> str:
    """A number of changes as the command line takes it: 10k, 100k, 1m."""
    for unit, each in (("m", 1_000_000), ("k", 1_000)):
        if changes >= each and changes % each == 0:
            return f"{changes // each}{unit}"
    return str(changes)


def table(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [HEAD, ("---",) * len(HEAD), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
