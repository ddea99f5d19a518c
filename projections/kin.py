"""Where states and entries name what something was carried over from or to.

The other one may be a draft of which whoever asks knows nothing; then it is not named.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any

from domain.key_results.adding import KeyResultAdded
from domain.objectives.carrying_over import ObjectiveCarriedOver
from domain.objectives.drafting import ObjectiveDrafted

FROM, TO = "carried_from", "carried_over_to"
"""What something came from, by its id, and what an objective went on as, `{objective_id, …}`."""

NAMING = frozenset(
    event.__name__ for event in (ObjectiveCarriedOver, ObjectiveDrafted, KeyResultAdded)
)
"""The events whose entries do so."""


def named_by(state: dict[str, Any]) -> Iterator[str]:
    """The ids that a state names."""
    if state.get(FROM) is not None:
        yield state[FROM]
    if state.get(TO) is not None:
        yield state[TO]["objective_id"]


def without(state: dict[str, Any], unnamed: Set[str]) -> dict[str, Any]:
    """A state that does not name some ids; what else it names, it still does."""
    if unnamed.isdisjoint(named_by(state)):
        return state
    said = {name: state.get(name) for name in (FROM, TO)}
    hidden = [name for name in said if not unnamed.isdisjoint(named_by({name: said[name]}))]
    return state | dict.fromkeys(hidden)


def named_in(entry: dict[str, Any]) -> Iterator[str]:
    """The ids that an entry names."""
    if entry["type"] in NAMING:
        for change in entry["changes"]:
            yield from named_by({change["field"]: change["to"]})


def entry_without(entry: dict[str, Any], unnamed: Set[str]) -> dict[str, Any]:
    """An entry that does not name some ids."""
    if unnamed.isdisjoint(named_in(entry)):
        return entry
    changes = [
        change
        if unnamed.isdisjoint(named_by({change["field"]: change["to"]}))
        else change | {"to": None}
        for change in entry["changes"]
    ]
    return entry | {"changes": changes}
