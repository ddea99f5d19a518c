"""What a person reads first: a few figures, and a few sentences with the numbers behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from api.report.blocks import Fact, Line
from api.report.subject import Subject, cited
from projections.retrospective.after_freeze import ChangesAfterFreeze
from projections.retrospective.calibration import Calibration
from projections.retrospective.moved_targets import MovedTargets
from projections.retrospective.original_targets import ScoresByOriginal
from projections.retrospective.rhythm import CheckInRhythm
from projections.retrospective.strategy_or_rhythm import StrategyOrRhythm
from projections.status import STATUSES


def facts(subject: Subject) -> list[Fact]:
    """At most five figures, each with what it counts."""
    words, found = subject.words, list[Fact]()
    scores = subject.answer(ScoresByOriginal)
    if scores is not None and scores.by_original is not None:
        if scores.given is not None:
            found.append(Fact(words.number(scores.given), words("facts.score")))
        found.append(Fact(words.number(scores.by_original), words("facts.by_original")))
    moved, frozen = subject.answer(MovedTargets), subject.answer(ChangesAfterFreeze)
    if moved is not None and moved.unknown is None:
        n = len(moved.moves)
        found.append(Fact(words.number(n), words("facts.moves", n=n)))
    if frozen is not None and frozen.unknown is None:
        n = len(frozen.changes)
        found.append(Fact(words.number(n), words("facts.frozen", n=n)))
    return found


def summary(subject: Subject) -> list[Line]:
    """The sentences."""
    lines = [*_size(subject), *_scores(subject), *_moves(subject), *_statuses(subject)]
    return [*lines, *_rhythm(subject), *_verdict(subject)]


def _size(subject: Subject) -> Iterator[Line]:
    live = list(subject.weeks[-1].key_results())
    measured = sum(one["measured_at"] is not None for one in live)
    parts = {"objectives": len(subject.weeks[-1].objectives), "n": len(live), "measured": measured}
    yield Line(subject.words("summary.size", **parts))


def _scores(subject: Subject) -> Iterator[Line]:
    scores, words = subject.answer(ScoresByOriginal), subject.words
    if scores is None:
        return
    yield from subject.unknown(scores)
    if scores.by_original is not None:
        name = "summary.score_only" if scores.given is None else "summary.score"
        given, original = words.number(scores.given), words.number(scores.by_original)
        yield Line(words(name, given=given, original=original, n=scores.n))


def _moves(subject: Subject) -> Iterator[Line]:
    moved, frozen, words = (
        subject.answer(MovedTargets),
        subject.answer(ChangesAfterFreeze),
        subject.words,
    )
    if moved is not None and moved.moves:
        parts = {name: getattr(moved, name) for name in ("key_results", "eased", "tightened")}
        places = cited(*(one.positions for one in moved.moves))
        yield Line(words("summary.moves", n=len(moved.moves), **parts), places)
    elif moved is not None and moved.unknown is None:
        yield Line(words("summary.moves_none"))
    if frozen is not None:
        yield from subject.unknown(frozen)
        if frozen.changes:
            places = cited(*(one.positions for one in frozen.changes))
            n, without = len(frozen.changes), frozen.without_reason
            yield Line(words("summary.frozen", n=n, without=without), places)


def _statuses(subject: Subject) -> Iterator[Line]:
    counted = Counter(one["status"] for one in subject.weeks[-1].key_results())
    if counted:
        parts = {status: counted[status] for status in STATUSES}
        yield Line(subject.words("summary.status", n=counted.total(), **parts))


def _rhythm(subject: Subject) -> Iterator[Line]:
    rhythm, words = subject.answer(CheckInRhythm), subject.words
    if rhythm is not None and rhythm.expected:
        yield Line(words("summary.rhythm", kept=rhythm.kept, n=rhythm.expected))
    calibration = subject.answer(Calibration)
    if calibration is not None and calibration.bias is not None:
        word = words("summary.over" if calibration.bias > 0 else "summary.under")
        bias, brier = words.percent(abs(calibration.bias)), words.number(calibration.brier)
        n = calibration.n
        yield Line(words("summary.calibration", word=word, bias=bias, n=n, brier=brier))


def _verdict(subject: Subject) -> Iterator[Line]:
    verdict = subject.answer(StrategyOrRhythm)
    if verdict is not None:
        places = cited(*(one.positions for one in verdict.misses))
        yield Line(subject.words(f"summary.verdict_{verdict.verdict}", n=verdict.n), places)
