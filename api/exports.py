"""Everything that a list holds as one stream: JSON Lines for programs, CSV for spreadsheets.

Rows are fetched and sent some at a time, so memory stays flat however many there are.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

import orjson
from fastapi.responses import StreamingResponse

from api.negotiation import CSV, JSON_LINES, VARY
from projections.instants import Moment

Item = dict[str, Any]
Cells = Callable[[Item], Iterable[Sequence[Any]]]
"""An item as rows of a table, in plain JSON values."""

_DANGEROUS = ("=", "+", "-", "@", "'", "\t", "\r")


def stream(
    kind: str,
    batches: Iterator[list[Item]],
    moment: Moment,
    columns: Sequence[str],
    cells: Cells,
    name: str,
) -> StreamingResponse:
    """Batches of items as a stream of one of the two kinds; CSV is saved under a name.

    A stream has no body that could echo its moment, so headers do.
    """
    echo = moment.as_json()
    headers = {
        **VARY,
        "X-Position": str(echo["position"]),
        "X-As-Of": echo["as_of"],
        "X-Known-At": echo["known_at"],
    }
    if kind == CSV:
        headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return StreamingResponse(_table(batches, columns, cells), 200, headers, CSV)
    return StreamingResponse(_lines(batches), 200, headers, JSON_LINES)


def _lines(batches: Iterator[list[Item]]) -> Iterator[bytes]:
    for batch in batches:
        yield b"".join(orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE) for item in batch)


def _table(batches: Iterator[list[Item]], columns: Sequence[str], cells: Cells) -> Iterator[bytes]:
    yield _rows([columns])
    for batch in batches:
        yield _rows(row for item in batch for row in cells(item))


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
