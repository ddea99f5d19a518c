"""A projector in a process of its own that stays in the middle of a batch until it is killed."""

from __future__ import annotations

import sys
from time import sleep

from domain.database import database
from domain.log import Log
from projections.read_models import ReadModels
from projections.views import Views, set_position

HALF = 3
"""How many records the batch holds."""

READY = "in the middle"
PATIENCE_SECONDS = 120


def main(where: str) -> None:
    log = Log(where)
    views = Views(database(where).views, log.identity(), log.head)
    with views.write() as connection:
        batch = log.stored(0, HALF)
        ReadModels().take_in(connection, batch)
        set_position(connection, batch[-1].position)
        print(READY, flush=True)
        sleep(PATIENCE_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1])
