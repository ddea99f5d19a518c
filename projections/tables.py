"""The read tables: what is kept of every record and every entity, and by what it is found.

Entities, actors and shapes have numbers: the position of the first record that had them, so that
a rebuild gives the same ones. Rows that there is one of for every record hold numbers alone,
beside what is passed on as it is.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    func,
    literal,
    literal_column,
)
from sqlalchemy import Text as AnyText
from sqlalchemy import cast as cast_as
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.compiler import DDLCompiler

SCHEMA_VERSION = 11
"""Raised whenever a read table or its contents change; older views are then built anew."""

metadata = MetaData()

Text = AnyText().with_variant(AnyText(collation="C"), "postgresql")
"""Text is compared by its bytes, whatever the language of the server."""

Number = BigInteger().with_variant(Integer, "sqlite")
"""SQLite keeps a table in the order of its key, with no index beside it, only for INTEGER."""

NOTHING = 0
"""The number of the cycle of what belongs to none."""

position_table = Table(
    "view_position",
    metadata,
    Column("schema_version", Integer, nullable=False),
    Column("log_identity", Text, nullable=False),
    Column("build", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
)
"""One row: of which shape and log the tables are, in which building they were made, and how far
they have come."""

entities = Table(
    "entities",
    metadata,
    Column("position", Number, primary_key=True, autoincrement=False),
    Column("entity_id", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent_id", Text),
)
"""Every entity: its number, the cycle it lives in ('' for people, units and cycles), and what
holds it."""

subjects = Table(
    "subjects",
    metadata,
    Column("entity", Number, primary_key=True, autoincrement=False),
    Column("title", Text),
    Column("cycle", Number, nullable=False),
    Column("unit", Number),
    Column("person", Number),
    Column("objective_id", Text),
    Column("other_id", Text),
    Column("published_by", BigInteger),
    Column("shown_from", BigInteger),
    Column("dated_back", Boolean),
)
"""What is known of each entity after the last entry about it: how it is called, the numbers of its
cycle and of the unit or the person that owns it, the objectives whose drafting it may belong to,
and, of an objective that was published, the position of the record that did it and the instant
from which others see it. That is when it was published or, where publishing was dated back behind
something that was drafted, when the last of that was so; of a draft it is the latter. `dated_back`
is true in that case alone, and else null."""

leads = Table(
    "leads",
    metadata,
    Column("person", Number, primary_key=True),
    Column("unit", Number, primary_key=True),
    sqlite_with_rowid=False,
)
"""Who leads which unit after the last entry about it."""

states = Table(
    "states",
    metadata,
    Column("entity", Number, primary_key=True),
    Column("valid_from", BigInteger, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("defined_from", BigInteger),
    Column("defined_at", BigInteger),
    Column("cycle", Number),
    Column("weight", Double),
    Column("progress", Double),
    Column("confidence", Integer),
    Column("said", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""One row per entity, instant from which it holds, and position from which it was known.

It holds the whole state; that of a key result only as far as check-ins move it, and names the
definition that holds the rest. What the sums of a cycle need of objectives and key results stands
in columns of its own, so that running totals need not read the state: the number of the cycle, the
weight, null while it does not count, and the latest progress and confidence."""

