"""Reads the docs: their sections, tables, examples and links."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_EXAMPLE = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"`([^`]+)`")


def page(name: str) -> str:
    """The text of a page, by its path in `docs`."""
    return (DOCS / name).read_text(encoding="utf-8")


@cache
def without_code(text: str) -> str:
    """The text with its fenced blocks blanked, every character in its place."""
    return _FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def headings(text: str) -> list[str]:
    """The titles of a page, from its first to its last."""
    return [match[2] for match in _HEADING.finditer(without_code(text))]


@cache
def section(text: str, title: str) -> str:
    """What stands under one title, down to the next of its level or above."""
    found = list(_HEADING.finditer(without_code(text)))
    for place, match in enumerate(found):
        if match[2] == title:
            after = (one.start() for one in found[place + 1 :] if len(one[1]) <= len(match[1]))
            return text[match.end() : next(after, len(text))]
    raise AssertionError(f"There is no section {title!r}.")


def tables(text: str) -> list[list[list[str]]]:
    """Every table as rows of cells, without its head."""
    found: list[list[list[str]]] = []
    rows: list[list[str]] = []
    for line in [*without_code(text).splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            found.append(rows[2:])
            rows = []
    return found


def table(text: str, number: int = 0) -> list[list[str]]:
    """One table of a section as rows of cells, without its head."""
    return tables(text)[number]


def names(cell: str) -> list[str]:
    """The names in backticks in a cell or sentence."""
    return _NAME.findall(cell)


def name(cell: str) -> str:
    """The one name in backticks that a cell begins with."""
    return names(cell)[0]


def example(text: str) -> Any:
    """The first JSON example of a section."""
    match = _EXAMPLE.search(text)
    assert match is not None
    return json.loads(match[1])


def links(text: str) -> Iterator[str]:
    """Where a page points, outside of its code."""
    text = without_code(text)
    for match in _LINK.finditer(re.sub(r"`[^`\n]*`", "", text)):
        yield match[1]


def anchor(title: str) -> str:
    """The address of a title within its page."""
    kept = re.sub(r"[^\w\- ]", "", title.replace("`", "").lower())
    return kept.replace(" ", "-")
