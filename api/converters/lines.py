"""The lines of a history while they are collected, and the counts of what became of its source."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MAX_DIGITS = 15
"""The history format takes numbers of at most this many significant digits."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """A converted history."""

    lines: list[dict[str, Any]]
    """One change each, in the history format, ordered by the time it was recorded."""
    report: dict[str, int]
    """What was carried over, assumed and left out, in words, and how often."""


class Lines:
    """Collects lines in any order, and counts what happens on the way."""

    def __init__(self, source: str) -> None:
        self.counts: Counter[str] = Counter()
        self.named: dict[str, datetime] = {}
        """Since when a line names a person, as the actor or otherwise."""
        self._source = source
        self._rows: list[tuple[datetime, int, dict[str, Any]]] = []

    def write(
        self,
        action: str,
        fields: Mapping[str, Any],
        *,
        id: str,
        rank: int,
        at: datetime,
        recorded_at: datetime | None = None,
        actor: str | None = None,
        assumed: Sequence[str] = (),
    ) -> None:
        """Add a line. Of two recorded at the same instant, the one of lower rank comes first."""
        recorded_at = recorded_at or at
        line: dict[str, Any] = {"id": id, "at": _iso(at), "recorded_at": _iso(recorded_at)}
        line |= {"source": self._source}
        line |= {} if actor is None else {"actor": actor}
        line |= {"action": action} | {name: self._short(fields[name]) for name in fields}
        line |= {"assumed": list(assumed)} if assumed else {}
        self._rows.append((recorded_at, rank, line))
        for person in filter(None, (actor, fields.get("person_id"))):
            self.named[person] = min(at, self.named.get(person, at))
        self.counts[f"lines written: {action}"] += 1
        self.counts.update(f"values assumed: {action} {name}" for name in assumed)

    def conversion(self) -> Conversion:
        """The lines in their order, with the report."""
        rows = sorted(self._rows, key=lambda row: row[:2])
        report = {name: number for name, number in sorted(self.counts.items()) if number}
        return Conversion([line for _, _, line in rows], report)

    def _short(self, value: Any) -> Any:
        """Floating-point dust, as in 0.1 + 0.2, is no part of what somebody entered."""
        if not isinstance(value, float):
            return value
        short = float(f"{value:.{MAX_DIGITS}g}")
        self.counts["numbers rounded to 15 significant digits"] += short != value
        return short


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
