"""The model's people, units and cycles."""

from __future__ import annotations

from uuid import UUID

from tests.machine.model import (
    Ask,
    Nothing,
    Objections,
    Refused,
    Thing,
    World,
    change,
    differing,
    made,
)

Marks = tuple[bool, ...]
"""Per recorded event, whether it counts as a change after the freeze."""

PLAIN: Marks = (False,)


def register_person(world: World, ask: Ask, no: Objections) -> Marks:
    no.new(ask["person_id"])
    no.settle()
    fields = {name: ask.get(name) for name in ("name", "email", "external_id")}
    world.people[ask["person_id"]] = made(ask, ask["person_id"], **fields)
    return PLAIN


def change_person(world: World, ask: Ask, no: Objections) -> Marks:
    """Another name, address or outside id."""
    return _changed(ask, no, world.find("person", ask["person_id"]), _given(ask, "person_id"))


def form_unit(world: World, ask: Ask, no: Objections) -> Marks:
    no.new(ask["unit_id"])
    if ask.get("parent_id") is not None:
        no.active(ask["parent_id"])
    no.settle()
    fields = {"name": ask["name"], "kind": ask["kind"], "parent_id": ask.get("parent_id")}
    unit = made(ask, ask["unit_id"], **fields, state="active", members={})
    world.units[ask["unit_id"]] = unit
    return PLAIN


def change_unit(world: World, ask: Ask, no: Objections) -> Marks:
    """Another name, or another place in the tree."""
    unit = _lasting(world, ask)
    fields = differing(unit, _given(ask, "unit_id"))
    parent_id = fields.get("parent_id")
    if parent_id is not None:
        no.active(parent_id)
        no.when(unit["id"] in above(world.units, parent_id), "UnitCircle")
    return _changed(ask, no, unit, fields)


def dissolve_unit(world: World, ask: Ask, no: Objections) -> Marks:
    unit = world.find("unit", ask["unit_id"])
    return _changed(ask, no, unit, {"state": "dissolved"})


def join_unit(world: World, ask: Ask, no: Objections) -> Marks:
    unit = _lasting(world, ask)
    person = world.find("person", ask["person_id"])
    if unit["members"].get(person["id"]) == ask["role"]:
        raise Nothing
    no.existed(person)
    no.forwards(unit, f"membership of {person['id']}")
    no.settle()
    _remember(ask, unit, person["id"])
    unit["members"][person["id"]] = ask["role"]
    return PLAIN


def leave_unit(world: World, ask: Ask, no: Objections) -> Marks:
    unit = _lasting(world, ask)
    if ask["person_id"] not in unit["members"]:
        raise Refused("NotAMember")
    no.forwards(unit, f"membership of {ask['person_id']}")
    no.settle()
    _remember(ask, unit, ask["person_id"])
    del unit["members"][ask["person_id"]]
    return PLAIN


def _remember(ask: Ask, unit: Thing, person_id: UUID) -> None:
    unit["since"][f"membership of {person_id}"] = ask.at
    unit["version"] += 1


def _lasting(world: World, ask: Ask) -> Thing:
    unit = world.find("unit", ask["unit_id"])
    if unit["state"] == "dissolved":
        raise Refused("UnitDissolvedAlready")
    return unit


def plan_cycle(world: World, ask: Ask, no: Objections) -> Marks:
    no.new(ask["cycle_id"])
    no.when(_backwards(ask.fields), "CycleEndsBeforeItStarts")
    if ask.get("parent_id") is not None:
        parent = no.known("cycle", ask["parent_id"])
        no.existed(*(one for one in (parent,) if one is not None))
    if ask.get("unit_id") is not None:
        no.active(ask["unit_id"])
    no.settle()
    plain = {"kind": "custom", "cadence_days": 7, "parent_id": None, "unit_id": None}
    dates = dict.fromkeys(("starts_on", "ends_on", "freezes_on", "scores_due_on"))
    fields = plain | dates | _given(ask, "cycle_id")
    world.cycles[ask["cycle_id"]] = made(
        ask, ask["cycle_id"], **fields, state="planned", anchored=False
    )
    return PLAIN


def edit_cycle(world: World, ask: Ask, no: Objections) -> Marks:
    """Another name, other dates, or another place."""
    cycle = world.find("cycle", ask["cycle_id"])
    given = _given(ask, "cycle_id")
    no.when(_backwards(cycle | given), "CycleEndsBeforeItStarts")
    fields = differing(cycle, given)
    if "parent_id" in fields:
        starting = [edge for edge in world.alignments.values() if edge["cycle_id"] == cycle["id"]]
        no.when(bool(starting) or cycle["anchored"], "CycleParentFixed")
        if fields["parent_id"] is not None:
            no.existed(world.find("cycle", fields["parent_id"]))
            circle = cycle["id"] in above(world.cycles, fields["parent_id"])
            no.when(circle, "CycleParentCircle")
    if fields.get("unit_id") is not None:
        no.active(fields["unit_id"])
    no.allowed(cycle, "edit")
    return _changed(ask, no, cycle, fields)


STEPS = {
    "open_cycle": (("planned",), "open"),
    "freeze_cycle": (("open",), "frozen"),
    "start_scoring": (("open", "frozen"), "scoring"),
    "close_cycle": (("scoring",), "closed"),
}


def move_cycle_on(world: World, ask: Ask, no: Objections) -> Marks:
    """One step in the life of a cycle."""
    cycle = world.find("cycle", ask["cycle_id"])
    starts, leads_to = STEPS.get(ask.name, (("closed",), ask.get("to")))
    no.when(cycle["state"] not in starts, "CycleStepNotPossible")
    differing(cycle, {"state": leads_to})
    return _changed(ask, no, cycle, {"state": leads_to})


def above(things: dict[UUID, Thing], thing_id: UUID | None) -> list[UUID]:
    """A thing of a tree and all above it."""
    chain: list[UUID] = []
    while thing_id is not None and thing_id in things:
        chain.append(thing_id)
        thing_id = things[thing_id]["parent_id"]
    return chain


def _backwards(dates: Thing) -> bool:
    starts_on, ends_on = dates.get("starts_on"), dates.get("ends_on")
    return starts_on is not None and ends_on is not None and ends_on < starts_on


def _given(ask: Ask, id_name: str) -> Thing:
    return {name: value for name, value in ask.fields.items() if name != id_name}


def _changed(ask: Ask, no: Objections, thing: Thing, fields: Thing) -> Marks:
    fields = differing(thing, fields)
    no.forwards(thing, *fields)
    no.settle()
    change(ask, thing, **fields)
    return PLAIN
