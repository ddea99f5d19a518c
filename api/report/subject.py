"""What is reported on: the answers, the weeks they are drawn by, and the words to say it with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar, cast

from api.report.blocks import Line
from api.report.course import Week
from api.report.words import Words
from projections.retrospective.across import AcrossCycles
from projections.retrospective.findings import Answer, Who, Why
from projections.retrospective.report import Retrospective

SomeAnswer = TypeVar("SomeAnswer", bound=Answer)
MOST_CITES = 6
"""How many links to evidence one finding shows; the JSON form names every position."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A retrospective on its way to a page."""

    found: Retrospective
    weeks: list[Week]
    final: Week
    """How everything stands at the moment asked about, with scores that came after the end."""
    words: Words
    beyond: AcrossCycles | None = None
    """What this cycle and the like ones before it show together."""

    def value(self, value: Any) -> str:
        """Whatever a field holds, with the things of this cycle by their names."""
        found = cast("dict[str, Any]", value) if isinstance(value, dict) else {"id": value}
        named = self._named(found.get("id"))
        return self.words.value(value) if named is None else named

    def _named(self, entity_id: Any) -> str | None:
        for objective in self.final.objectives.values():
            for one in (objective, *objective["key_results"]):
                if one["id"] == entity_id:
                    return one["title"]
                if one["owner"] is not None and one["owner"]["id"] == entity_id:
                    return one["owner"]["name"]
        return self.found.cycle.title if self.found.cycle.id == entity_id else None

    def answer(self, kind: type[SomeAnswer]) -> SomeAnswer | None:
        """The answer of a kind, if this retrospective holds it."""
        return next((one for _, one in self.found if isinstance(one, kind)), None)

    def unknown(self, answer: Answer) -> list[Line]:
        """A sentence in place of an answer that history cannot give."""
        if answer.unknown is None:
            return []
        return [Line(self.words(f"unknown.{answer.unknown}"), answer.positions[:MOST_CITES])]

    def who(self, who: Who) -> str:
        """How somebody is called; a service by its id."""
        return who.name or who.id

    def why(self, why: Why | None) -> str:
        """The reason that was given, in words."""
        if why is None or (why.code is None and not why.text):
            return self.words("word.no_reason")
        code = "" if why.code is None else self.words(f"reason.{why.code}")
        return ": ".join(part for part in (code, why.text) if part)


def cited(*positions: tuple[int, ...]) -> tuple[int, ...]:
    """Where findings rest, each place once, as many as are shown."""
    return tuple(dict.fromkeys(one for some in positions for one in some))[:MOST_CITES]


def plain(*texts: str) -> list[Line]:
    """Cells that rest on nothing of their own."""
    return [Line(text) for text in texts]
