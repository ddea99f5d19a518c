"""Everything that a list holds as one stream: JSON Lines for programs, CSV for spreadsheets.

Items are fetched and sent some at a time, so memory stays flat however many there are.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any, NamedTuple

import orjson
from fastapi.responses import StreamingResponse

from api import streaming
from api.negotiation import CSV, JSON_LINES
from projections.instants import Moment
from projections.plain import iso

Item = dict[str, Any]

_DANGEROUS = ("=", "+", "-", "@", "'", "\t", "\r")


class Sheet(NamedTuple):
    """How items become a table: the name it is saved under, its columns, and the rows of an item.

    Rows hold plain JSON values, one for each column.
    """

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Item], Iterable[Sequence[Any]]]


def echo(moment: Moment, prefix: str = "X-") -> dict[str, str]:
    """The moment of a stream, which has no body that could echo it, as headers."""
    return {
        f"{prefix}Position": str(moment.position),
        f"{prefix}As-Of": iso(moment.as_of),
        f"{prefix}Known-At": iso(moment.known_at),
    }


def stream(
    form: str, batches: Iterable[list[Item]], headers: Mapping[str, str], sheet: Sheet
) -> StreamingResponse:
    """Batches of items as a stream of one of the two forms."""
    headers = {"Cache-Control": "no-cache", **headers}
    if form == CSV:
        headers["Content-Disposition"] = f'attachment; filename="{sheet.name}.csv"'
        return StreamingResponse(streaming.in_turn(_table(batches, sheet)), 200, headers, CSV)
    return StreamingResponse(streaming.in_turn(_lines(batches)), 200, headers, JSON_LINES)


def _lines(batches: Iterable[list[Item]]) -> Iterator[bytes]:
    for batch in batches:
        yield b"".join(orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE) for item in batch)


def _table(batches: Iterable[list[Item]], sheet: Sheet) -> Iterator[bytes]:
    yield _rows([sheet.columns])
    for batch in batches:
        yield _rows(row for item in batch for row in sheet.rows(item))


def _rows(rows: Iterable[Sequence[Any]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def cell(value: Any) -> str:
    """A plain JSON value as a cell: texts as they are, null as nothing, all else as JSON.

    A spreadsheet would run what begins like a formula, so a `'` goes before it; and before a `'`
    itself, so that the cell can be read back.
    """
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if text.startswith(_DANGEROUS) else text
