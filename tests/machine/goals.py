"""The model's objectives and key results."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID, uuid5

from tests.machine.edges import anchors, proposed, uncircled
from tests.machine.model import Ask, Nothing, Objections, Thing, World, change, differing, made
from tests.machine.organisation import Marks

MEASURE = {
    "kind": "metric",
    "unit": None,
    "direction": None,
    "baseline": None,
    "target": None,
    "commit": None,
    "stretch": None,
    "milestones": (),
}
COPIED = (*MEASURE, "title", "description", "owner", "commitment", "weight")
PLAIN_OBJECTIVE = {"description": "", "commitment": None, "weight": Decimal(1)}
PLAIN_KEY_RESULT = PLAIN_OBJECTIVE | MEASURE | {"owner": None, "deadline": None}


def made_objective(ask: Ask, objective_id: UUID, fields: Thing) -> Thing:
    started: Thing = {
        "state": "draft",
        "published": False,
        "outcome": None,
        "scores": {},
        "reviews": {},
    }
    return made(ask, objective_id, **(PLAIN_OBJECTIVE | fields), **started)


def made_key_result(ask: Ask, key_result_id: UUID, objective_id: UUID, fields: Thing) -> Thing:
    started: Thing = {"objective_id": objective_id, "state": "live", "check_ins": {}, "scores": {}}
    return made(ask, key_result_id, **(PLAIN_KEY_RESULT | fields), **started)


def may_draft(world: World, ask: Ask, no: Objections, objective_id: UUID) -> bool:
    """Whether an objective may be written down in the cycle asked for; tells the mark."""
    no.new(objective_id)
    cycle = world.find("cycle", ask["cycle_id"])
    no.existed(cycle)
    return no.allowed(cycle, "structure")


def draft_objective(world: World, ask: Ask, no: Objections) -> Marks:
    mark = may_draft(world, ask, no, ask["objective_id"])
    no.owner(ask["owner"])
    no.settle()
    fields = {name: value for name, value in ask.fields.items() if name != "objective_id"}
    world.objectives[ask["objective_id"]] = made_objective(ask, ask["objective_id"], fields)
    return (mark,)


def publish_objective(world: World, ask: Ask, no: Objections) -> Marks:
    objective = world.find("objective", ask["objective_id"])
    if objective["published"]:
        raise Nothing
    mark = _objective_may(world, no, objective, "structure")
    no.forwards(objective, "state")
    no.settle()
    change(ask, objective, state="published")
    objective["published"] = True
    return (mark,)


def change_objective(world: World, ask: Ask, no: Objections) -> Marks:
    """Other words, another owner, weight or commitment."""
    objective = world.find("objective", ask["objective_id"])
    given = {name: value for name, value in ask.fields.items() if name != "objective_id"}
    fields = differing(objective, given)
    mark = _objective_may(world, no, objective, "structure")
    no.forwards(objective, *fields)
    no.owner(fields.get("owner"))
    no.settle()
    change(ask, objective, **fields)
    return (mark,)


def close_objective(world: World, ask: Ask, no: Objections) -> Marks:
    objective = world.find("objective", ask["objective_id"])
    differing(objective, {"outcome": ask["outcome"]})
    what = "structure" if ask["outcome"] == "dropped" else "close"
    mark = _objective_may(world, no, objective, what)
    no.forwards(objective, "state", "outcome")
    no.settle()
    change(ask, objective, state="closed", outcome=ask["outcome"])
    return (mark,)


def reopen_objective(world: World, ask: Ask, no: Objections) -> Marks:
    objective = world.find("objective", ask["objective_id"])
    if objective["state"] != "closed":
        raise Nothing
    mark = no.allowed(world.cycles[objective["cycle_id"]], "close")
    no.forwards(objective, "state", "outcome")
    no.settle()
    change(ask, objective, state="published" if objective["published"] else "draft", outcome=None)
    return (mark,)


def _objective_may(world: World, no: Objections, objective: Thing, what: str) -> bool:
    no.when(objective["state"] == "closed", "ObjectiveStateForbids")
    return no.allowed(world.cycles[objective["cycle_id"]], what)


def carry_over_objective(world: World, ask: Ask, no: Objections) -> Marks:
    old = world.find("objective", ask["objective_id"])
    keep = list(dict.fromkeys(ask.get("keep", ())))
    kept = [world.key_results.get(one) for one in keep]
    own = [one for one in kept if one is not None and one["objective_id"] == old["id"]]
    no.when(len(own) < len(keep), "KeyResultNotFound")
    no.existed(*own)
    no.forwards(old, "carried over to")
    mark = no.allowed(world.cycles[old["cycle_id"]], "carry over")
    new_id = ask["new_objective_id"]
    new_ids = ask.get("new_ids") or [uuid5(new_id, str(one)) for one in keep]
    no.when(len(new_ids) != len(keep), "Invalid")
    no.new(new_id, *new_ids)
    new_mark = may_draft(world, ask, no, new_id)
    no.when(not _later(world, old["cycle_id"], ask["cycle_id"]), "CarryOverNotLater")
    for one in (old, *own):
        no.owner(one["owner"])
    no.settle()
    old["version"] += 1
    old["since"]["carried over to"] = ask.at
    names = ("owner", "title", "description", "commitment", "weight")
    fields = {"cycle_id": ask["cycle_id"]} | {name: old[name] for name in names}
    world.objectives[new_id] = made_objective(ask, new_id, fields)
    for copy_id, one in zip(new_ids, own, strict=True):
        copied = {name: one[name] for name in COPIED}
        world.key_results[copy_id] = made_key_result(ask, copy_id, new_id, copied)
    return (mark, new_mark, *[new_mark] * len(own))


def _later(world: World, cycle_id: UUID, later_id: UUID) -> bool:
    starts, later = (world.find("cycle", one)["starts_on"] for one in (cycle_id, later_id))
    return cycle_id != later_id and (starts is None or later is None or later > starts)


def promote_key_result(world: World, ask: Ask, no: Objections) -> Marks:
    key_result = world.find("key_result", ask["key_result_id"])
    no.when(key_result["state"] == "dropped", "KeyResultIsDropped")
    promoted = world.objectives[key_result["objective_id"]]
    no.when(promoted["state"] == "closed", "ObjectiveStateForbids")
    new_id = ask["new_objective_id"]
    mark = may_draft(world, ask, no, new_id)
    edge_id = ask.get("alignment_id") or uuid5(new_id, str(key_result["id"]))
    no.new(new_id, edge_id)
    no.existed(key_result)
    no.owner(ask["owner"])
    fields = {
        "cycle_id": ask["cycle_id"],
        "owner": ask["owner"],
        "title": ask.get("title") or key_result["title"],
        "description": key_result["description"],
        "commitment": key_result["commitment"],
    }
    objective = made_objective(ask, new_id, fields)
    edge = proposed(world, ask, no, edge_id, key_result, objective, "promoted_to")
    no.settle()
    anchored = anchors(world, ask, edge)
    world.objectives[new_id] = objective
    world.alignments[edge_id] = edge
    return (mark,) * (1 + edge["version"]) + anchored


def add_key_result(world: World, ask: Ask, no: Objections) -> Marks:
    no.new(ask["key_result_id"])
    objective = world.find("objective", ask["objective_id"])
    mark = _objective_may(world, no, objective, "structure")
    no.existed(objective)
    no.owner(ask.get("owner"))
    others = ("key_result_id", "objective_id", "supports")
    fields = {name: value for name, value in ask.fields.items() if name not in others}
    no.when(not fits(MEASURE | fields), "MeasureInvalid")
    key_result = made_key_result(ask, ask["key_result_id"], objective["id"], fields)
    edges: dict[UUID, Thing] = {}
    for number, supported_id in enumerate(ask.get("supports", ())):
        supported = world.find("objective", supported_id)
        no.existed(supported)
        no.when(supported_id in ask["supports"][:number], "AlignmentExists")
        edge_id = uuid5(key_result["id"], str(supported_id))
        edges[edge_id] = proposed(world, ask, no, edge_id, key_result, supported, "supports")
    no.when(not uncircled([*world.alignments.values(), *edges.values()]), "AlignmentCircle")
    no.settle()
    anchored = anchors(world, ask, *edges.values())
    world.key_results[key_result["id"]] = key_result
    world.alignments.update(edges)
    return (mark,) * (1 + sum(edge["version"] for edge in edges.values())) + anchored


def change_key_result(world: World, ask: Ask, no: Objections) -> Marks:
    """Other words, another aim, measure, owner, weight, commitment or day; dropped or restored."""
    key_result = world.find("key_result", ask["key_result_id"])
    given = {name: value for name, value in ask.fields.items() if name != "key_result_id"}
    ending = {"drop_key_result": "dropped", "restore_key_result": "live"}.get(ask.name)
    fields = differing(key_result, given if ending is None else {"state": ending})
    objective = world.objectives[key_result["objective_id"]]
    if ending == "live":
        mark = _objective_may(world, no, objective, "structure")
    else:
        mark = _key_result_may(world, no, key_result)
    no.forwards(key_result, *fields)
    no.owner(fields.get("owner"))
    if fields.keys() & MEASURE.keys():
        no.when(not ask.code, "ReasonRequired")
        no.when(not fits({name: key_result[name] for name in MEASURE} | fields), "MeasureInvalid")
    no.settle()
    change(ask, key_result, **fields)
    events = told_apart(fields)
    key_result["version"] += events - 1
    return (mark,) * events


def told_apart(fields: Thing) -> int:
    """How many events tell a change: a baseline and a target have one each."""
    return sum(bool(fields.keys() & part) for part in ({"baseline"}, {"target"})) + bool(
        fields.keys() - {"baseline", "target"}
    )


def _key_result_may(world: World, no: Objections, key_result: Thing) -> bool:
    no.when(key_result["state"] == "dropped", "KeyResultIsDropped")
    objective = world.objectives[key_result["objective_id"]]
    return _objective_may(world, no, objective, "structure")


def fits(measure: Thing) -> bool:
    """Whether the parts of a measure go together."""
    numbers = [measure[name] for name in ("baseline", "commit", "target", "stretch")]
    if measure["kind"] != "metric":
        bare = all(one is None for one in (*numbers, measure["unit"], measure["direction"]))
        names = [step["name"] for step in measure["milestones"]]
        stepped = bool(names) and len(set(names)) == len(names)
        return bare and (stepped if measure["kind"] == "milestones" else not names)
    climb = [one for one in numbers if one is not None]
    if measure["direction"] == "decrease":
        climb.reverse()
    ordered = measure["direction"] in ("increase", "decrease", "within")
    return not measure["milestones"] and (not ordered or climb == sorted(climb))
