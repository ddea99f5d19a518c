"""Who may change what: the table, the freeze, and drafts that others do not even see."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.access import ALLOWED
from domain.alignments.answering import AcceptAlignment, DeclineAlignment
from domain.catalogue import COMMANDS
from domain.check_ins.retracting import RetractCheckIn
from domain.cycles.steps import FreezeCycle
from domain.errors import (
    AdminsOnly,
    AlignmentNotFound,
    FreezeNotYoursToLift,
    KeyResultNotFound,
    NotFound,
    NotTakingPart,
    NotYoursToAlign,
    NotYoursToChange,
    NotYoursToMeasure,
    ObjectiveNotFound,
    Refusal,
)
from domain.key_results.editing import ReassignKeyResult, RewordKeyResult
from domain.mandate import Mandate, OrganisationRole
from domain.objectives.editing import RewordObjective
from domain.objectives.publishing import PublishObjective
from domain.people import ChangeContact, RegisterPerson, RenamePerson
from domain.record import Command, Context
from domain.reviews import AcknowledgeReview, Action, CompleteAction
from domain.scores import ScoreObjective
from domain.values import Actor
from tests.builders import (
    A_DRAFTED_OBJECTIVE,
    A_METRIC,
    A_PUBLISHED_OBJECTIVE,
    A_REVIEW,
    AN_OPEN_CYCLE,
    ANNA,
    BEN,
    CALL_CUSTOMERS,
    CARA,
    CLOSE,
    EDGE,
    FIRST_CHECK_IN,
    FREEZE,
    GROWTH,
    HIRE,
    IN_WORDS,
    LOYALTY,
    Q1,
    REVENUE,
    REVIEW,
    SALES,
    SPEED,
    THREE_OBJECTIVES,
    add,
    check_in,
    draft,
    person,
    propose,
    review,
    unit,
)
from tests.spec import LOCAL, NOW, Given, Steps, given

DANA = UUID("aaaaaaaa-0000-4000-8000-000000000009")
"""Somebody who is in no unit."""
BOT = "bot"
MEMBER, LEAD, ADMIN = OrganisationRole.MEMBER, OrganisationRole.LEAD, OrganisationRole.ADMIN
READER, AUDITOR = OrganisationRole.READER, OrganisationRole.AUDITOR
REWORD = RewordObjective(objective_id=GROWTH, title="Grow in the south")


def as_(caller: UUID | str, *roles: OrganisationRole, for_: UUID | None = None) -> Context:
    """A request of somebody who signed in; by a person, or by a service of that name."""
    behalf = None if for_ is None else str(for_)
    kind: Any = "person" if isinstance(caller, UUID) else "service"
    actor = Actor(id=str(caller), kind=kind, on_behalf_of=behalf)
    return Context(actor=actor, now=NOW, mandate=Mandate(frozenset(roles)))


def refusal(story: Given, command: Command, context: Context) -> Refusal | None:
    """What refuses a command; None where it may be given."""
    try:
        story.memory.apply(command, context)
    except Refusal as refused:
        return refused
    return None


def test_every_command_is_in_the_table() -> None:
    assert set(ALLOWED) == set(COMMANDS.values())


@pytest.mark.parametrize("role", [READER, AUDITOR])
@pytest.mark.parametrize("caller", [ANNA, CARA, DANA, BOT])
def test_readers_and_auditors_change_nothing(role: OrganisationRole, caller: UUID | str) -> None:
    assert isinstance(refusal(given(A_METRIC), REWORD, as_(caller, role)), NotTakingPart)
    assert isinstance(refusal(given(A_METRIC), check_in(4), as_(caller, role)), NotTakingPart)


CHANGING: list[tuple[Context, type[Refusal] | None]] = [
    (as_(ANNA, MEMBER), None),
    (as_(CARA, MEMBER), NotYoursToChange),
    (as_(BEN, MEMBER), NotYoursToChange),
    (as_(DANA, LEAD), None),
    (as_(DANA, ADMIN), None),
    (as_(DANA, MEMBER, AUDITOR), NotYoursToChange),
    (as_(BOT, MEMBER), NotYoursToChange),
    (as_(BOT, LEAD), None),
    (as_(BOT, MEMBER, for_=ANNA), None),
    (as_(BOT, MEMBER, for_=BEN), NotYoursToChange),
]


@pytest.mark.parametrize(("context", "refused"), CHANGING)
def test_owners_and_leads_change_theirs(context: Context, refused: type[Refusal] | None) -> None:
    found = refusal(given(A_METRIC), REWORD, context)
    assert found is None if refused is None else type(found) is refused


@pytest.mark.parametrize(
    ("context", "refused"),
    [
        (as_(CARA, MEMBER), None),
        (as_(ANNA, MEMBER), NotYoursToChange),
        # Leads speak for units, and nobody but admins for other people.
        (as_(DANA, LEAD), NotYoursToChange),
        (as_(DANA, ADMIN), None),
    ],
)
def test_a_persons_own_objective_is_theirs(context: Context, refused: type[Refusal] | None) -> None:
    story = given(THREE_OBJECTIVES, PublishObjective(objective_id=SPEED))
    found = refusal(story, RewordObjective(objective_id=SPEED, title="Faster"), context)
    assert found is None if refused is None else type(found) is refused


@pytest.mark.parametrize(
    ("context", "refused"),
    [
        (as_(ANNA, MEMBER), None),
        (as_(CARA, MEMBER), None),
        (as_(BEN, MEMBER), NotYoursToMeasure),
        (as_(BOT, MEMBER), None),
        (as_(BOT, MEMBER, for_=BEN), NotYoursToMeasure),
        (as_(DANA, ADMIN), None),
    ],
)
@pytest.mark.parametrize("retracting", [False, True])
def test_members_of_the_unit_check_in(
    context: Context, refused: type[Refusal] | None, retracting: bool
) -> None:
    story = given(A_METRIC, check_in(3))
    other = check_in(4, uuid4())
    retract = RetractCheckIn(key_result_id=REVENUE, check_in_id=FIRST_CHECK_IN)
    told = replace(context, reason=IN_WORDS)
    found = refusal(story, retract if retracting else other, told)
    assert found is None if refused is None else type(found) is refused


def test_whoever_looks_after_a_key_result_changes_it() -> None:
    story = given(A_METRIC, ReassignKeyResult(key_result_id=REVENUE, owner=person(BEN)))
    reword = RewordKeyResult(key_result_id=REVENUE, title="Turnover")
    assert refusal(story, reword, as_(BEN, MEMBER)) is None
    assert isinstance(refusal(story, REWORD, as_(BEN, MEMBER)), NotYoursToChange)


def test_every_member_acknowledges_and_the_unit_completes() -> None:
    acknowledge = AcknowledgeReview(objective_id=GROWTH, review_id=REVIEW)
    complete = CompleteAction(objective_id=GROWTH, review_id=REVIEW, action_id=CALL_CUSTOMERS)
    assert refusal(given(A_REVIEW), acknowledge, as_(BEN, MEMBER)) is None
    assert refusal(given(A_REVIEW), complete, as_(CARA, MEMBER)) is None
    assert isinstance(refusal(given(A_REVIEW), complete, as_(BEN, MEMBER)), NotYoursToMeasure)


def test_whom_an_action_is_for_completes_it_from_anywhere() -> None:
    theirs = Action(action_id=CALL_CUSTOMERS, text="Call", owner=DANA)
    nobodys = Action(action_id=HIRE, text="Hire")
    known = RegisterPerson(person_id=DANA)
    story = given(A_PUBLISHED_OBJECTIVE, known, review(actions=(theirs, nobodys)))
    complete, other = (
        CompleteAction(objective_id=GROWTH, review_id=REVIEW, action_id=one)
        for one in (CALL_CUSTOMERS, HIRE)
    )
    for_dana = Actor(id=BOT, kind="service", on_behalf_of=str(DANA))
    assert isinstance(refusal(story, other, as_(DANA, MEMBER)), NotYoursToMeasure)
    assert isinstance(refusal(story, complete, as_(DANA, READER)), NotTakingPart)
    assert isinstance(refusal(story, complete, as_(BEN, MEMBER)), NotYoursToMeasure)
    lent = replace(as_(DANA, MEMBER), actor=for_dana)
    assert refusal(story, complete, lent) is None
    assert refusal(story, complete, as_(DANA, MEMBER)) is None


@pytest.mark.parametrize("roles", [(MEMBER,), (LEAD,)])
def test_cycles_units_and_contacts_are_for_admins(roles: tuple[OrganisationRole, ...]) -> None:
    contact = ChangeContact(person_id=ANNA, email="ben@example.org")
    for command in (FreezeCycle(cycle_id=Q1), contact):
        assert isinstance(refusal(given(A_METRIC), command, as_(ANNA, *roles)), AdminsOnly)
        assert refusal(given(A_METRIC), command, as_(ANNA, ADMIN)) is None


def test_people_rename_themselves_alone() -> None:
    rename = RenamePerson(person_id=ANNA, name="Ann")
    assert refusal(given(A_METRIC), rename, as_(ANNA, MEMBER)) is None
    assert isinstance(refusal(given(A_METRIC), rename, as_(BEN, LEAD)), AdminsOnly)
    assert refusal(given(A_METRIC), rename, as_(BEN, ADMIN)) is None


@pytest.mark.parametrize(
    ("context", "refused"),
    [
        (as_(CARA, MEMBER), None),
        (as_(BEN, MEMBER), NotYoursToMeasure),
        (as_(DANA, MEMBER), NotYoursToMeasure),
    ],
)
def test_a_persons_own_objective_is_measured_by_them(
    context: Context, refused: type[Refusal] | None
) -> None:
    measured = add(objective_id=SPEED)
    story = given(AN_OPEN_CYCLE, draft(SPEED, owner=person(CARA)), measured)
    story.memory.apply(PublishObjective(objective_id=SPEED), Context(actor=LOCAL, now=NOW))
    found = refusal(story, check_in(4), context)
    assert found is None if refused is None else type(found) is refused


def test_after_the_freeze_admins_change_what_was_agreed() -> None:
    story = given(A_METRIC, FREEZE)
    lead, admin = (replace(as_(ANNA, role), reason=IN_WORDS) for role in (LEAD, ADMIN))
    assert isinstance(refusal(story, REWORD, lead), FreezeNotYoursToLift)
    assert refusal(story, check_in(4), lead) is None
    assert refusal(story, REWORD, admin) is None


def test_a_late_score_is_given_by_whoever_speaks_for_it_and_not_by_admins_alone() -> None:
    lead = replace(as_(ANNA, MEMBER), reason=IN_WORDS)
    score = ScoreObjective(objective_id=GROWTH, score=Decimal("0.3"))
    assert refusal(given(A_METRIC, CLOSE), score, lead) is None


HIDDEN: list[tuple[Steps, Command, type[NotFound]]] = [
    (A_DRAFTED_OBJECTIVE, REWORD, ObjectiveNotFound),
    ((A_DRAFTED_OBJECTIVE, add()), check_in(4), KeyResultNotFound),
    (THREE_OBJECTIVES, propose(SPEED, LOYALTY), ObjectiveNotFound),
    ((A_DRAFTED_OBJECTIVE, draft(LOYALTY, owner=unit(SALES)), propose(GROWTH, LOYALTY)),
     AcceptAlignment(alignment_id=EDGE), AlignmentNotFound),
    ((A_DRAFTED_OBJECTIVE, PublishObjective(objective_id=GROWTH),
      draft(LOYALTY, owner=unit(SALES)), propose(LOYALTY, GROWTH)),
     AcceptAlignment(alignment_id=EDGE), AlignmentNotFound),
    (THREE_OBJECTIVES, add(uuid4(), supports=(LOYALTY,)), ObjectiveNotFound),
]  # fmt: skip


@pytest.mark.parametrize(("story", "command", "missing"), HIDDEN)
@pytest.mark.parametrize("role", [READER, MEMBER, ADMIN])
def test_a_draft_of_others_is_not_found(
    story: Steps, command: Command, missing: type[NotFound], role: OrganisationRole
) -> None:
    found = refusal(given(story), command, as_(DANA, role))
    assert isinstance(found, missing)
    assert found.hidden
    assert found.message.startswith("There is no ")


def test_an_auditor_is_told_that_it_is_not_theirs() -> None:
    found = refusal(given(A_DRAFTED_OBJECTIVE), REWORD, as_(DANA, AUDITOR, MEMBER))
    assert isinstance(found, NotYoursToChange)


def test_an_alignment_of_others_is_not_theirs_to_propose() -> None:
    seen = (PublishObjective(objective_id=LOYALTY), PublishObjective(objective_id=SPEED))
    story = given(THREE_OBJECTIVES, seen)
    found = refusal(story, propose(LOYALTY, SPEED), as_(DANA, MEMBER))
    assert isinstance(found, NotYoursToAlign)


@pytest.mark.parametrize(
    "command",
    [
        propose(GROWTH, LOYALTY, uuid4()),
        propose(GROWTH, GROWTH, uuid4()),
        DeclineAlignment(alignment_id=EDGE),
    ],
)
def test_who_may_align_is_asked_before_how_things_stand(command: Command) -> None:
    seen = [PublishObjective(objective_id=one) for one in (GROWTH, LOYALTY)]
    aligned = (propose(GROWTH, LOYALTY), AcceptAlignment(alignment_id=EDGE))
    story = given(THREE_OBJECTIVES, *seen, *aligned)
    assert isinstance(refusal(story, command, as_(DANA, MEMBER)), NotYoursToAlign)


def test_drafting_is_for_owners_and_their_leads() -> None:
    mine = draft(uuid4(), owner=person(CARA))
    assert refusal(given(A_METRIC), mine, as_(CARA, MEMBER)) is None
    assert isinstance(refusal(given(A_METRIC), mine, as_(ANNA, LEAD)), NotYoursToChange)
    units_own = draft(uuid4(), owner=unit(SALES))
    assert isinstance(refusal(given(A_METRIC), units_own, as_(CARA, MEMBER)), NotYoursToChange)
