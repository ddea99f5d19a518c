"""A process that carries out keyed requests one after the other, until somebody kills it.

It prints each request's place, and whether it was told again, as soon as it has the answer.
"""

from __future__ import annotations

import sys

from domain.desk import Desk, Outcome
from domain.log import Key
from domain.objectives.carrying_over import CarryOverObjective
from tests.builders import GROWTH, LAUNCH, Q2, REVENUE, ROLLOUT, uid
from tests.races.company import ask
from tests.races.racers import desk_on

REQUESTS = 120
KEPT = (REVENUE, LAUNCH, ROLLOUT)
EVENTS = 2 + len(KEPT)
"""What one carrying over records: that it was, the new objective, and every key result kept."""


def request(desk: Desk, number: int) -> Outcome:
    """Carry the objective over once more, under a key of its own."""
    command = CarryOverObjective(
        new_objective_id=uid("0b0b0b0b", 1000 + number),
        objective_id=GROWTH,
        cycle_id=Q2,
        keep=KEPT,
    )
    return ask(desk, command, key=Key("killed", f"k-{number}", f"d-{number}"))


def main(where: str) -> None:
    with desk_on(where) as desk:
        for number in range(REQUESTS):
            outcome = request(desk, number)
            print(number, outcome.position, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
