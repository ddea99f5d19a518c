"""Everything that is built from the log, taken in together, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from domain.codec import Stored
from domain.log import LogUnavailableError
from projections.facets import Facets
from projections.search_index import SearchIndex
from projections.states import States
from projections.told import told
from projections.trail import Trail


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
        self._models = (States(), Trail(), Facets(), SearchIndex())

    def take_in(self, connection: Connection, batch: Sequence[Stored]) -> None:
        """Write the rows of some records, in the order of the log.

        Raises PoisonError if that can only be the fault of a single record; of several ones the
        transaction is then to be rolled back, and each to be tried alone.
        """
        try:
            accounts = [told(stored) for stored in batch]
            for model in self._models:
                model.apply(connection, accounts)
        except Exception as error:
            if _may_heal(error):
                raise
            raise PoisonError(batch[0], error) from error

    def forget(self) -> None:
        """Drop what is remembered of the tables, since they are not as it was left."""
        for model in self._models:
            model.forget()


def _may_heal(error: Exception) -> bool:
    """Whether the database is at fault, and not what was to be written into it."""
    if isinstance(error, IntegrityError | DataError):
        return False
    return isinstance(error, LogUnavailableError | DBAPIError)
