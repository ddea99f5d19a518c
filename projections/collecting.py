"""How seldom Python looks for circles among its objects, of which changes make none.

A change makes dozens of objects, and Python counts those that are made: by its usual numbers it
looks for circles every few dozen changes, and finds nothing. That took a sixth of the time of
bringing views up. Requests of a web server do leave circles behind, so a process goes on looking,
but seldom. While a batch of records is taken in it does not look at all: the batch makes more
objects than the seldom numbers allow for, and nearly all of them are gone by its end. Both hold
for the whole process, which is why they stand together.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager

COLLECTING = (100_000, 20, 50)
"""After how many new objects to look among the youngest, and after how many such looks among the
older and the oldest."""


def collect_seldom() -> None:
    """Look for circles seldom from now on, in this process."""
    gc.set_threshold(*COLLECTING)


@contextmanager
def not_collecting() -> Generator[None]:
    """Look for none meanwhile. Of several threads in here the first one's end lets it go on."""
    usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if usual:
            gc.enable()
