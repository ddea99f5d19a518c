"""The evidence: the entries of the log that anything on the page cites, each found by its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from api.history import Question
from api.report.blocks import Block, Branch, Line, Outline, Points, Section, Table
from api.report.causes import moved
from api.report.evaluate import marked
from api.report.subject import Subject, plain
from projections.audit_trail import entries
from projections.retrospective.findings import FieldChange, Why


def evidence(
    question: Question, subject: Subject, lines: list[Line], sections: list[Section]
) -> Section:
    """The last part: who did what when, and why, in the order of the log."""
    words = subject.words
    cited = {one for line in [*lines, *_lines(sections)] for one in line.cites}
    outlines = (one for part in sections for one in part.blocks if isinstance(one, Outline))
    cited |= {one for outline in outlines for one in _places(outline.roots)}
    # The marks in the charts are links too.
    cited |= {one.positions[0] for one in marked(subject)}
    told = entries(question.connection, sorted(cited), question.moment)
    rows = [_row(entry, subject) for entry in told]
    names = (
        "evidence.position",
        "word.when",
        "word.who",
        "word.what",
        "evidence.changed",
        "word.why",
    )
    table = Table(words("evidence.title"), [words(name) for name in names], rows)
    return Section("evidence", words("evidence.title"), words("evidence.intro"), [table])


def _lines(sections: Iterable[Section]) -> Iterator[Line]:
    for section in sections:
        for block in section.blocks:
            yield from _lines_of(block)


def _lines_of(block: Block) -> Iterator[Line]:
    match block:
        case Line():
            yield block
        case Points():
            yield from block.lines
        case Table():
            yield from (cell for row in block.rows for cell in row)
        case _:
            pass


def _places(branches: Iterable[Branch]) -> Iterator[int]:
    for one in branches:
        yield from one.cites
        yield from _places(one.below)


def _row(entry: dict[str, Any], subject: Subject) -> list[Line]:
    words = subject.words
    reason: dict[str, str] = entry["reason"] or {}
    changes = [
        FieldChange(field=one["field"], old=one["from"], new=one["to"]) for one in entry["changes"]
    ]
    late = entry["recorded_at"][:16] != entry["effective_at"][:16]
    told = words("evidence.recorded", at=words.instant(entry["recorded_at"])) if late else ""
    why = Why(code=reason.get("code"), text=reason.get("text"))
    return [
        Line(str(entry["position"])),
        Line(words.instant(entry["effective_at"]), (), told),
        *plain(entry["actor"]["name"] or entry["actor"]["id"]),
        Line(words(f"event.{entry['type']}"), (), entry["entity"]["title"] or ""),
        *plain(moved(changes, subject), subject.why(why) if reason else "–"),
    ]
