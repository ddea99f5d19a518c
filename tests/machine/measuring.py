"""The model's check-ins, progress, scores and reviews."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from tests.machine.model import Ask, Nothing, Objections, Refused, Thing, World, change, made
from tests.machine.organisation import Marks


def check_in(world: World, ask: Ask, no: Objections) -> Marks:
    key_result = world.find("key_result", ask["key_result_id"])
    objective = world.objectives[key_result["objective_id"]]
    no.when(objective["state"] == "closed", "ObjectiveStateForbids")
    no.when(key_result["state"] == "dropped", "KeyResultIsDropped")
    mark = no.allowed(world.cycles[objective["cycle_id"]], "check in")
    no.when(ask["check_in_id"] in key_result["check_ins"], "AlreadyExists")
    no.existed(key_result)
    told = {name: ask.get(name) for name in ("value", "reached", "confidence")}
    no.when(not _readable(key_result, told), "CheckInInvalid")
    for blocker in ask.get("blockers", ()):
        if blocker["owner"] is not None:
            owner = no.known(blocker["owner"]["type"], blocker["owner"]["id"])
            no.existed(*(one for one in (owner,) if one is not None))
    no.settle()
    key_result["version"] += 1
    standing = {"measured_at": ask.at, "touch": world.next_touch(), "retracted": False}
    key_result["check_ins"][ask["check_in_id"]] = told | standing | {"note": ask.get("note", "")}
    return (mark,)


def correct_check_in(world: World, ask: Ask, no: Objections) -> Marks:
    key_result, told, mark = _told(world, ask, no)
    names = ("value", "reached", "confidence", "note")
    given: Thing = {name: ask[name] for name in names if name in ask.fields}
    given["measured_at"] = ask.late_at or told["measured_at"]
    if not no.names and all(told[name] == value for name, value in given.items()):
        raise Nothing
    if ask.late_at is not None:
        no.existed(key_result)
    if given.keys() & {"value", "reached"}:
        no.when(not _readable(key_result, told | given), "CheckInInvalid")
    no.settle()
    key_result["version"] += 1
    told.update(given | {"touch": world.next_touch()})
    return (mark,)


def retract_check_in(world: World, ask: Ask, no: Objections) -> Marks:
    key_result, told, mark = _told(world, ask, no)
    no.settle()
    key_result["version"] += 1
    told.update({"retracted": True, "touch": world.next_touch()})
    return (mark,)


def _told(world: World, ask: Ask, no: Objections) -> tuple[Thing, Thing, bool]:
    """A check-in that stands and may be put right: always with a reason."""
    key_result = world.find("key_result", ask["key_result_id"])
    told = key_result["check_ins"].get(ask["check_in_id"])
    if told is None:
        raise Refused("CheckInNotFound")
    if told["retracted"]:
        raise Refused("CheckInRetractedAlready")
    objective = world.objectives[key_result["objective_id"]]
    no.when(not ask.reason, "ReasonRequired")
    return key_result, told, no.allowed(world.cycles[objective["cycle_id"]], "correct")


def _readable(key_result: Thing, told: Thing) -> bool:
    """Whether a reading is of the kind that the key result asks for."""
    value, reached = told["value"], told["reached"]
    if key_result["kind"] == "milestones":
        names = [step["name"] for step in key_result["milestones"]]
        return value is None and reached is not None and _each_once(reached, names)
    wanted = isinstance(value, bool) == (key_result["kind"] == "boolean")
    return value is not None and wanted and reached is None


def _each_once(some: tuple[str, ...], names: list[str]) -> bool:
    return set(some) <= set(names) and len(set(some)) == len(some)


def latest(key_result: Thing, by: datetime | None = None) -> Thing | None:
    """The latest measured check-in that stands, of those measured by an instant."""
    standing = [
        one
        for one in key_result["check_ins"].values()
        if not one["retracted"] and (by is None or one["measured_at"] <= by)
    ]
    return max(standing, key=lambda one: (one["measured_at"], one["touch"]), default=None)


def progress(key_result: Thing, by: datetime | None = None) -> Fraction | None:
    """How far along the latest check-in is, now or by an instant, in exact fractions."""
    told = latest(key_result, by)
    if told is None:
        return None
    if key_result["kind"] == "boolean":
        return Fraction(int(told["value"]))
    if key_result["kind"] == "milestones":
        steps = {step["name"]: Fraction(step["weight"]) for step in key_result["milestones"]}
        whole = sum(steps.values())
        reached = sum(steps.get(name, Fraction(0)) for name in told["reached"])
        return Fraction(reached, whole) if whole else None
    return _metric(key_result, Fraction(told["value"]))


def _metric(key_result: Thing, value: Fraction) -> Fraction | None:
    baseline, target = key_result["baseline"], key_result["target"]
    match key_result["direction"]:
        case _ if target is None:
            return None
        case "at_least":
            return Fraction(value >= target)
        case "at_most":
            return Fraction(value <= target)
        case _ if baseline is None:
            return None
        case "within":
            return Fraction(baseline <= value <= target)
        case _ if baseline == target:
            return None
        case _:
            return (value - Fraction(baseline)) / (Fraction(target) - Fraction(baseline))


def computed(parts: list[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """The weighted mean of parts between 0 and 1, the unknown counted as 0."""
    whole = sum(weight for weight, _ in parts)
    if not whole:
        return None
    return (
        sum((weight * _capped(part or Fraction(0)) for weight, part in parts), Fraction(0)) / whole
    )


def _capped(part: Fraction) -> Fraction:
    return max(Fraction(0), min(part, Fraction(1)))


def score_key_result(world: World, ask: Ask, no: Objections) -> Marks:
    key_result = world.find("key_result", ask["key_result_id"])
    if key_result["state"] == "dropped":
        raise Refused("KeyResultIsDropped")
    objective = world.objectives[key_result["objective_id"]]
    return _scored(world, ask, no, key_result, objective)


def score_objective(world: World, ask: Ask, no: Objections) -> Marks:
    objective = world.find("objective", ask["objective_id"])
    return _scored(world, ask, no, objective, objective)


def _scored(world: World, ask: Ask, no: Objections, scored: Thing, objective: Thing) -> Marks:
    kind, score = ask["kind"], ask["score"]
    if scored["scores"].get(kind) == score:
        raise Nothing
    mark = no.allowed(world.cycles[objective["cycle_id"]], "score")
    no.when(kind in scored["scores"] and not ask.reason, "ReasonRequired")
    no.forwards(scored, f"{kind} score", "computed score")
    no.settle()
    scored["version"] += 1
    scored["since"] |= {f"{kind} score": ask.at, "computed score": ask.at}
    scored["scores"][kind] = score
    return (mark,)


def review_objective(world: World, ask: Ask, no: Objections) -> Marks:
    objective = world.find("objective", ask["objective_id"])
    mark = no.allowed(world.cycles[objective["cycle_id"]], "review")
    no.existed(objective)
    no.when(ask["review_id"] in objective["reviews"], "AlreadyExists")
    actions = [action["action_id"] for action in ask["actions"]]
    no.when(len(set(actions)) < len(actions), "Invalid")
    for action in ask["actions"]:
        owner = None if action["owner"] is None else no.known("person", action["owner"])
        no.existed(*(one for one in (owner,) if one is not None))
    no.settle()
    objective["version"] += 1
    review = made(ask, ask["review_id"], actions=set(actions), completed=set(), read_by=set())
    objective["reviews"][ask["review_id"]] = review
    return (mark,)


def acknowledge_review(world: World, ask: Ask, no: Objections) -> Marks:
    who = "local" if ask.person is None else str(ask.person)
    return _followed_up(world, ask, no, "read_by", who)


def complete_action(world: World, ask: Ask, no: Objections) -> Marks:
    return _followed_up(world, ask, no, "completed", ask["action_id"])


def _followed_up(world: World, ask: Ask, no: Objections, name: str, what: object) -> Marks:
    objective = world.find("objective", ask["objective_id"])
    review = objective["reviews"].get(ask["review_id"])
    if review is None:
        raise Refused("ReviewNotFound")
    if name == "completed" and what not in review["actions"]:
        raise Refused("ActionNotFound")
    if what in review[name]:
        raise Nothing
    mark = no.allowed(world.cycles[objective["cycle_id"]], "review")
    no.existed(objective, review)
    no.settle()
    objective["version"] += 1
    change(ask, review, **{name: review[name] | {what}})
    return (mark,)
