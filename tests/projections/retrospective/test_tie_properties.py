"""For every history: what was aligned, which child followed, what went on, as the records say."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from fractions import Fraction
from uuid import UUID, uuid5

from hypothesis import strategies as st

from domain.alignments.answering import AcceptAlignment
from domain.alignments.edges import EndId, Relation
from domain.alignments.proposing import ProposeAlignment
from domain.cycles.planning import PlanCycle
from domain.errors import Refusal
from domain.key_results.adding import AddKeyResult
from domain.objectives.carrying_over import CarryOverObjective
from domain.record import Command
from projections.retrospective.alignment_coverage import Span
from projections.retrospective.report import Retrospective
from tests.databases import on_every_database
from tests.histories import ACTIONS, NAMES, START, Company, Step, pick
from tests.histories import CYCLE as CYCLE_ID
from tests.projections.retrospective import oracle, oracle_of_ties
from tests.projections.retrospective.test_properties import PACE, Quarter, answered, near
from tests.projections.test_properties import lived

LATER = tuple(uuid5(NAMES, name) for name in ("next cycle", "last cycle"))
MORE = ("align", "align", "depend", "carry", "carry", "reword", "close", "target")
TIED: list[Step] = [
    ("draft", 0, 2, 0),
    ("draft", 0, 3, 0),
    ("align", 0, 1, 0),
    ("align", 1, 2, 0),
    ("carry", 0, 2, 0),
    ("target", 2, 15, 0),
    ("carry", 3, 1, 0),
]


class Tied(Quarter):
    """A company whose objectives hang together and are carried on into later cycles."""

    def found(self) -> None:
        self.home: dict[UUID, int] = {}
        self.parts: dict[UUID, list[UUID]] = {}
        Quarter.found(self)
        for number, cycle_id in enumerate(LATER, 1):
            starts = START.date() + timedelta(days=90 * number)
            ends = starts + timedelta(days=80)
            self.do(PlanCycle(cycle_id=cycle_id, name="Q", starts_on=starts, ends_on=ends))
        Company.live(self, TIED)

    def do(self, command: Command, late: int = 0) -> None:
        Quarter.do(self, command, late)
        match command:
            case AddKeyResult():
                self.parts.setdefault(command.objective_id, []).append(command.key_result_id)
            case ProposeAlignment():
                with suppress(Refusal):
                    Quarter.do(self, AcceptAlignment(alignment_id=command.alignment_id))
            case CarryOverObjective():
                self.parts[command.new_objective_id] = list(command.new_ids)
            case _:
                pass

    def _depend(self, which: int, number: int) -> Command | None:
        start, finish = pick(self.objectives, which), pick(self.objectives, number)
        if start is None or finish is None:
            return None
        return ProposeAlignment(
            alignment_id=self._new(),
            start=EndId(type="objective", id=start),
            finish=EndId(type="objective", id=finish),
            relation=Relation.DEPENDS_ON,
        )

    def _carry(self, which: int, number: int) -> Command | None:
        """Carry an objective on with the key results that it has."""
        objective = pick(self.objectives, which)
        cycle = 0 if objective is None else self.home.get(objective, 0)
        if objective is None or cycle == len(LATER):
            return None
        keep = tuple(self.parts.get(objective, ()))[: number % 3]
        new, ids = self._new(), tuple(self._new() for _ in keep)
        self.home[new] = cycle + 1
        self.objectives.append(new)
        self.key_results.extend(ids)
        return CarryOverObjective(
            new_objective_id=new,
            objective_id=objective,
            cycle_id=LATER[cycle],
            keep=keep,
            new_ids=ids,
        )


tied = on_every_database(
    st.lists(
        st.tuples(
            st.sampled_from((*ACTIONS, *MORE)),
            st.integers(0, 5),
            st.integers(0, 20),
            st.sampled_from((0, 0, 0, 1, 5, 30)),
        ),
        min_size=5,
        max_size=40,
    ),
    st.sampled_from((1_000, 1_000, 30, 45)),
)


@tied
def test_ties_equal_a_slow_and_obvious_computation(
    kind: str, history: list[Step], known: int
) -> None:
    with (
        lived(kind, history, live=False, people=Tied, pace=PACE) as (log, views),
        views.read() as connection,
    ):
        found, story = answered(connection, log, known)
        _the_same_coverage(found, story)
        _the_same_weeks(found, story)
        _the_same_parents(found, story)
        _the_same_chains(found, story)


def _the_same_coverage(found: Retrospective, story: oracle.Story) -> None:
    told, shown = oracle_of_ties.coverage(story, CYCLE_ID), found.alignment_coverage
    if not oracle_of_ties.ties(story):
        assert (shown.unknown, shown.share, shown.unaligned) == ("no_alignments", None, ())
        return
    alone = sum((b - a for spans in told.alone.values() for a, b in spans), timedelta())
    share = 1 - Fraction(alone // oracle.TICK, told.shown // oracle.TICK) if told.shown else None
    assert near(shown.share, share, 4)
    assert {
        UUID(one.objective.id): _ends(one.spans, story) for one in shown.unaligned
    } == told.alone
    assert sorted(
        (UUID(one.objective.id), UUID(one.parent.id), one.since, one.until or story.end)
        for one in shown.orphaned
    ) == sorted(
        (tie.lower, tie.upper, *span) for tie, spans in told.orphaned.items() for span in spans
    )


def _ends(spans: tuple[Span, ...], story: oracle.Story) -> list[oracle_of_ties.Span]:
    return [(one.start, one.finish or story.end) for one in spans]


def _the_same_weeks(found: Retrospective, story: oracle.Story) -> None:
    for week in found.alignment_coverage.weeks:
        things = story.at(week.at)
        mine = oracle_of_ties.mine(story, CYCLE_ID)
        shown = [one for one in mine if oracle_of_ties.is_shown(things, one)]
        aligned = [one for one in shown if oracle_of_ties.is_aligned(things, story, one)]
        orphans = [one for one in shown if oracle_of_ties.orphaning(things, story, one)]
        counted = (week.objectives, week.aligned, week.orphaned)
        assert counted == (len(shown), len(aligned), len(orphans))


def _the_same_parents(found: Retrospective, story: oracle.Story) -> None:
    told = list(oracle_of_ties.parents(story, CYCLE_ID))
    shown = found.unfollowed_parents
    answers = [followed for _, _, followed in told]
    assert (shown.n, shown.followed, shown.pending) == (
        len(told),
        answers.count(True),
        answers.count(None),
    )
    assert sorted((one.at, UUID(one.child.id), one.type) for one in shown.unfollowed) == sorted(
        (move.effective_at, child, type(move.event).__name__)
        for move, child, followed in told
        if followed is False
    )


def _the_same_chains(found: Retrospective, story: oracle.Story) -> None:
    told = oracle_of_ties.chains(story, CYCLE_ID)
    shown = {
        tuple(UUID(link.objective.id) for link in one.links): one for one in found.carry_over.chains
    }
    assert shown.keys() == told.keys()
    for chain, drifts in told.items():
        assert {
            tuple(
                None if target is None else Fraction(str(target))
                for link in one.links
                for target in (link.first_target, link.last_target)
            )
            for one in shown[chain].drifts
        } == drifts
        for one in shown[chain].drifts:
            first, last = one.links[0].first_target, one.links[-1].last_target
            assert one.drift == (None if None in (first, last) else last - first)
