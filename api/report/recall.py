"""Recall the goal: what was agreed, and who supported whom."""

from __future__ import annotations

from collections import defaultdict

from api.report import charts
from api.report.blocks import Block, Branch, Chart, Figure, Outline, Section, Table
from api.report.course import State, Week
from api.report.subject import Subject, cited, plain
from projections.retrospective.alignment_coverage import AlignmentCoverage
from projections.retrospective.original_targets import ScoresByOriginal


def recall(subject: Subject) -> Section:
    """The first part."""
    words = subject.words
    blocks: list[Block] = [_goals(subject), _outline(subject)]
    if any(week.objectives for week in subject.weeks):
        blocks.append(_coverage(subject))
    return Section("recall", words("recall.title"), words("recall.intro"), blocks)


def _goals(subject: Subject) -> Table:
    words, scores = subject.words, subject.answer(ScoresByOriginal)
    moved = {one.key_result.id: one for one in scores.key_results} if scores else {}
    rows: list[list[str]] = []
    for objective in subject.final.objectives.values():
        owner = objective["owner"]["name"] or words("word.unknown")
        rows.append([objective["title"], owner, "", "", "", _score(objective, subject)])
        for one in objective["key_results"]:
            first = moved[one["id"]].original_target if one["id"] in moved else one["target"]
            cells = [f"{_unit(value, one, subject)}" for value in (first, one["target"])]
            value = one["value"] if one["reached"] is None else one["reached"]
            rows.append(["· " + one["title"], "", *cells, words.value(value), _score(one, subject)])
    head = [words(f"recall.{name}") for name in ("first", "last", "value", "score")]
    return Table(
        words("recall.table"),
        [words("word.objective"), words("word.owner"), *head],
        [plain(*row) for row in rows],
        frozenset({2, 3, 4, 5}),
    )


def _unit(value: object, key_result: State, subject: Subject) -> str:
    said = subject.words.value(value)
    return f"{said} {key_result['unit']}" if key_result["unit"] and said != "–" else said


def _score(state: State, subject: Subject) -> str:
    score = state["self_score"] if state["agreed_score"] is None else state["agreed_score"]
    return "–" if score is None else subject.words.number(score)


def _standings(week: Week) -> dict[str, str]:
    """Whether each objective is `aligned`, `orphaned` or `alone`."""
    found: dict[str, str] = {}
    for edge in week.alignments:
        below = edge["from"]["objective_id"]
        if edge["state"] == "accepted" and below in week.objectives:
            better = "orphaned" if edge["orphaned"] else "aligned"
            found[below] = "aligned" if "aligned" in (better, found.get(below)) else "orphaned"
            above = edge["to"]["objective_id"]
            if not edge["orphaned"]:
                # The top of a tree stands on what supports it.
                found.setdefault(above, "aligned")
    return {one: found.get(one, "alone") for one in week.objectives}


def _coverage(subject: Subject) -> Figure:
    words = subject.words
    kinds = ("aligned", "orphaned", "alone")
    names = [words(f"recall.{kind}") for kind in kinds]
    rows: charts.Rows = []
    table: list[list[str]] = []
    for week in subject.weeks:
        standing = list(_standings(week).values())
        counts = [standing.count(kind) for kind in kinds]
        table.append([words.day(week.at), *map(str, counts)])
        at = words.short_day(week.at)
        parts = enumerate(zip(names, counts, strict=True))
        rows += [{"week": at, "what": name, "n": n, "order": -i} for i, (name, n) in parts]
    drawn = {width: charts.coverage(rows, names, words, width) for width in charts.WIDTHS}
    return Figure(
        "alignment",
        words("recall.coverage"),
        words("recall.coverage_note"),
        [Chart("", drawn[charts.WIDE], drawn[charts.NARROW])],
        Table(
            words("recall.coverage"),
            [words("word.week"), *names],
            [plain(*row) for row in table],
            frozenset({1, 2, 3}),
        ),
    )


def _standing_places(subject: Subject) -> dict[str, tuple[int, ...]]:
    """What it rests on that an objective was orphaned, or else that it was unaligned."""
    found = subject.answer(AlignmentCoverage)
    if found is None:
        return {}
    told = (*found.unaligned, *found.orphaned)
    return {one.objective.id: cited(one.positions) for one in told}


def _outline(subject: Subject) -> Outline:
    """Each objective below the first one that it supports."""
    words, week = subject.words, subject.weeks[-1]
    below: dict[str, list[str]] = defaultdict(list)
    placed: set[str] = set()
    for edge in week.alignments:
        child, parent = edge["from"]["objective_id"], edge["to"]["objective_id"]
        fits = child in week.objectives and parent in week.objectives and child not in placed
        if edge["state"] == "accepted" and fits and edge["relation"] != "depends_on":
            placed.add(child)
            below[parent].append(child)
    standings, places = _standings(week), _standing_places(subject)

    def branch(one: str, seen: frozenset[str] = frozenset()) -> Branch:
        state = week.objectives[one]
        ended = state["state"] in ("closed", "dropped") and state["outcome"] == "dropped"
        kind = "gone" if ended else standings[one]
        kids = [branch(child, seen | {one}) for child in below[one] if child not in seen]
        said = words(f"recall.{kind}")
        note = f"{state['owner']['name'] or words('word.unknown')} · {said}"
        return Branch(state["title"], note, kind, kids, places.get(one, ()))

    roots = [branch(one) for one in week.objectives if one not in placed]
    roots.sort(key=lambda one: -len(one.below))
    return Outline("outline", words("recall.outline"), words("recall.outline_note"), roots)
