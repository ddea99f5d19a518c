"""The journal that the sample company's year is written into, one import line for each change."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

SOURCE = "sample"
UNTIL = date(2026, 10, 31)
"""The last day that the sample knows of."""

Why = tuple[str, str]
"""A reason: its code and its text."""


class Journal:
    """Collects lines in any order and hands them out in the order in which they were recorded.

    Chance is drawn per line from the seed and the line's id, so that one more line leaves all
    others as they are.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lines: list[tuple[datetime, int, dict[str, Any]]] = []
        self._at: dict[str, datetime] = {}

    def chance(self, *words: object) -> Random:
        """A generator of its own for these words, the same for the same seed."""
        words = (self._seed, *words)
        return Random("/".join(map(str, words)))  # noqa: S311 - a sample needs no secrets.

    def moment(self, day: date, word: str, first: int = 8, last: int = 17) -> datetime:
        """An instant within the working hours from `first` to `last` of a day."""
        seconds = self.chance(word, "moment").randrange((last - first) * 3600)
        return at_hour(day, first) + timedelta(seconds=seconds)

    def write(
        self,
        line_id: str,
        action: str,
        at: datetime,
        actor: str,
        *,
        recorded_at: datetime | None = None,
        why: Why | None = None,
        **fields: Any,
    ) -> None:
        """Note one change; it is recorded when it happens unless `recorded_at` says otherwise."""
        recorded_at = recorded_at or at
        line: dict[str, Any] = {
            "id": line_id,
            "at": _text(at),
            "recorded_at": _text(recorded_at),
            "source": SOURCE,
            "actor": actor,
            "action": action,
            **fields,
        }
        if why is not None:
            line["reason"] = {"code": why[0], "text": why[1]}
        self._at[line_id] = at
        self._lines.append((recorded_at, len(self._lines), line))

    def at(self, line_id: str) -> datetime:
        """When the change of a line was true."""
        return self._at[line_id]

    def lines(self) -> list[dict[str, Any]]:
        """Every line, ordered by recorded time."""
        return [
            line for _recorded_at, _number, line in sorted(self._lines, key=lambda one: one[:2])
        ]


def at_hour(day: date, hour: int, minute: int = 0) -> datetime:
    """An exact instant of a day, in UTC."""
    return datetime.combine(day, time(hour, minute), UTC)


def _text(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
