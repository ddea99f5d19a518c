"""Evaluate the result: burn-ups, scores by both targets, the heat strip, confidence over time."""

from __future__ import annotations

from typing import Any

from api.report import charts
from api.report.blocks import Block, Cell, Chart, Figure, HeatStrip, Line, Section, Strip, Table
from api.report.burning import Burn, burns
from api.report.standing import believed, days_in_status
from api.report.subject import Subject, cited, plain
from projections.retrospective.moved_targets import MovedTargets, TargetMove
from projections.retrospective.original_targets import ScoresByOriginal
from projections.status import STATUSES

MOST_DRAWN = 60
"""How many burn-ups, and faint lines of confidence, are drawn; the tables hold all."""

MOST_MARKED = 300
"""How many moved targets are marked; thousands would be a smear, and a page of megabytes."""


def evaluate(subject: Subject) -> Section:
    """The second part."""
    words = subject.words
    blocks: list[Block] = []
    if any(week.objectives for week in subject.weeks):
        blocks = [_burn_ups(subject), _scores(subject), _heat(subject)]
        blocks += [*days_in_status(subject), _confidence(subject), *believed(subject)]
    return Section("evaluate", words("evaluate.title"), words("evaluate.intro"), blocks)


def moves_of(subject: Subject) -> list[TargetMove]:
    """The moves of targets."""
    moved = subject.answer(MovedTargets)
    return [] if moved is None else [one for one in moved.moves if one.field == "target"]


def marked(subject: Subject) -> list[TargetMove]:
    """The moves that charts mark, each a link: the latest, as many as can be told apart."""
    return sorted(moves_of(subject), key=lambda one: one.at)[-MOST_MARKED:]


def _marked_note(subject: Subject) -> str:
    n = len(moves_of(subject))
    some = subject.words("evaluate.marked_some", shown=MOST_MARKED, n=n)
    return f" {some}" if n > MOST_MARKED else ""


def _said(move: TargetMove, subject: Subject) -> str:
    """A moved target in a few words."""
    words = subject.words
    old, new = words.value(move.old), words.value(move.new)
    said = words("causes.move", old=old, new=new)
    return f"{move.key_result.title}: {said}, {words.day(move.at)}"


def _burn_ups(subject: Subject) -> Figure:
    words, found = subject.words, burns(subject.weeks, moves_of(subject))
    found.sort(key=lambda one: (-one.drift, -one.size))
    drawn = found[:MOST_DRAWN]
    note = words("evaluate.burn_up_note")
    if len(found) > len(drawn):
        note += " " + words("evaluate.burn_up_some", shown=len(drawn), n=len(found))
    note += _marked_note(subject)
    names = [words(f"evaluate.{name}") for name in ("reached", "then", "now")]
    rows = [
        plain(one.title, *(words.percent(part) for part in (last.reached, last.target, one.now)))
        for one in found
        for last in one.points[-1:]
    ]
    table = Table(
        words("evaluate.burn_up"), [words("word.objective"), *names], rows, frozenset({1, 2, 3})
    )
    places = {one.positions for one in marked(subject)}
    shown = [Chart(one.title, _burn_up(one, subject, places)) for one in drawn]
    return Figure("burn-up", words("evaluate.burn_up"), note, shown, table)


def _burn_up(burn: Burn, subject: Subject, places: set[tuple[int, ...]]) -> Any:
    words = subject.words
    rows = [
        {"at": words.wall(one.at), "y": one.reached, "target": one.target, "now": burn.now}
        for one in burn.points
    ]
    moves = [
        {
            "at": words.wall(one.at),
            "y": burn.target_at(one.at),
            "href": f"#p{one.positions[0]}",
            "said": _said(one, subject),
        }
        for one in burn.moves
        if one.positions in places
    ]
    return charts.burn_up(rows, moves, burn.top, words)


def _scores(subject: Subject) -> Block:
    words, scores = subject.words, subject.answer(ScoresByOriginal)
    head = [words(f"evaluate.{name}") for name in ("by_original", "by_final", "given")]
    rows: list[list[Line]] = []
    if scores is not None:
        for one in scores.objectives:
            figures = (one.by_original, one.by_final, one.given)
            title = Line(one.objective.title or "", cited(one.positions), one.owner.name or "")
            rows.append([title, *plain(*map(words.number, figures))])
    title = words("evaluate.original")
    return Table(title, [words("word.objective"), *head], rows, frozenset({1, 2, 3}))


def _heat(subject: Subject) -> HeatStrip:
    words = subject.words
    strips: list[Strip] = []
    stood = [{one["id"]: one["status"] for one in week.key_results()} for week in subject.weeks]
    days = [words.day(week.at) for week in subject.weeks]
    for objective in subject.weeks[-1].objectives.values():
        strips.append(Strip(objective["title"], []))
        for one in objective["key_results"]:
            statuses = [week.get(one["id"]) for week in stood]
            cells = [
                Cell(status, f"{day}: {words(f'status.{status}') if status else '–'}")
                for status, day in zip(statuses, days, strict=True)
            ]
            strips.append(Strip(one["title"], cells))
    legend = [Cell(status, words(f"status.{status}")) for status in STATUSES]
    weeks = [words.short_day(week.at) for week in subject.weeks]
    title, note = words("evaluate.heat"), words("evaluate.heat_note")
    return HeatStrip("heat", title, note, weeks, strips, legend)


def _confidence(subject: Subject) -> Figure:
    words = subject.words
    lines: dict[str, list[dict[str, Any]]] = {}
    mean: list[dict[str, Any]] = []
    rows: list[list[str]] = []
    moves = moves_of(subject)
    for number, week in enumerate(subject.weeks):
        at, values = words.wall(week.at), list[int]()
        for one in week.key_results():
            if one["confidence"] is not None:
                point = {"at": at, "y": one["confidence"], "id": one["id"]}
                lines.setdefault(one["id"], []).append(point)
                values.append(one["confidence"])
        average = sum(values) / len(values) if values else None
        said = words("evaluate.mean", n=len(values), value=words.number(average, 1))
        if average is not None:
            mean.append({"at": at, "y": average, "said": said})
        before = subject.weeks[number - 1].at if number else None
        fell = sum(one.at <= week.at and (before is None or one.at > before) for one in moves)
        rows.append([words.day(week.at), words.number(average, 1), str(len(values)), str(fell)])
    spread = sorted(lines.values(), key=_spread, reverse=True)[:MOST_DRAWN]
    note = words("evaluate.confidence_note")
    if len(lines) > len(spread):
        note += " " + words("evaluate.confidence_some", shown=len(spread), n=len(lines))
    note += _marked_note(subject)
    faint = [point for line in spread for point in line]
    marks = [
        {
            "at": words.wall(one.at),
            "y": one.confidence,
            "href": f"#p{one.positions[0]}",
            "said": _said(one, subject),
        }
        for one in marked(subject)
        if one.confidence is not None
    ]
    drawn = {width: charts.confidence(faint, mean, marks, words, width) for width in charts.WIDTHS}
    names = [words(f"evaluate.{name}") for name in ("mean_column", "count", "moved_then")]
    title = words("evaluate.confidence")
    table = Table(
        title, [words("word.week"), *names], [plain(*row) for row in rows], frozenset({1, 2, 3})
    )
    charted = [Chart("", drawn[charts.WIDE], drawn[charts.NARROW])]
    return Figure("confidence", title, note, charted, table)


def _spread(line: list[dict[str, Any]]) -> int:
    levels = [point["y"] for point in line]
    return max(levels) - min(levels)
