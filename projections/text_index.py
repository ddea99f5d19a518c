"""The index of words: which records say them, and which things they are said of.

Both databases bring such an index along, and only this module knows how each is asked: SQLite's
FTS5 is given the words of a text as they are, in their order; PostgreSQL's `tsvector` is given the
terms to find a text by, and the words beside them to look for phrases in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    cast,
    column,
    false,
    intersect,
    literal,
    literal_column,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from projections.inserting import insert_together
from projections.tables import retold, words
from projections.words import Phrase, Sought, keys

WINDOW = 2_000
"""How many of the nearest matches are looked at before all of them are."""

TSVECTOR_BYTES = 1_000_000
"""PostgreSQL refuses more in one `tsvector`; a record has to bring a hundred long texts for it."""

_FTS5 = table(words.name, column("rowid", BigInteger))
"""The same as SQLite has it."""

_INSERT_POSTGRESQL = """INSERT INTO words (position, spelled, terms)
SELECT position, spelled, terms::tsvector
FROM unnest(%b::bigint[], %b::text[], %b::text[]) AS filed (position, spelled, terms)"""


def add(connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """File spelled texts under the positions of the records that say them."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        insert_together(connection, "words (rowid, spelled)", 2, rows)
        return
    positions = [position for position, _ in rows]
    texts = [spelled for _, spelled in rows]
    filed = (positions, texts, [_terms(spelled) for spelled in texts])
    connection.exec_driver_sql(_INSERT_POSTGRESQL, filed)


class Reach(NamedTuple):
    """A range of positions, both ends within."""

    first: int
    last: int

    def past(self, after: int | None, *, descending: bool) -> Reach:
        """What is left of it past a position."""
        if after is None:
            return self
        if descending:
            return self._replace(last=min(self.last, after - 1))
        return self._replace(first=max(self.first, after + 1))

    def covers(self, place: ColumnElement[int]) -> ColumnElement[bool]:
        return place.between(self.first, self.last)


NOWHERE = Reach(1, 0)


def reaches(
    connection: Connection, wanted: Sought, within: Reach, *, descending: bool
) -> Iterator[Reach]:
    """Where to look for a page: first as far as the nearest matches go, which mostly fill one."""
    found = _ordered(_saying(connection, wanted, within), descending)
    border = connection.execute(found.offset(WINDOW).limit(1)).scalar_one_or_none()
    if border is not None:
        yield within._replace(first=border) if descending else within._replace(last=border)
    yield within


def nearest(
    connection: Connection, wanted: Sought, reach: Reach, limit: int, *, descending: bool
) -> list[int]:
    """At most `limit` records within reach that say every phrase, in the order of the log."""
    found = _ordered(_saying(connection, wanted, reach), descending).limit(limit)
    return list(connection.execute(found).scalars())


def said_by(
    connection: Connection, position: ColumnElement[int], wanted: Sought, reach: Reach
) -> ColumnElement[bool]:
    """Whether the record at a position says every phrase."""
    return and_(reach.covers(position), position.in_(_saying(connection, wanted, reach)))


def said_here(position: ColumnElement[int], wanted: Sought) -> ColumnElement[bool]:
    """The same, looked up for each record on a server, where its words stand beside it.

    So few records are looked at fast, however many others say the words.
    """
    said = select(and_(*_matching_in_postgresql(wanted)) if wanted else false())
    return said.where(words.c.position == position).scalar_subquery()


def may_be_said_of(
    connection: Connection, place: ColumnElement[int], wanted: Sought, reach: Reach | None = None
) -> ColumnElement[bool]:
    """Whether every phrase was ever said by the record at a place, or of what began with it.

    So nothing is missed, while what was true at a moment is for the caller to see.
    """
    each = [_places(connection, (phrase,), reach) for phrase in wanted]
    if connection.dialect.name == "postgresql" and len(each) > 1:
        # Or it may look for those of one phrase again for every place of another.
        each = [intersect(*each)]
    conditions: list[ColumnElement[bool]] = [place.in_(places) for places in each]
    if reach is not None:
        conditions.append(reach.covers(place))
    return and_(*conditions) if wanted else false()


def _places(connection: Connection, wanted: Sought, reach: Reach | None) -> Any:
    saying = _saying(connection, wanted, None).subquery()
    again = select(retold.c.place).join(saying, saying.c[0] == retold.c.position)
    if reach is not None:
        again = again.where(reach.covers(retold.c.place))
    return union_all(_saying(connection, wanted, reach), again)


def _saying(connection: Connection, wanted: Sought, reach: Reach | None) -> Select[int]:
    """The positions of the records that say every phrase."""
    position: ColumnElement[int]
    if connection.dialect.name == "sqlite":
        position, matching = _FTS5.c.rowid, _matching_in_sqlite
    else:
        position, matching = words.c.position, _matching_in_postgresql
    conditions: list[ColumnElement[bool]] = matching(wanted) if wanted else [false()]
    if reach is not None:
        conditions.append(reach.covers(position))
    return select(position.label("position")).where(*conditions)


def _ordered(found: Select[int], descending: bool) -> Select[int]:
    place = found.selected_columns[0]
    return found.order_by(place.desc() if descending else place)


def _matching_in_sqlite(wanted: Sought) -> list[ColumnElement[bool]]:
    return [literal_column("words").op("MATCH")(literal(_fts5(wanted)))]


def _matching_in_postgresql(wanted: Sought) -> list[ColumnElement[bool]]:
    """The words of a phrase are letters, digits and emoji: no sign of a pattern is among them."""
    query = cast(literal(_tsquery(wanted)), TSQUERY)
    rows = words.c
    return [
        rows.terms.op("@@")(query),
        *(rows.spelled.like(f"%{phrase.spelled}%") for phrase in wanted),
    ]


def _fts5(wanted: Sought) -> str:
    return " AND ".join(f'"{" ".join(phrase.words)}"{" *" * phrase.open}' for phrase in wanted)


def _terms(spelled: str) -> str:
    """The terms of a text as a `tsvector` is written, as far as one may be filled."""
    found: list[str] = []
    room = TSVECTOR_BYTES
    for term in set(keys(spelled.split())):
        room -= len(term.encode())
        if room < 0:
            break
        found.append(f"'{term}'")
    return " ".join(found)


def _tsquery(wanted: Sought) -> str:
    return " & ".join(term for phrase in wanted for term in _tsquery_terms(phrase))


def _tsquery_terms(phrase: Phrase) -> Iterator[str]:
    """The terms that every text with the phrase has; its end may go on in a longer term."""
    *inner, last = keys(phrase.words)
    yield from (f"'{term}'" for term in inner)
    yield f"'{last}':*"
