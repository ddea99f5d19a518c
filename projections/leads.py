"""Who leads which unit, after the last record about it."""

from __future__ import annotations

from sqlalchemy import bindparam

from domain.units.members import MemberJoined, MemberLeft, Role
from projections.directory import Directory, Place
from projections.sheet import Sheet
from projections.tables import leads
from projections.told import Told


class Leads:
    """Writes down who began to lead a unit, and takes out who ceased to."""

    def __init__(self, sheet: Sheet, directory: Directory) -> None:
        self._sheet = sheet
        self._directory = directory
        self._rows = sheet.of(leads)
        self._changed: dict[tuple[int, int], bool] = {}
        """The people and units that a batch spoke of, and whether the one leads the other now."""

    def forget(self) -> None:
        """Drop what waits to be written."""
        self._changed.clear()

    def take(self, told: Told, place: Place) -> None:
        """Note whom a record makes a lead, or no longer one."""
        if told.event in (MemberJoined, MemberLeft):
            person = self._directory.place(told.fields["person_id"]).number
            leads_it = told.event is MemberJoined and told.fields["role"] == Role.LEAD
            self._changed[person, place.number] = leads_it

    def write(self) -> None:
        """Put down what changed."""
        if self._changed:
            keys = [{"who": person, "what": unit} for person, unit in self._changed]
            self._sheet.delete(_DELETE, keys)
            self._rows.extend(pair for pair, leads_it in self._changed.items() if leads_it)
            self._changed.clear()


_DELETE = leads.delete().where(
    leads.c.person == bindparam("who"), leads.c.unit == bindparam("what")
)
