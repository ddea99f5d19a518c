"""What the views ask of the place where their tables stand, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Select

from domain.log import LogUnavailableError


class BeingBuiltError(LogUnavailableError):
    """Somebody else is building views beside these."""


class Home(Protocol):
    """Where the read tables stand."""

    is_beside: bool
    """Whether they are being built beside others, and nobody reads them yet."""

    def prepare(
        self, current: Callable[[Connection], bool], make: Callable[[Connection], None]
    ) -> None:
        """Throw away what is there unless it is `current`, and `make` what is missing."""
        ...

    def writer(self) -> Engine:
        """Connections of which one at a time writes."""
        ...

    def reader(self, opening: Select[*tuple[Any, ...]]) -> Engine:
        """Connections whose transactions are snapshots.

        `opening` is what everybody asks first; what is told of it at once stands in the `info` of
        a connection under `OPENING`.
        """
        ...

    def lock(self, connection: Connection) -> bool:
        """Let nobody else write until this transaction ends; False if the tables moved away."""
        ...

    def take_stock(self) -> None:
        """Let the database see what the tables hold by now, where it plans by that."""
        ...

    def beside(self) -> Home:
        """A place to build them anew, for one builder at a time.

        Raises BeingBuiltError while somebody else is building.
        """
        ...

    def take_over(self, finish: Callable[[], object]) -> None:
        """Of tables beside others: let nobody write those, `finish` these, and stand there."""
        ...

    def discard(self) -> None:
        """Remove what was built beside, unless it stands in the other's place now."""
        ...
