"""Everything that is built from the log, taken in together, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from domain.codec import Stored
from domain.log import LogUnavailableError
from projections.directory import Directory
from projections.facets import Facets
from projections.leads import Leads
from projections.search_index import SearchIndex
from projections.sheet import Sheet
from projections.told import told
from projections.trail import Trail
from projections.versions import States

TOGETHER = 250
"""How many records go through the models at a time. What the processor has just used, code and
records, it still has at hand for the next one."""

HANDED_OVER = 1_000
"""After how many records PostgreSQL gets their rows, while those of the next ones are worked out.
SQLite works in this process: what it would gain, the two threads lose by waiting for turns."""


class PoisonError(Exception):
    """A record that the read models cannot take in, however often they try."""

    def __init__(self, stored: Stored, reason: Exception) -> None:
        self.position = stored.position
        self.topic = stored.topic
        self.reason = f"{type(reason).__name__}: {reason}"
        super().__init__(
            f"The record at position {self.position} ({self.topic}) cannot be taken in: "
            f"{self.reason}"
        )


class ReadModels:
    """The read models of one views database."""

    def __init__(self) -> None:
        self._sheet = sheet = Sheet()
        self._directory = Directory(sheet)
        self._leads = Leads(sheet, self._directory)
        self._facets = Facets(sheet)
        self._states = States(sheet)
        self._trail = Trail(sheet)
        self._search = SearchIndex(sheet)

    def take_in(self, connection: Connection, batch: Sequence[Stored]) -> None:
        """Write the rows of some records, in the order of the log.

        Raises PoisonError if that can only be the fault of a single record; of several ones the
        transaction is then to be rolled back, and each to be tried alone.
        """
        self._sheet.begin(connection)
        try:
            for begin in range(0, len(batch), TOGETHER):
                if begin and begin % HANDED_OVER == 0 and connection.dialect.name == "postgresql":
                    self._sheet.hand_over()
                self._take(batch[begin : begin + TOGETHER])
            for model in (self._directory, self._leads, self._facets, self._states):
                model.write()
            self._sheet.flush()
        except Exception as error:
            if _may_heal(error):
                raise
            raise PoisonError(batch[0], error) from error
        finally:
            self._sheet.rest()

    def _take(self, batch: Sequence[Stored]) -> None:
        """Do the same with some records before the next thing is done with them."""
        records = [told(stored) for stored in batch]
        places = [self._directory.take(record) for record in records]
        for model in (self._leads, self._states, self._facets, self._trail, self._search):
            take = model.take
            for record, place in zip(records, places, strict=True):
                take(record, place)

    def forget(self) -> None:
        """Drop what is remembered of the tables, since they are not as it was left."""
        for model in (self._sheet, self._directory, self._leads, self._facets, self._states):
            model.forget()


def _may_heal(error: Exception) -> bool:
    """Whether the database is at fault, and not what was to be written into it."""
    if isinstance(error, IntegrityError | DataError):
        return False
    return isinstance(error, LogUnavailableError | DBAPIError)
