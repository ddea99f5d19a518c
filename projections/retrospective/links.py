"""The alignments of an account along time: which hold, and which ends of them still live."""

from __future__ import annotations

from typing import NamedTuple

from projections.entity_states import State
from projections.retrospective.account import Account
from projections.retrospective.stories import (
    EdgeStory,
    KeyResultStory,
    ObjectiveStory,
    Told,
    Version,
    at,
)


class Link(NamedTuple):
    """An alignment that says who supports whom; a promotion is told from above."""

    edge: EdgeStory
    lower: State
    upper: State
    """The ends, each `{type, id, objective_id}`."""

    def holds(self, instant: int) -> bool:
        """Whether it was accepted at an instant."""
        state = at(self.edge.versions, instant)
        return state is not None and state["state"] == "accepted"

    def other(self, objective_id: str) -> State:
        """The end that does not belong to an objective."""
        return self.upper if self.lower["objective_id"] == objective_id else self.lower


def links_of(account: Account) -> list[Link]:
    """Every alignment of the cycle but dependencies, which support nobody."""
    found: list[Link] = []
    for edge in account.all.edges.values():
        state = edge.state
        if state["relation"] == "promoted_to":
            found.append(Link(edge, state["to"], state["from"]))
        elif state["relation"] != "depends_on":
            found.append(Link(edge, state["from"], state["to"]))
    return sorted(found, key=lambda one: one.edge.told[0].position)


def objective_of(account: Account, objective_id: str) -> ObjectiveStory | None:
    """An objective of the cycle or above it; None for one that nothing is known of."""
    return account.all.objectives.get(objective_id) or account.above.objectives.get(objective_id)


def key_result_of(account: Account, key_result_id: str) -> KeyResultStory | None:
    """A key result of the cycle or above it."""
    known = account.all.key_results.get(key_result_id)
    return known or account.above.key_results.get(key_result_id)


def lives(account: Account, end: State, instant: int) -> bool:
    """Whether an end of an alignment was neither closed nor dropped at an instant."""
    return all(
        (state := at(versions, instant)) is not None and state["state"] not in ("closed", "dropped")
        for versions in histories(account, end)
    )


def histories(account: Account, end: State) -> list[list[Version]]:
    """The versions of what an end consists of: an objective, perhaps with a key result."""
    objective = objective_of(account, end["objective_id"])
    found = [[] if objective is None else objective.versions]
    if end["type"] == "key_result":
        key_result = key_result_of(account, end["id"])
        found.append([] if key_result is None else key_result.measures)
    return found


def told_of(account: Account, end: State) -> list[Told]:
    """The entries about an end: of its objective, or of its key result and what ends both."""
    objective = objective_of(account, end["objective_id"])
    own = [] if objective is None else objective.told
    if end["type"] == "objective":
        return own
    key_result = key_result_of(account, end["id"])
    return [*own, *([] if key_result is None else key_result.told)]


def state_of(account: Account, end: State) -> State | None:
    """What an end is in the end: the state of its key result or objective."""
    if end["type"] == "key_result":
        key_result = key_result_of(account, end["id"])
        return None if key_result is None else key_result.state
    objective = objective_of(account, end["objective_id"])
    return None if objective is None else objective.state
