"""Alignments never form a circle, whatever they join and wherever their cycles moved."""

from collections import Counter
from itertools import pairwise, product
from uuid import UUID

import pytest

from domain.alignments import proposing
from domain.alignments.edges import EndId, Relation
from domain.alignments.parties import Proposal, party
from domain.book import Book, Stream
from domain.catalogue import decide
from domain.cycles.placing import CycleAnchored, MoveCycle
from domain.errors import (
    AlignmentCircle,
)
from domain.record import Context
from tests.builders import (
    AN_ORGANISATION,
    EDGE,
    GROWTH,
    LAUNCH,
    LOYALTY,
    OTHER_EDGE,
    Q1,
    Q2,
    REVENUE,
    SPEED,
    THIRD_EDGE,
    THREE_OBJECTIVES,
    YEAR,
    add,
    draft,
    key_result_end,
    objective_end,
    plan,
    propose,
    uid,
)
from tests.domain.stories import A_PROPOSAL, A_REFUSED_PROPOSAL, A_WITHDRAWN_PROPOSAL, VISION, chain
from tests.memory import Memory
from tests.spec import LOCAL, NOW, Steps, given


@pytest.mark.parametrize("links", [(LOYALTY, GROWTH), (LOYALTY, SPEED, GROWTH)])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Relation.SUPPORTS, Relation.SUPPORTS),
        (Relation.SUPPORTS, Relation.CONTRIBUTES),
        (Relation.PROMOTED_TO, Relation.PROMOTED_TO),
        (Relation.DEPENDS_ON, Relation.DEPENDS_ON),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_alignments_do_not_form_a_circle(
    links: tuple[UUID, ...], first: Relation, second: Relation, imported: bool
) -> None:
    given(THREE_OBJECTIVES, chain(*links, relation=first)).when(
        propose(GROWTH, LOYALTY, relation=second), imported=imported
    ).then_refused(AlignmentCircle, "The other end leads back here already")


@pytest.mark.parametrize("links", [(GROWTH, LOYALTY), (GROWTH, SPEED, LOYALTY)])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Relation.PROMOTED_TO, Relation.SUPPORTS),
        (Relation.SUPPORTS, Relation.PROMOTED_TO),
        (Relation.CONTRIBUTES, Relation.PROMOTED_TO),
    ],
)
def test_a_promotion_leads_down_where_all_else_leads_up(
    links: tuple[UUID, ...], first: Relation, second: Relation
) -> None:
    story = given(THREE_OBJECTIVES, chain(*links, relation=first))
    story.when(propose(GROWTH, LOYALTY, relation=second)).then_refused(
        AlignmentCircle, "The other end leads back here already"
    )
    story.when(propose(LOYALTY, GROWTH, relation=second)).then_accepted()


@pytest.mark.parametrize(
    ("first", "second"),
    [(Relation.DEPENDS_ON, Relation.SUPPORTS), (Relation.SUPPORTS, Relation.DEPENDS_ON)],
)
def test_dependencies_form_a_graph_of_their_own(first: Relation, second: Relation) -> None:
    given(THREE_OBJECTIVES, chain(LOYALTY, GROWTH, relation=first)).when(
        propose(GROWTH, LOYALTY, relation=second)
    ).then_accepted()


@pytest.mark.parametrize(
    ("start", "finish"),
    [
        (objective_end(GROWTH), key_result_end(LAUNCH)),
        (key_result_end(REVENUE), objective_end(LOYALTY)),
        (key_result_end(REVENUE), key_result_end(LAUNCH)),
    ],
)
def test_a_key_result_counts_as_its_objective(start: EndId, finish: EndId) -> None:
    given(THREE_OBJECTIVES, add(LAUNCH, objective_id=LOYALTY), chain(LOYALTY, SPEED, GROWTH)).when(
        propose(start, finish)
    ).then_refused(AlignmentCircle, "leads back here")


def test_a_proposed_edge_counts_like_an_accepted_one() -> None:
    given(A_PROPOSAL).when(propose(LOYALTY, GROWTH, OTHER_EDGE)).then_refused(
        AlignmentCircle, "leads back here"
    )


