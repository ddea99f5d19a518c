"""The look back, half-way and at the end: four steps, a decision, actions, and who stands by it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from api.sample.changes import current_keeper, is_quiet
from api.sample.drafting import keeper
from api.sample.journal import UNTIL, Journal, Why
from api.sample.lessons import LESSONS, Lessons
from api.sample.people import home, owner_of, superior, voice
from api.sample.periods import PERIODS, workday
from api.sample.plans import Change, Chapter, Goal
from api.sample.retelling import evaluation, recall
from api.sample.scores import attained
from api.sample.standing import Standing, known

DONE: Why = ("other", "Done as the review asked.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One look back at one goal."""

    chapter: Chapter
    goal: Goal
    stage: str
    day: date
    continued: bool = False

    @property
    def objective_id(self) -> str:
        return self.chapter.objective_id(self.goal)

    @property
    def id(self) -> str:
        return f"{self.objective_id}-{self.stage}"

    @property
    def owner(self) -> str:
        return owner_of(self.objective_id)

    @property
    def lessons(self) -> Lessons:
        return LESSONS[home(self.owner)]

    @property
    def dropped(self) -> Change | None:
        """The change that dropped the objective, if one did."""
        for change in self.chapter.changes:
            if change.of == self.objective_id and change.fields.get("outcome") == "dropped":
                return change
        return None

    @property
    def asked(self) -> str | None:
        """The action that the plan has this review ask for."""
        return self.goal.action if self.stage == "mid" else None


def write_reviews(
    journal: Journal, chapter: Chapter, standing: Standing, continued: Collection[str]
) -> None:
    """Review a chapter's objectives; `continued` names those that a later cycle carries on."""
    for look in _looks(chapter, continued):
        quiet = is_quiet(chapter, f"{look.objective_id}-kr0", look.day)
        if look.day <= UNTIL and not (quiet and look.stage == "mid"):
            actions = _actions(journal, look)
            _review(journal, look, known(standing, look.day), actions)
            _acknowledge(journal, look, actions)
            _complete(journal, look, actions)


def _looks(chapter: Chapter, continued: Collection[str]) -> list[_Look]:
    period = PERIODS[chapter.key]
    middle = 128 if period.kind == "year" else 30
    looks: list[_Look] = []
    for number, goal in enumerate(chapter.goals):
        if not (goal.reviewed and goal.published):
            continue
        if goal.mid is not None or goal.key.endswith("o1"):
            day = period.day(goal.mid or middle + number % 4)
            looks.append(_Look(chapter=chapter, goal=goal, stage="mid", day=day))
        if chapter.agreed:
            carried = chapter.objective_id(goal) in continued
            day = period.after(1 if carried else 4 + number % 3)
            look = _Look(chapter=chapter, goal=goal, stage="final", day=day, continued=carried)
            looks.append(look)
    return looks


def _review(
    journal: Journal, look: _Look, standing: Standing, actions: list[dict[str, Any]]
) -> None:
    good = _mean(look, standing) >= (0.35 if look.stage == "mid" else 0.7)
    chance = journal.chance(look.id, "thoughts")
    causes, decision = _judgement(look, chance, good=good)
    journal.write(
        look.id,
        "review_objective",
        journal.moment(look.day, look.id, 9, 15),
        voice(look.owner, look.day),
        objective_id=look.objective_id,
        stage=look.stage,
        recall=recall(look.goal),
        evaluation=evaluation(look.chapter, look.goal, standing),
        causes=causes,
        lessons=chance.choice(look.lessons.learned),
        decision=decision,
        actions=actions,
    )


def _judgement(look: _Look, chance: Random, *, good: bool) -> tuple[str, str]:
    """Why it went so, and what becomes of the objective."""
    if look.dropped and look.dropped.why:
        return look.dropped.why[1], "drop"
    if look.asked:
        return look.lessons.went_badly[0], "keep"
    causes = chance.choice(look.lessons.went_well if good else look.lessons.went_badly)
    return causes, "carry_over" if look.continued else "keep" if good else "modify"


def _mean(look: _Look, standing: Standing) -> float:
    parts = [
        attained(look.chapter, f"{look.objective_id}-kr{number}", aim, standing) or 0.0
        for number, aim in enumerate(look.goal.aims, 1)
    ]
    return sum(parts) / len(parts)


def _actions(journal: Journal, look: _Look) -> list[dict[str, Any]]:
    """What the review asks for; about one in four asks for nothing."""
    chance = journal.chance(look.id, "actions")
    text = look.asked or chance.choice(look.lessons.actions)
    if look.dropped or (chance.random() < 0.25 and not look.asked):
        return []
    key_result_id = f"{look.objective_id}-kr1"
    given = keeper(look.chapter, key_result_id, look.goal.aims[0])
    return [
        {
            "action_id": f"{look.id}-a1",
            "text": text,
            "owner": current_keeper(look.chapter, key_result_id, given, look.day),
            "due_on": str(workday(look.day, 15)),
        }
    ]


def _acknowledge(journal: Journal, look: _Look, actions: list[dict[str, Any]]) -> None:
    """The superior, and whoever got something to do, stand by the review."""
    chance = journal.chance(look.id, "acknowledged")
    people = [superior(look.owner, look.day), *(action["owner"] for action in actions)]
    for person in dict.fromkeys(people):
        if person == voice(look.owner, look.day):
            continue
        line_id = f"{look.id}-ack-{person}"
        journal.write(
            line_id,
            "acknowledge_review",
            journal.moment(workday(look.day, chance.randrange(1, 3)), line_id, 9, 16),
            person,
            objective_id=look.objective_id,
            review_id=look.id,
        )


def _complete(journal: Journal, look: _Look, actions: list[dict[str, Any]]) -> None:
    """Most actions get done; after the end of a cycle only once it is closed."""
    chance, later = journal.chance(look.id, "done"), 0 if look.stage == "mid" else 3
    for action in actions:
        done = chance.random() < 0.7 or look.asked is not None
        day = workday(look.day, chance.randrange(5, 12) + later)
        if not done or day > UNTIL:
            continue
        line_id = f"{action['action_id']}-done"
        journal.write(
            line_id,
            "complete_action",
            journal.moment(day, line_id, 9, 16),
            action["owner"],
            why=None if look.stage == "mid" else DONE,
            objective_id=look.objective_id,
            review_id=look.id,
            action_id=action["action_id"],
        )
