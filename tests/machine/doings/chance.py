"""What happens by plain chance, which repeats itself less than a search does."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from random import Random
from typing import Any

from tests.machine.company import LATE, How
from tests.machine.doings.following_up import ANSWERS, FollowingUp
from tests.machine.doings.organising import ROLES
from tests.machine.founding import FIRST_STEPS

CHANCES: dict[str, Callable[[Random], Any]] = {
    "how": lambda chance: How(
        chance.choice((0, 0, 0, 1, 2, 3)),
        chance.choice((1, 1, 1, 0, 8)),
        chance.choice(LATE),
        chance.choice(("a code", "a code", "a code", "was wrong", "words", "none")),
    ),
    "which": lambda chance: chance.randrange(12),
    "other": lambda chance: chance.randrange(12),
    "number": lambda chance: chance.randrange(21),
    "low": lambda chance: chance.randrange(21),
    "high": lambda chance: chance.randrange(21),
    "role": lambda chance: chance.choice(ROLES),
    "answer": lambda chance: chance.choice(ANSWERS),
    "back": lambda chance: chance.random() < 0.5,
    "done": lambda chance: chance.random() < 0.5,
}
DOINGS: dict[str, tuple[str, ...]] = {
    name: tuple(inspect.signature(doing).parameters)[1:]
    for name, doing in inspect.getmembers(FollowingUp, inspect.isfunction)
    if set(inspect.signature(doing).parameters) <= {"self", *CHANCES}
    and "how" in inspect.signature(doing).parameters
}
SELDOM = {
    "dissolve": 0.15,
    "register": 0.1,
    "form": 0.2,
    "plan": 0.2,
    "draft": 0.4,
    "close": 0.5,
    "carry_over": 0.5,
}
"""How often what is chosen happens: too much of it, and a company has little else to do."""


def live(company: FollowingUp, chance: Random, doings: int) -> None:
    """Let many things happen by chance."""
    company.found(chance.choice(FIRST_STEPS))
    for _ in range(doings):
        name = chance.choice(list(DOINGS))
        if chance.random() < SELDOM.get(name, 1):
            arguments = {one: CHANCES[one](chance) for one in DOINGS[name]}
            getattr(company, name)(**arguments)
    company.teardown()
