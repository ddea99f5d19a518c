"""Summarise what was learned: what goes on, what nobody looked back on, what to talk about."""

from __future__ import annotations

from collections.abc import Iterator

from api.report.asking import questions
from api.report.blocks import Block, Line, Points, Section, Table
from api.report.subject import Subject, cited, plain
from projections.retrospective.carry_over import CarryOver, Chain
from projections.retrospective.late_scores import LateScores
from projections.retrospective.missed_unreviewed import UnreviewedMisses


def lessons(subject: Subject) -> Section:
    """The fourth part, which ends with the questions."""
    words = subject.words
    blocks = [*_trends(subject), *_chains(subject), *_unreviewed(subject), *_late_scores(subject)]
    return Section("lessons", words("lessons.title"), words("lessons.intro"), blocks)


def to_talk_about(subject: Subject) -> Section:
    """The questions for the team."""
    words = subject.words
    asked = Points(questions(subject) or [Line(words("lessons.none"))])
    return Section(
        "questions",
        words("lessons.questions"),
        "",
        [asked],
    )


def _trends(subject: Subject) -> Iterator[Block]:
    words, beyond = subject.words, subject.beyond
    if beyond is not None and len(beyond.cycles) > 1:
        rows = [
            [
                Line(one.cycle.title or "", cited(one.positions)),
                *plain(words.number(one.by_original), words.number(one.given)),
                *plain(str(one.moved_targets), words.percent(one.kept_share)),
                *plain(words.percent(one.coverage), words.number(one.bias)),
            ]
            for one in beyond.cycles
        ]
        names = ("cycle", "by_original", "given", "moved", "kept", "coverage", "bias")
        head = [words(f"trend.{name}") for name in names]
        yield Table(words("trend.title"), head, rows, frozenset(range(1, len(head))))


def _chains(subject: Subject) -> Iterator[Block]:
    found, words = subject.answer(CarryOver), subject.words
    if found is not None and found.chains:
        rows = [_chain(one, subject) for one in found.chains]
        head = [words(name) for name in ("word.objective", "word.what", "recall.last")]
        yield Table(words("lessons.chains"), head, rows)


def _chain(chain: Chain, subject: Subject) -> list[Line]:
    words = subject.words
    cycles = " → ".join(one.cycle.title or "" for one in chain.links)
    drifts = [
        words(
            "lessons.drift",
            title=one.links[-1].key_result.title,
            targets=" → ".join(words.value(link.first_target) for link in one.links),
        )
        for one in chain.drifts
    ]
    places = cited(chain.positions, *(one.positions for one in chain.links))
    return [
        Line(chain.links[-1].objective.title or "", places, chain.links[-1].owner.name or ""),
        *plain(words("lessons.chain", n=chain.cycles, cycles=cycles), "; ".join(drifts) or "–"),
    ]


def _unreviewed(subject: Subject) -> Iterator[Block]:
    found, words = subject.answer(UnreviewedMisses), subject.words
    if found is not None:
        yield from subject.unknown(found)
        rows = [
            [
                Line(one.objective.title or "", cited(one.positions), one.owner.name or ""),
                Line(words.number(one.score)),
            ]
            for one in found.unreviewed
        ]
        if rows:
            head = [words("word.objective"), words("recall.score")]
            yield Table(words("lessons.unreviewed"), head, rows, frozenset({1}))


def _late_scores(subject: Subject) -> Iterator[Block]:
    found, words = subject.answer(LateScores), subject.words
    if found is not None:
        rows = [
            [
                Line(one.entity.title or "", cited(one.positions), one.owner.name or ""),
                Line(
                    words("lessons.rescored", old=words.value(one.old), new=words.number(one.new))
                ),
                Line(
                    words.day(one.at),
                    (),
                    words("lessons.days_late", n=words.number(one.days_late, 0))
                    if one.days_late is not None
                    else "",
                ),
                *plain(subject.who(one.by), subject.why(one.reason)),
            ]
            for one in found.scores
        ]
        if rows:
            names = ("word.what", "recall.score", "word.when", "word.who", "word.why")
            yield Table(words("lessons.late_scores"), [words(name) for name in names], rows)
