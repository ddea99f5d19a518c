"""Writes the examples of `docs/reference/events.md` anew: `python -m tests.docs.examples`."""

from __future__ import annotations

import json
import re
from typing import Any, cast

from tests.docs.pages import DOCS
from tests.docs.recorded import Stored, stored_events

Nested = dict[str, Any] | list[Any]

_WIDTH = 112
_SLOT = re.compile(
    r"^(### `(\w+)`\n(?:(?!#|```).*\n)*```json\n)(?:(?!```).*\n)*(```)$", re.MULTILINE
)


def first_of_each() -> dict[str, Stored]:
    """The first record of every event that the story records."""
    found: dict[str, Stored] = {}
    for stored in stored_events():
        found.setdefault(stored.name, stored)
    return found


def laid_out(value: Any, column: int = 0) -> str:
    """A JSON value as the docs show it: as many members on a line as fit."""
    flat = json.dumps(value, ensure_ascii=False)
    if column + len(flat) <= _WIDTH or not isinstance(value, dict | list):
        return flat
    lines: list[str] = []
    for member in _members(cast("Nested", value), column + 1):
        wide = lines and column + len(lines[-1]) + len(member) > _WIDTH
        if not lines or wide or "\n" in member or "\n" in lines[-1]:
            lines.append(member)
        else:
            lines[-1] += f", {member}"
    inside = f",\n{' ' * (column + 1)}".join(lines)
    return f"[{inside}]" if isinstance(value, list) else f"{{{inside}}}"


def _members(value: Nested, column: int) -> list[str]:
    if isinstance(value, list):
        return [laid_out(member, column) for member in value]
    names = {f"{json.dumps(name)}: ": member for name, member in value.items()}
    return [name + laid_out(member, column + len(name)) for name, member in names.items()]


def main() -> None:
    """Put the stored form of every event below its heading."""
    path = DOCS / "reference" / "events.md"
    records = first_of_each()

    def filled(match: re.Match[str]) -> str:
        state = cast("dict[str, Any]", json.loads(records[match[2]].state))
        return f"{match[1]}{laid_out(state)}\n{match[3]}"

    path.write_text(_SLOT.sub(filled, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