definitions = Table(
    "definitions",
    metadata,
    Column("entity", Number, primary_key=True),
    Column("valid_from", BigInteger, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("said", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""What no check-in moves of a key result: the first part of the JSON of its states."""

DEFINED = (
    (definitions.c.entity == states.c.entity)
    & (definitions.c.valid_from == states.c.defined_from)
    & (definitions.c.position == states.c.defined_at)
)
"""Which definition belongs to a state."""

STATED = states.outerjoin(definitions, DEFINED)
"""The states, each with its definition if it has one."""

STATE = cast_as(
    func.coalesce(definitions.c.said, literal(b"", LargeBinary)).op("||")(states.c.said),
    LargeBinary,
)
"""The JSON of a whole state."""

check_ins = Table(
    "check_ins",
    metadata,
    Column("key_result", Number, primary_key=True),
    Column("check_in_id", LargeBinary, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("measured_at", BigInteger, nullable=False),
    Column("said_at", BigInteger, nullable=False),
    Column("retracted", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""One row per check-in and position that touched it. What it says stands in the state that began
when it was measured and was known from `said_at` on."""

trail = Table(
    "trail",
    metadata,
    Column("position", Number, primary_key=True, autoincrement=False),
    Column("entry", LargeBinary, nullable=False),
)
"""One entry per record as it is shown, in the order of the log."""

set_aside = Table(
    "set_aside",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("topic", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""The records that could not be taken in: the views are as if they had not happened."""

retold = Table(
    "retold",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("place", BigInteger, nullable=False),
)
"""A record that says anew what an entity or a check-in says, and where that began."""

words = Table(
    "words",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("spelled", Text, nullable=False),
    Column("terms", TSVECTOR, nullable=False),
)
"""Each record that says something, under its words; SQLite keeps the index alone."""


@compiles(CreateTable, "sqlite")
def _create_in_sqlite(create: CreateTable, compiler: DDLCompiler, **options: Any) -> str:
    """SQLite's own index of words is a table of another make."""
    if create.element is words:
        return (
            "CREATE VIRTUAL TABLE IF NOT EXISTS words "
            "USING fts5(spelled, content = '', columnsize = 0, tokenize = 'ascii')"
        )
    return cast("Any", compiler).visit_create_table(create, **options)


Index("words_terms", words.c.terms, postgresql_using="gin").ddl_if(dialect="postgresql")
facets = Table(
    "facets",
    metadata,
    Column("position", Number, primary_key=True, autoincrement=False),
    Column("shape", Number, nullable=False),
    Column("actor", Number, nullable=False),
    Column("cycle", Number, nullable=False),
    Column("entity", Number, nullable=False),
    Column("draft_of", Number),
    Column("recorded_at", BigInteger, nullable=False),
    Column("effective_at", BigInteger, nullable=False),
    Column("lateness", Integer, nullable=False),
    Column("event_id", LargeBinary, nullable=False),
)
"""What each record can be found by, as numbers: narrow rows, so that many are looked at fast.

`draft_of` is the objective whose drafting the record belongs to: one that had never been published
when it was recorded."""

recorded_late = facets.c.lateness > literal_column("0")
"""In the words of the index of late records, which serves only who says this too."""

facet_units = Table(
    "facet_units",
    metadata,
    Column("unit", Number, primary_key=True),
    Column("position", Number, primary_key=True),
    Column("shape", Number, nullable=False),
    Column("actor", Number, nullable=False),
    Column("cycle", Number, nullable=False),
    Column("draft_of", Number),
    sqlite_with_rowid=False,
)
"""One row per record and unit that it concerns: the unit itself, or the owner of its entity."""

facet_shapes = Table(
    "facet_shapes",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("reason_code", Text),
    Column("after_freeze", Boolean, nullable=False),
)
"""Everything that many records share: a few hundred rows, however long the history."""

facet_actors = Table(
    "facet_actors",
    metadata,
    Column("actor_id", Text, primary_key=True),
    Column("number", Number, nullable=False),
    sqlite_with_rowid=False,
)
"""The number of everybody who ever changed something."""

Index("entities_id", entities.c.entity_id, unique=True)
Index("entities_in_scope", entities.c.scope, entities.c.kind)
Index("entities_in_parent", entities.c.parent_id)
Index(
    "subjects_dated_back",
    subjects.c.entity,
    sqlite_where=subjects.c.dated_back.is_not(None),
    postgresql_where=subjects.c.dated_back.is_not(None),
)
Index("states_as_known", states.c.position)
# Holds all that sums need, in the order in which they are made along time.
Index(
    "states_in_time",
    states.c.cycle,
    states.c.valid_from,
    states.c.position,
    states.c.entity,
    states.c.weight,
    states.c.progress,
    states.c.confidence,
)
Index("facets_event", facets.c.event_id)
Index("facets_recorded", facets.c.recorded_at, facets.c.position)
Index("facets_cycle_effective", facets.c.cycle, facets.c.effective_at, facets.c.position)
# Each of these holds what the others lead to, so that a second condition is met in the index too.
Index(
    "facets_shape",
    facets.c.shape,
    facets.c.position,
    facets.c.actor,
    facets.c.cycle,
    facets.c.draft_of,
)
Index(
    "facets_actor",
    facets.c.actor,
    facets.c.position,
    facets.c.shape,
    facets.c.cycle,
    facets.c.draft_of,
)
Index(
    "facets_cycle",
    facets.c.cycle,
    facets.c.position,
    facets.c.shape,
    facets.c.actor,
    facets.c.entity,
    facets.c.draft_of,
)
Index("facets_entity", facets.c.entity, facets.c.position)
Index(
    "facets_late",
    facets.c.lateness,
    facets.c.position,
    facets.c.effective_at,
    facets.c.shape,
    facets.c.actor,
    facets.c.cycle,
    sqlite_where=recorded_late,
    postgresql_where=recorded_late,
)
