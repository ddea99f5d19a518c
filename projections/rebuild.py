"""Builds the views anew beside the running service, says what differs, and switches over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, select

from domain.log import Log
from projections.projector import Projector
from projections.tables import check_ins, definitions, entities, facets, states, trail
from projections.views import Views, position

COMPARED = (entities, states, definitions, check_ins, trail, facets)
"""The tables whose rows are never changed once they are written, so that they can be compared
while others follow the log."""

EXAMPLES = 10
"""How many differing rows a report names."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not the same in both: the table, its key, and where it is."""

    table: str
    key: dict[str, Any]
    in_old: bool
    in_new: bool


@dataclass(slots=True)
class Report:
    """What a rebuild came to."""

    position: int = 0
    """How far both were compared: the position that both had reached by then."""
    rows: dict[str, int] = field(default_factory=dict[str, int])
    """Per table, how many rows were compared."""
    differing: dict[str, int] = field(default_factory=dict[str, int])
    """Per table, how many rows were missing, too many or not the same."""
    examples: list[Difference] = field(default_factory=list[Difference])

    @property
    def is_same(self) -> bool:
        """Whether the views were as they should have been."""
        return not any(self.differing.values())


def _ignore(_done: int) -> None:
    """Nobody watches."""


def rebuild(
    log: Log,
    views: Views,
    *,
    switch: bool = True,
    progress: Progress = _ignore,
    comparing: Progress = _ignore,
) -> Report:
    """Build views beside these from the whole log, compare, and let them replace these.

    `progress` is told the positions reached, `comparing` the numbers of rows compared. Raises
    PoisonError for a record that cannot be taken in, and LogUnavailableError while somebody else
    rebuilds; the views then stay as they are, as they do without `switch`.
    """
    with views.beside() as built:
        projector = Projector(log, built, strict=True)
        projector.catch_up(progress)
        built.index()
        with views.read() as old, built.read() as new:
            report = compare(old, new, comparing)
        if switch:
            built.take_over(projector.catch_up)
    return report


def compare(old: Connection, new: Connection, progress: Progress = _ignore) -> Report:
    """What differs between two views up to the position that both have reached."""
    report = Report(min(position(old), position(new)))
    done = 0
    for table in COMPARED:
        rows = differing = 0
        for key, old_row, new_row in _merged(table, old, new, report.position):
            rows += 1
            if old_row != new_row:
                differing += 1
                if len(report.examples) < EXAMPLES:
                    found = (old_row is not None, new_row is not None)
                    report.examples.append(Difference(table.name, key, *found))
            if rows % 1_000 == 0:
                progress(done + rows)
        report.rows[table.name], report.differing[table.name] = rows, differing
        done += rows
    return report


def _merged(
    table: Table, old: Connection, new: Connection, known: int
) -> Iterator[tuple[dict[str, Any], Any, Any]]:
    """Every key of either table with its row in the old one and in the new one, or None."""
    names = [column.name for column in table.primary_key]
    one, other = _rows(table, old, known), _rows(table, new, known)
    left, right = next(one, None), next(other, None)
    while left is not None or right is not None:
        key = min(row[0] for row in (left, right) if row is not None)
        here = left if left is not None and left[0] == key else None
        there = right if right is not None and right[0] == key else None
        yield dict(zip(names, key, strict=True)), here and here[1], there and there[1]
        left = next(one, None) if here else left
        right = next(other, None) if there else right


def _rows(
    table: Table, connection: Connection, known: int
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """The rows of a table up to a position, each with its key, in the order of their keys."""
    keys = list(table.primary_key)
    places = [list(table.columns).index(key) for key in keys]
    query = select(table).where(table.c.position <= known).order_by(*keys)
    for row in connection.execution_options(yield_per=1_000).execute(query):
        yield tuple(row[place] for place in places), tuple(row)