@pytest.mark.parametrize("steps", [A_REFUSED_PROPOSAL, A_WITHDRAWN_PROPOSAL])
def test_an_edge_that_came_to_nothing_closes_no_circle(steps: Steps) -> None:
    given(steps).when(propose(LOYALTY, GROWTH, OTHER_EDGE)).then_accepted()


def test_ways_that_meet_again_are_no_circle() -> None:
    given(THREE_OBJECTIVES, draft(VISION), chain(GROWTH, LOYALTY, VISION)).when(
        propose(GROWTH, SPEED)
    ).then_accepted()
    given(
        THREE_OBJECTIVES, draft(VISION), chain(GROWTH, LOYALTY, VISION), propose(GROWTH, SPEED)
    ).when(propose(SPEED, VISION, OTHER_EDGE)).then_accepted()
    given(THREE_OBJECTIVES, draft(VISION), chain(GROWTH, LOYALTY, VISION)).when(
        propose(GROWTH, VISION)
    ).then_accepted()


def test_proposals_made_together_close_no_circle() -> None:
    book = given(THREE_OBJECTIVES).book
    there_and_back = (
        Proposal(
            alignment_id=alignment_id,
            start=party(book.objective(start)),
            finish=party(book.objective(finish)),
            relation=Relation.SUPPORTS,
        )
        for alignment_id, start, finish in ((EDGE, GROWTH, LOYALTY), (OTHER_EDGE, LOYALTY, GROWTH))
    )
    with pytest.raises(AlignmentCircle, match="leads back here"):
        proposing.propose(book, there_and_back, Context(actor=LOCAL, now=NOW))


class Watched(Memory):
    """A log in memory that counts how often each stream is looked at."""

    def __init__(self, memory: Memory) -> None:
        self.looks: Counter[UUID] = Counter()
        super().__init__(memory.records)

    def stream(self, stream_id: UUID) -> Stream | None:
        self.looks[stream_id] += 1
        return super().stream(stream_id)


def test_the_search_for_a_circle_goes_on_from_each_objective_once() -> None:
    """Each objective supports both of the two above, so the ways up double with each step."""
    steps = [tuple(uid("0b0b0b0b", 10 * n + side) for side in (1, 2)) for n in range(1, 9)]
    ways = [way for below, above in pairwise(steps) for way in product(below, above)]
    edges = tuple(propose(*way, uid("edededed", n)) for n, way in enumerate(ways, 100))
    drafts = tuple(draft(one) for pair in steps for one in pair)
    shelf = Watched(given(THREE_OBJECTIVES, drafts, edges).memory)
    decide(Book(shelf), propose(GROWTH, steps[0][0]), Context(actor=LOCAL, now=NOW))
    assert max(shelf.looks.values()) == 2


def test_a_new_key_result_closes_no_circle_by_what_it_supports() -> None:
    given(THREE_OBJECTIVES, chain(LOYALTY, SPEED, GROWTH)).when(
        add(LAUNCH, supports=(LOYALTY,))
    ).then_refused(AlignmentCircle, "leads back here")


BELOW_A_YEAR: Steps = (
    AN_ORGANISATION,
    (plan(YEAR), plan(Q2, parent_id=YEAR), plan(Q1, parent_id=Q2)),
    (draft(GROWTH), draft(SPEED), draft(VISION, cycle_id=YEAR), propose(GROWTH, VISION)),
)


@pytest.mark.parametrize("imported", [False, True])
def test_cycles_that_were_moved_before_alignments_anchored_them_hide_no_circle(
    imported: bool,
) -> None:
    """Growth points up to the year's vision; then the year goes below the quarter of Growth."""
    records = given(BELOW_A_YEAR).memory.records
    loose = given(*(one for one in records if not isinstance(one.event, CycleAnchored)))
    parted = loose.when(MoveCycle(cycle_id=Q2, parent_id=None))
    story = parted.when(MoveCycle(cycle_id=YEAR, parent_id=Q1)).then_accepted()
    story.when(propose(VISION, GROWTH, OTHER_EDGE), imported=imported).then_refused(
        AlignmentCircle, "leads back here"
    )
    story.when(propose(VISION, SPEED, OTHER_EDGE), imported=imported).then_accepted()
    story.when(propose(SPEED, GROWTH, THIRD_EDGE), imported=imported).then_refused(
        AlignmentCircle, "leads back here"
    )
