"""The model's alignments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID, uuid5

from tests.machine.model import Ask, Nothing, Objections, Thing, World, change, made
from tests.machine.organisation import Marks, above

T = TypeVar("T")

ANSWERS = {
    "accept_alignment": "accepted",
    "decline_alignment": "declined",
    "withdraw_alignment": "withdrawn",
}


def propose_alignment(world: World, ask: Ask, no: Objections) -> Marks:
    no.new(ask["alignment_id"])
    ends: list[Thing] = []
    for side in ("from", "to"):
        ends.append(world.find(ask[side]["type"], ask[side]["id"]))
        no.existed(ends[-1])
    start, finish = ends
    edge = proposed(world, ask, no, ask["alignment_id"], start, finish, ask["relation"])
    mark = no.allowed(world.cycles[edge["cycle_id"]], "structure")
    no.when(not uncircled([*world.alignments.values(), edge]), "AlignmentCircle")
    no.settle()
    anchored = anchors(world, ask, edge)
    world.alignments[edge["id"]] = edge
    return (mark,) * edge["version"] + anchored


def proposed(
    world: World,
    ask: Ask,
    no: Objections,
    edge_id: UUID,
    start: Thing,
    finish: Thing,
    relation: str,
) -> Thing:
    """The edge asked for, accepted at once where who asks speaks for both ends."""
    from_objective, to_objective = (
        world.objectives.get(end.get("objective_id", end["id"]), end) for end in (start, finish)
    )
    no.when(from_objective["id"] == to_objective["id"], "AlignmentWithItself")
    no.when(not (_lives(world, start) and _lives(world, finish)), "AlignmentEndNotLive")
    lower, upper = upwards(relation, from_objective, to_objective)
    reached = above(world.cycles, lower["cycle_id"])
    no.when(upper["cycle_id"] not in reached, "AlignmentCycleMismatch")
    passed = between(reached, upper["cycle_id"])
    no.existed(*(world.cycles[one] for one in passed))
    same = (start["id"], finish["id"], relation)
    exists = any(_counts(one) and _ends(one) == same for one in world.alignments.values())
    no.when(exists, "AlignmentExists")
    for_start, for_finish = (_speaks(world, ask.person, end) for end in (start, finish))
    no.when(not for_start and not for_finish, "NotYoursToAlign")
    edge = made(
        ask,
        edge_id,
        cycle_id=lower["cycle_id"],
        passed=passed,
        start=start["id"],
        finish=finish["id"],
        from_objective=from_objective["id"],
        to_objective=to_objective["id"],
        relation=relation,
        awaiting="to" if for_start else "from",
        state="proposed",
    )
    if for_start and for_finish:
        change(ask, edge, state="accepted")
    return edge


def between(reached: list[UUID], upper: UUID) -> list[UUID]:
    """The cycles strictly between a cycle and one above it."""
    return reached[1 : reached.index(upper)] if upper in reached[1:] else []


def anchors(world: World, ask: Ask, *edges: Thing) -> Marks:
    """Fix the parents of the cycles that edges pass through."""
    passed = dict.fromkeys(one for edge in edges for one in edge.pop("passed"))
    loose = [world.cycles[one] for one in passed if not world.cycles[one]["anchored"]]
    for cycle in loose:
        change(ask, cycle, anchored=True)
    return (False,) * len(loose)


def answer_alignment(world: World, ask: Ask, no: Objections) -> Marks:
    """Accept, decline or withdraw."""
    edge = world.find("alignment", ask["alignment_id"])
    answer = ANSWERS[ask.name]
    if edge["state"] == answer:
        raise Nothing
    answerable = ("proposed", "accepted") if answer == "withdrawn" else ("proposed",)
    no.when(edge["state"] not in answerable, "AlignmentDecided")
    ends = {"from": _end(world, edge["start"]), "to": _end(world, edge["finish"])}
    asked = list(ends.values()) if answer == "withdrawn" else [ends[edge["awaiting"]]]
    spoken = any(_speaks(world, ask.person, end) for end in asked)
    no.when(not spoken, "NotYoursToAlign")
    ended = not all(_lives(world, end) for end in ends.values())
    no.when(answer == "accepted" and ended, "AlignmentEndNotLive")
    mark = no.allowed(world.cycles[edge["cycle_id"]], "structure")
    no.forwards(edge, "state")
    no.settle()
    change(ask, edge, state=answer)
    return (mark,)


def support_objectives(world: World, ask: Ask, no: Objections) -> Marks:
    """Withdraw what is not named, and propose what is missing."""
    key_result = world.find("key_result", ask["key_result_id"])
    wanted = [world.find("objective", one) for one in dict.fromkeys(ask["supports"])]
    mine = [
        edge
        for edge in world.alignments.values()
        if (edge["start"], edge["relation"]) == (key_result["id"], "supports")
    ]
    named = {one["id"] for one in wanted}
    standing = [one for one in mine if _counts(one) and one["finish"] in world.objectives]
    gone = [one for one in standing if one["finish"] not in named]
    missing = [one for one in wanted if one["id"] not in {edge["finish"] for edge in standing}]
    if not gone and not missing:
        raise Nothing
    for edge in gone:
        ends = [_end(world, edge[side]) for side in ("start", "finish")]
        no.when(not any(_speaks(world, ask.person, end) for end in ends), "NotYoursToAlign")
        no.forwards(edge, "state")
    new: dict[UUID, Thing] = {}
    for one in missing:
        no.existed(key_result, one)
        before = sum(edge["finish"] == one["id"] for edge in mine)
        edge_id = uuid5(key_result["id"], f"{one['id']} {before}" if before else str(one["id"]))
        new[edge_id] = proposed(world, ask, no, edge_id, key_result, one, "supports")
    home = world.objectives[key_result["objective_id"]]
    mark = no.allowed(world.cycles[home["cycle_id"]], "structure")
    no.when(not uncircled([*world.alignments.values(), *new.values()]), "AlignmentCircle")
    no.settle()
    for edge in gone:
        change(ask, edge, state="withdrawn")
    anchored = anchors(world, ask, *new.values())
    world.alignments.update(new)
    return (mark,) * (len(gone) + sum(edge["version"] for edge in new.values())) + anchored


def upwards(relation: str, start: T, finish: T) -> tuple[T, T]:
    """A promotion is told from above; everything else from below."""
    return (finish, start) if relation == "promoted_to" else (start, finish)


def uncircled(edges: Iterable[Thing]) -> bool:
    """Whether nobody comes back to where they started; dependencies are walked apart."""
    steps: dict[bool, list[tuple[UUID, UUID]]] = {True: [], False: []}
    for edge in edges:
        if _counts(edge):
            step = upwards(edge["relation"], edge["from_objective"], edge["to_objective"])
            steps[edge["relation"] == "depends_on"].append(step)
    return all(_unwinds(some) for some in steps.values())


def _unwinds(steps: list[tuple[UUID, UUID]]) -> bool:
    """Steps without a circle can be taken away from their ends until none is left."""
    while steps:
        starts = {start for start, _ in steps}
        left = [step for step in steps if step[1] in starts]
        if len(left) == len(steps):
            return False
        steps = left
    return True


def _counts(edge: Thing) -> bool:
    return edge["state"] in ("proposed", "accepted")


def _ends(edge: Thing) -> tuple[UUID, UUID, str]:
    return (edge["start"], edge["finish"], edge["relation"])


def _end(world: World, end_id: UUID) -> Thing:
    return world.objectives.get(end_id) or world.key_results[end_id]


def _lives(world: World, end: Thing) -> bool:
    """Neither closed nor dropped, nor part of what is closed."""
    whole = world.objectives.get(end.get("objective_id", end["id"]), end)
    return end["state"] not in ("closed", "dropped") and whole["state"] != "closed"


def _speaks(world: World, person: UUID | None, end: Thing) -> bool:
    whole = world.objectives.get(end.get("objective_id", end["id"]), end)
    owners = [one for one in (whole["owner"], end["owner"]) if one is not None]
    return person is None or any(_is_voice(world, person, owner) for owner in owners)


def _is_voice(world: World, person: UUID, owner: Thing) -> bool:
    if owner["type"] == "person":
        return bool(owner["id"] == person)
    return world.units[owner["id"]]["members"].get(person) == "lead"
