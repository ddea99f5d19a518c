"""What the page is made of, whatever it is written as: lines, tables, figures, sections."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence or the content of a cell, with the positions in the log that it rests on."""

    text: str
    cites: tuple[int, ...] = ()
    detail: str = ""
    """What stands below it in small letters."""


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below a head; `numeric` columns stand to the right."""

    caption: str
    head: list[str]
    rows: list[list[Line]]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing, in a wide form and in one for a telephone where it needs another."""

    title: str
    svg: Markup
    narrow: Markup | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One drawing or several alike, told in a sentence and in a table."""

    id: str
    title: str
    note: str
    charts: list[Chart]
    table: Table


@dataclass(frozen=True, slots=True)
class Cell:
    """How a key result stood in a week; None while it did not live."""

    status: str | None
    said: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A key result over the weeks, or, without cells, the objective above those that follow."""

    title: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class HeatStrip:
    """The status of every key result in every week."""

    id: str
    title: str
    note: str
    weeks: list[str]
    strips: list[Strip]
    legend: list[Cell]


@dataclass(frozen=True, slots=True)
class Branch:
    """An objective in the picture of alignment, with what supports it."""

    title: str
    note: str
    state: str
    """`aligned`, `orphaned`, `gone` or `alone`."""
    below: list[Branch] = field(default_factory=list["Branch"])
    cites: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """The picture of who supports whom."""

    id: str
    title: str
    note: str
    roots: list[Branch]


Block = Line | Points | Table | Figure | HeatStrip | Outline


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with its anchor."""

    id: str
    title: str
    intro: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that is read first."""

    figure: str
    label: str


@dataclass(frozen=True, slots=True)
class Report:
    """The whole retrospective, in words."""

    language: str
    title: str
    about: list[str]
    facts: list[Fact]
    summary: list[Line]
    sections: list[Section]
    colophon: list[str]
