"""Analyse the causes: what moved, what was said early, how regularly anybody looked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from api.report import charts
from api.report.blocks import Block, Chart, Figure, Line, Section, Table
from api.report.subject import Subject, cited, plain
from projections.retrospective.after_freeze import ChangesAfterFreeze, FrozenChange
from projections.retrospective.calibration import Calibration
from projections.retrospective.early_warnings import EarlyWarning, EarlyWarnings
from projections.retrospective.findings import FieldChange
from projections.retrospective.moved_targets import MovedTargets, TargetMove
from projections.retrospective.rhythm import CheckInRhythm
from projections.retrospective.sandbagging import Sandbagging
from projections.retrospective.unfollowed_parents import UnfollowedParents

MOST_ROWS = 200
"""The longest table of findings; a page is no place for more, and the JSON form has all."""


def causes(subject: Subject) -> Section:
    """The third part."""
    words = subject.words
    parts = (_moves, _frozen, _warnings, _rhythm, _calibration, _sandbagging, _unfollowed)
    blocks = [block for part in parts for block in part(subject)]
    return Section("causes", words("causes.title"), words("causes.intro"), blocks)


def _table(
    subject: Subject, caption: str, head: Sequence[str], rows: list[list[Line]], *numeric: int
) -> Iterator[Block]:
    """A table of findings, cut where a page cannot hold more."""
    if rows:
        words = subject.words
        yield Table(
            words(caption), [words(name) for name in head], rows[:MOST_ROWS], frozenset(numeric)
        )
        if len(rows) > MOST_ROWS:
            yield Line(words("word.more", n=len(rows) - MOST_ROWS))


def _moves(subject: Subject) -> Iterator[Block]:
    moved = subject.answer(MovedTargets)
    if moved is not None:
        yield from subject.unknown(moved)
        rows = [_move(one, subject) for one in moved.moves]
        head = ("word.key_result", "word.what", "word.when", "word.who", "word.why")
        yield from _table(subject, "causes.moves", head, rows)


def _move(move: TargetMove, subject: Subject) -> list[Line]:
    words = subject.words
    moved = words("causes.move", old=words.value(move.old), new=words.value(move.new))
    eased = words("causes.eased" if move.eased else "causes.tightened")
    progress, confidence = words.percent(move.progress), words.value(move.confidence)
    days = words.number(move.days_before_end, 0)
    at = words("causes.at", progress=progress, confidence=confidence, days=days)
    when = words.day(move.at)
    late = "" if when == words.day(move.recorded_at) else words.day(move.recorded_at)
    return [
        Line(move.key_result.title or "", move.positions, move.owner.name or ""),
        Line(moved if move.eased is None else f"{moved} ({eased})", (), at),
        Line(when, (), words("evidence.recorded", at=late) if late else ""),
        *plain(subject.who(move.by), subject.why(move.reason)),
    ]


def _frozen(subject: Subject) -> Iterator[Block]:
    frozen = subject.answer(ChangesAfterFreeze)
    if frozen is not None:
        yield from subject.unknown(frozen)
        rows = [_frozen_change(one, subject) for one in frozen.changes]
        head = ("word.what", "evidence.changed", "word.when", "word.who", "word.why")
        yield from _table(subject, "causes.frozen", head, rows)


def _frozen_change(change: FrozenChange, subject: Subject) -> list[Line]:
    words, after = subject.words, ""
    if change.days_after is not None and change.days_after >= 0:
        after = words("causes.after", n=words.number(change.days_after, 0))
    return [
        Line(change.entity.title or "–", change.positions, words(f"event.{change.type}")),
        Line(moved(change.changes, subject)),
        Line(words.day(change.at), (), after),
        *plain(subject.who(change.by), subject.why(change.reason)),
    ]


def moved(changes: Sequence[FieldChange], subject: Subject) -> str:
    """What a change moved, from what to what."""
    parts = [f"{one.field}: {subject.value(one.old)} → {subject.value(one.new)}" for one in changes]
    return "; ".join(part if len(part) < 160 else f"{part[:160]}…" for part in parts)


def _warnings(subject: Subject) -> Iterator[Block]:
    warnings = subject.answer(EarlyWarnings)
    if warnings is not None:
        yield from subject.unknown(warnings)
        rows = [_warning(one, subject) for one in warnings.warnings]
        head = ("word.key_result", "word.when", "word.what", "causes.outcome")
        yield from _table(subject, "causes.warnings", head, rows)


def _warning(warning: EarlyWarning, subject: Subject) -> list[Line]:
    words = subject.words
    before, after = words.value(warning.confidence_before), words.value(warning.confidence)
    days = words.number(warning.days_before_end, 0)
    warned = words("causes.warned", before=before, after=after, days=days)
    outcome = {True: "recovered", False: "not_recovered", None: "open"}[warning.recovered]
    followed = words("causes.done", n=len(warning.followed_by))
    places = cited(warning.positions, *(one.positions for one in warning.followed_by))
    return [
        Line(warning.key_result.title or "", places, warning.owner.name or ""),
        Line(words.day(warning.at), (), warned),
        Line(warning.note or "–", (), subject.who(warning.by)),
        Line(words(f"causes.{outcome}"), (), followed),
    ]


def _rhythm(subject: Subject) -> Iterator[Block]:
    rhythm, words = subject.answer(CheckInRhythm), subject.words
    if rhythm is not None:
        yield from subject.unknown(rhythm)
        rows = [
            [
                Line(one.owner.name or "", (), words("word.small") if one.small_sample else ""),
                *plain(f"{one.kept} / {one.expected}", str(one.late)),
                Line(words.number(one.longest_gap_days, 0)),
            ]
            for one in rhythm.owners
        ]
        head = ("word.owner", "causes.kept", "causes.late_in", "causes.gap")
        yield from _table(subject, "causes.rhythm", head, rows, 1, 2, 3)


def _calibration(subject: Subject) -> Iterator[Block]:
    found, words = subject.answer(Calibration), subject.words
    if found is None:
        return
    yield from subject.unknown(found)
    if not found.levels:
        return
    shown = [
        {"confidence": one.confidence, "y": one.share_reached, "n": one.n, "said": f"{one.n}"}
        for one in found.levels
    ]
    parts = ("brier", "reliability", "resolution", "uncertainty", "bias")
    figures = {name: words.number(getattr(found, name), 3) for name in parts}
    note = words("causes.calibration_note") + " " + words("causes.brier", n=found.n, **figures)
    rows = [
        plain(str(one.confidence), str(one.n), words.percent(one.share_reached))
        for one in found.levels
    ]
    head = [words(f"calibration.{name}") for name in ("level", "said", "share")]
    title = words("causes.calibration")
    wide, narrow = (charts.calibration(shown, words, width) for width in (420, charts.NARROW - 40))
    table = Table(title, head, rows, frozenset({0, 1, 2}))
    yield Figure("calibration", title, note, [Chart("", wide, narrow)], table)


def sandbagging_of(subject: Subject) -> Sandbagging | None:
    """Who always scores 1.0, over several cycles: one is too short to tell."""
    return subject.answer(Sandbagging) if subject.beyond is None else subject.beyond.sandbagging


def _sandbagging(subject: Subject) -> Iterator[Block]:
    found, words = sandbagging_of(subject), subject.words
    if found is not None:
        rows = [
            [
                Line(one.owner.name or "", cited(one.positions)),
                Line(
                    words(
                        "causes.full",
                        n=one.full,
                        all=len(one.key_results),
                        cycles=one.cycles,
                        confidence=words.number(one.first_confidence, 1),
                    )
                ),
            ]
            for one in found.owners
            if one.verdict == "suspected"
        ]
        yield from _table(subject, "causes.sandbagging", ("word.owner", "word.what"), rows)


def _unfollowed(subject: Subject) -> Iterator[Block]:
    found, words = subject.answer(UnfollowedParents), subject.words
    if found is not None:
        yield from subject.unknown(found)
        rows = [
            [
                Line(one.parent.title or "", cited(one.positions), words(f"event.{one.type}")),
                Line(moved(one.changes, subject)),
                *plain(words.day(one.at), subject.who(one.by), one.child.title or ""),
            ]
            for one in found.unfollowed
        ]
        head = ("word.objective", "evidence.changed", "word.when", "word.who", "causes.child")
        yield from _table(subject, "causes.unfollowed", head, rows)
