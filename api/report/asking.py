"""The questions that a team should talk about, each from a finding and linked to its evidence."""

from __future__ import annotations

from collections.abc import Iterator

from api.report.blocks import Line
from api.report.causes import sandbagging_of
from api.report.subject import Subject, cited
from projections.retrospective.after_freeze import ChangesAfterFreeze
from projections.retrospective.alignment_coverage import AlignmentCoverage
from projections.retrospective.calibration import Calibration
from projections.retrospective.carry_over import CarryOver
from projections.retrospective.early_warnings import EarlyWarnings
from projections.retrospective.missed_unreviewed import UnreviewedMisses
from projections.retrospective.moved_targets import MovedTargets
from projections.retrospective.original_targets import ScoresByOriginal
from projections.retrospective.rhythm import CheckInRhythm
from projections.retrospective.unfollowed_parents import UnfollowedParents

MOST_OF_A_KIND = 3
"""A team talks for an hour or two: the first few of each kind are enough."""
WIDE_GAP, LARGE_BIAS, LONG_CHAIN = 0.2, 0.1, 3


def questions(subject: Subject) -> list[Line]:
    """Questions, the sharpest kinds first."""
    kinds = (_moved, _gaps, _warnings, _sandbagging, _rhythm, _orphans)
    others = (_unfollowed, _chains, _unreviewed, _reasons, _bias)
    return [line for kind in (*kinds, *others) for line in list(kind(subject))[:MOST_OF_A_KIND]]


def _moved(subject: Subject) -> Iterator[Line]:
    found, words = subject.answer(MovedTargets), subject.words
    eased = [] if found is None else [one for one in found.moves if one.eased]
    for one in sorted(eased, key=lambda one: (not one.after_freeze, one.days_before_end or 0)):
        undated = one.days_before_end is None
        yield Line(
            words(
                "ask.moved_undated" if undated else "ask.moved",
                title=one.key_result.title,
                old=words.value(one.old),
                new=words.value(one.new),
                days=words.number(one.days_before_end, 0),
                progress=words.percent(one.progress),
            ),
            cited(one.positions),
        )


def _gaps(subject: Subject) -> Iterator[Line]:
    found, words = subject.answer(ScoresByOriginal), subject.words
    for one in () if found is None else found.key_results:
        given, original = one.given, one.by_original
        if given is not None and original is not None and given - original >= WIDE_GAP:
            figures = {"given": words.number(given), "original": words.number(original)}
            title = one.key_result.title
            yield Line(words("ask.gap", title=title, **figures), cited(one.positions))


def _warnings(subject: Subject) -> Iterator[Line]:
    found, words = subject.answer(EarlyWarnings), subject.words
    if found is None:
        return
    dated = [one for one in found.warnings if one.days_before_end is not None]
    for outcome, name in ((True, "ask.warning_good"), (False, "ask.warning_bad")):
        for one in [one for one in dated if one.recovered is outcome][:1]:
            days = words.number(one.days_before_end, 0)
            places = cited(one.positions, *(then.positions for then in one.followed_by))
            yield Line(words(name, title=one.key_result.title, days=days), places)
    if missed := found.missed_unwarned:
        latest = tuple(one.positions[-1] for one in missed)
        yield Line(words("ask.unwarned", n=len(missed)), cited(latest))


def _sandbagging(subject: Subject) -> Iterator[Line]:
    found = sandbagging_of(subject)
    for one in () if found is None else found.owners:
        if one.verdict == "suspected":
            said = subject.words("ask.sandbagging", owner=one.owner.name)
            yield Line(said, cited(one.positions))


def _rhythm(subject: Subject) -> Iterator[Line]:
    found = subject.answer(CheckInRhythm)
    if found is None:
        return
    for one in found.owners:
        if one.verdict == "out_of_rhythm":
            # Rhythm is counted for the owner of the objective; its key results may have others.
            goals = subject.final.objectives.values()
            mine = {two["id"] for two in goals if two["owner"]["id"] == one.owner.id}
            parts = [two for two in found.key_results if two.objective.id in mine]
            places = [two.positions[-1:] for two in parts]
            said = {"owner": one.owner.name, "kept": one.kept, "n": one.expected}
            yield Line(subject.words("ask.rhythm", **said), cited(*places))


def _orphans(subject: Subject) -> Iterator[Line]:
    found = subject.answer(AlignmentCoverage)
    for one in () if found is None else found.orphaned:
        parts = {"title": one.objective.title, "parent": one.parent.title}
        yield Line(subject.words("ask.orphan", **parts), cited(one.positions))


def _unfollowed(subject: Subject) -> Iterator[Line]:
    found = subject.answer(UnfollowedParents)
    for one in () if found is None else found.unfollowed:
        parts = {"parent": one.parent.title, "child": one.child.title}
        yield Line(subject.words("ask.unfollowed", **parts), cited(one.positions))


def _chains(subject: Subject) -> Iterator[Line]:
    found = subject.answer(CarryOver)
    for one in () if found is None else found.chains:
        if one.cycles >= LONG_CHAIN:
            title = one.links[-1].objective.title
            places = cited(one.positions, *(link.positions for link in one.links))
            yield Line(subject.words("ask.chain", title=title, n=one.cycles), places)


def _unreviewed(subject: Subject) -> Iterator[Line]:
    found = subject.answer(UnreviewedMisses)
    for one in () if found is None else found.unreviewed:
        title = one.objective.title
        yield Line(subject.words("ask.unreviewed", title=title), cited(one.positions))


def _reasons(subject: Subject) -> Iterator[Line]:
    found = subject.answer(ChangesAfterFreeze)
    if found is not None and found.without_reason:
        bare = [one.positions for one in found.changes if one.reason is None]
        said = subject.words("ask.no_reason", n=found.without_reason)
        yield Line(said, cited(*bare))


def _bias(subject: Subject) -> Iterator[Line]:
    found, words = subject.answer(Calibration), subject.words
    if found is None or found.bias is None or found.small_sample:
        return
    if abs(found.bias) >= LARGE_BIAS:
        word = words("summary.over" if found.bias > 0 else "summary.under")
        places = cited(*(one.positions for one in found.levels))
        yield Line(words("ask.bias", word=word, bias=words.percent(abs(found.bias))), places)
