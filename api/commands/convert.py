"""`okr convert`: other systems' exports as neutral history."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import orjson
from rich.table import Table

from api.commands.terminal import CommandFailed, err, out
from api.converters.okr_tracker import convert

_NO_EXPORT = "{} is no okr-tracker export; give the export as it was made."


def convert_okr_tracker(export: Path, output: Path | None) -> None:
    """Write an okr-tracker export as history lines, and say what was and was not carried over."""
    try:
        conversion = convert(_read(export))
    except (KeyError, TypeError, AttributeError):
        raise CommandFailed(_NO_EXPORT.format(export)) from None
    except ValueError as error:
        raise CommandFailed(
            f"{export} is no okr-tracker export ({error}); give the export as it was made."
        ) from None
    written = b"".join(orjson.dumps(line) + b"\n" for line in conversion.lines)
    if output is None:
        out.file.write(written.decode())
    else:
        _write(output, written)
    table = Table("what", "count", title="Conversion")
    for what, count in conversion.report.items():
        table.add_row(what, f"{count:,}")
    err.print(table)
    err.print(f"{len(conversion.lines):,} lines written to {output or 'standard output'}.")


def _write(output: Path, written: bytes) -> None:
    try:
        output.write_bytes(written)
    except OSError as error:
        raise CommandFailed(
            f"{output} cannot be written ({error.strerror}); choose another place."
        ) from None


def _read(export: Path) -> dict[str, Any]:
    try:
        content = orjson.loads(export.read_bytes())
    except OSError as error:
        raise CommandFailed(
            f"{export} cannot be read ({error.strerror}); check the name."
        ) from None
    except orjson.JSONDecodeError:
        raise CommandFailed(f"{export} is not JSON; give the export as it was made.") from None
    if not isinstance(content, dict):
        raise CommandFailed(_NO_EXPORT.format(export))
    return cast("dict[str, Any]", content)
