"""The words of the page: one catalogue a language, with numbers, days and instants its way."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from api.negotiation import liked

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Every text of a language, by its name: sections and keys joined by dots."""
    text = files("api.report").joinpath("texts", f"{language}.toml").read_text("utf-8")
    return dict(_flat(tomllib.loads(text)))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(cast("dict[str, Any]", value), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def preferred(header: str) -> Language:
    """The language that an `Accept-Language` header likes best; English where it names none."""
    weights = liked(header)
    best = sorted((name for name in weights if weights[name]), key=lambda one: -weights[one])
    known = [name.split("-")[0] for name in best]
    return min(LANGUAGES, key=lambda one: known.index(one) if one in known else len(known))


class Words:
    """Says things in one language, and in the zone in which days begin and end."""

    def __init__(self, language: Language, zone: ZoneInfo) -> None:
        self.language: Language = language
        self.zone = zone
        self._texts = catalogue(language)

    def __call__(self, name: str, /, **parts: Any) -> str:
        """A text with its parts filled in; of `n` 1 the text `name_one`, where there is one."""
        if parts.get("n") == 1 and f"{name}_one" in self._texts:
            name = f"{name}_one"
        return self._texts[name].format(**parts)

    def number(self, value: float | int | None, places: int = 2) -> str:
        """A number with its thousands parted, and with no more decimals than it has."""
        if value is None:
            return self("word.unknown")
        text = f"{value:,.{places}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def percent(self, share: float | int | None) -> str:
        """A share of 1 as whole percents."""
        return self("word.unknown") if share is None else f"{round(share * 100):,}%"

    def value(self, value: Any) -> str:
        """Whatever a field may hold, as people read it."""
        match value:
            case None | "":
                return "–"
            case bool():
                return self("word.yes" if value else "word.no")
            case int() | float():
                return self.number(value)
            case list() | tuple():
                return ", ".join(self.value(one) for one in cast("list[Any]", value))
            case dict():
                found = cast("dict[str, Any]", value)
                return str(found.get("name") or found.get("text") or found.get("title") or "…")
            case _:
                return str(value)

    def day(self, when: date | datetime | str | None) -> str:
        """A day; an instant is first brought into the zone."""
        if when is None:
            return self("word.unknown")
        day = self._local(when)
        return self("locale.day", y=day.year, m=day.month, d=day.day, month=self._month(day))

    def short_day(self, when: date | datetime | str) -> str:
        """A day without its year."""
        day = self._local(when)
        return self("locale.short_day", m=day.month, d=day.day, month=self._month(day))

    def instant(self, when: datetime | str) -> str:
        """A day with the time of day, in the zone."""
        return f"{self.day(when)} {self._local(when):%H:%M}"

    def wall(self, when: datetime | str) -> str:
        """An instant as the wall clock showed it, marked as UTC so that charts leave it alone."""
        return f"{self._local(when):%Y-%m-%dT%H:%M:%SZ}"

    def _month(self, day: date) -> str:
        return self(f"locale.month_{day.month}")

    def _local(self, when: date | datetime | str) -> date | datetime:
        if isinstance(when, str):
            when = datetime.fromisoformat(when) if "T" in when else date.fromisoformat(when)
        return when.astimezone(self.zone) if isinstance(when, datetime) else when
