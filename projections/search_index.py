"""Files what people wrote under its words, a batch of records at a time.

A record is filed with what it says, what that replaces, and its reason. What it says anew of
something that began earlier is also looked for at the place where that thing began.
"""

from __future__ import annotations

from sqlalchemy import func, select

from domain.check_ins.correcting import CheckInCorrected
from projections.changes import BEGINNINGS
from projections.directory import Place
from projections.plain import packed
from projections.sheet import Sheet
from projections.tables import check_ins, retold, words
from projections.texts import OF_CHECK_INS, OF_ENTITIES, SPEAKING, texts_in
from projections.told import Told
from projections.words import spelled

_OF_CHECK_INS, _OF_ENTITIES = frozenset(OF_CHECK_INS), frozenset(OF_ENTITIES)


class SearchIndex:
    """Writes the index of words."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._spelled = sheet.of(words)
        self._places = sheet.of(retold)

    def take(self, told: Told, place: Place) -> None:
        """File the texts of a record."""
        texts = _texts(told)
        if texts:
            self._spelled.append((told.position, spelled(texts)))
            began = self._began(told, place)
            if began is not None:
                self._places.append((told.position, began))

    def _began(self, told: Told, place: Place) -> int | None:
        """The position where the thing began that a record says something new of, if it does."""
        if told.event in BEGINNINGS:
            return None
        if told.event is CheckInCorrected:
            speaks = not _OF_CHECK_INS.isdisjoint(told.moved)
            return self._check_in_began(told, place) if speaks else None
        return None if _OF_ENTITIES.isdisjoint(told.moved) else place.number

    def _check_in_began(self, told: Told, place: Place) -> int:
        rows, check_in_id = check_ins.c, packed(told.fields["check_in_id"])
        query = select(func.min(rows.position)).where(
            rows.key_result == place.number, rows.check_in_id == check_in_id
        )
        return self._sheet.ask(query).scalar_one()


def _texts(told: Told) -> list[str]:
    speaks = not SPEAKING.isdisjoint(told.moved)
    found = [text for _, text in texts_in(told.changes, ("from", "to"))] if speaks else []
    reason = told.reason
    if reason is not None and reason.get("text"):
        found.append(reason["text"])
    return found
