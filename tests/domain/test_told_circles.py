"""What the refusal of a circle tells of the way that leads back, and what it does not."""

import pytest

from domain.errors import (
    AlignmentCircle,
)
from domain.mandate import Mandate, OrganisationRole
from domain.objectives.publishing import PublishObjective
from domain.record import Context
from domain.values import Actor
from tests.builders import (
    ANNA,
    GROWTH,
    LOYALTY,
    SPEED,
    SUPPORT,
    THREE_OBJECTIVES,
    draft,
    propose,
    uid,
    unit,
)
from tests.domain.stories import chain
from tests.spec import LOCAL, NOW, Steps, given


def by_the_lead_of_growth() -> Context:
    """Anna, who leads Sales and sees of other drafts none."""
    return Context(
        actor=Actor(id=str(ANNA), kind="person"),
        now=NOW,
        mandate=Mandate(frozenset({OrganisationRole.MEMBER})),
    )


def told(steps: Steps, context: Context) -> str:
    """What refuses to let Growth support Loyalty, which is published."""
    story = given(THREE_OBJECTIVES, PublishObjective(objective_id=LOYALTY), steps)
    with pytest.raises(AlignmentCircle) as refused:
        story.memory.apply(propose(GROWTH, LOYALTY, uid("edededed", 999)), context)
    return refused.value.message


def test_the_objectives_on_a_circle_are_named() -> None:
    everything = Context(actor=LOCAL, now=NOW)
    assert told(chain(LOYALTY, SPEED, GROWTH), everything) == (
        "The other end leads back here already, by way of “Answer fast”; "
        "withdraw an alignment on that way first."
    )
    others = [uid("0b0b0b0b", number) for number in range(11, 16)]
    drafts = tuple(draft(one, title=f"Goal {n}") for n, one in enumerate(others, 1))
    long = told((drafts, chain(LOYALTY, *others, GROWTH)), everything)
    assert "by way of “Goal 1”, “Goal 2”, “Goal 3” and 2 more; withdraw" in long


def test_a_shortest_circle_is_told() -> None:
    ways = (chain(LOYALTY, SPEED, GROWTH), propose(LOYALTY, GROWTH, uid("edededed", 200)))
    assert told(ways, Context(actor=LOCAL, now=NOW)) == (
        "The other end leads back here already; withdraw that alignment first."
    )


def test_drafts_of_others_on_a_circle_are_not_named() -> None:
    seen, hidden, other = (uid("0b0b0b0b", number) for number in (21, 22, 23))
    drafts = (
        draft(seen, title="Ours"),
        draft(hidden, owner=unit(SUPPORT), title="A secret"),
        draft(other, owner=unit(SUPPORT), title="Another secret"),
    )
    steps = (drafts, chain(LOYALTY, seen, hidden, GROWTH))
    message = told(steps, by_the_lead_of_growth())
    assert "by way of “Ours” and an objective that you cannot see; withdraw" in message
    alone = told((drafts, chain(LOYALTY, hidden, GROWTH)), by_the_lead_of_growth())
    assert "by way of an objective that you cannot see; withdraw" in alone
    several = told((drafts, chain(LOYALTY, hidden, other, GROWTH)), by_the_lead_of_growth())
    assert "by way of objectives that you cannot see; withdraw" in several
    for one in (message, alone, several):
        assert "secret" not in one
        assert str(hidden) not in one
