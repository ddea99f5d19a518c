"""The threads in which endpoints run, each kind of work in some of its own.

Python runs one thread at a time, so questions that are answered all at once each take as long as
all of them. A few answer at a time; whoever walks along a history or looks for some among all
states does so in threads of another kind, and whoever changes something in others again. Those of
the framework are left for signing in, so that no number of requests holds it up. Nobody who waits
for the views holds a thread at all.
"""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

ANSWERING = 1
"""How many quick questions are answered at a time: a second one would only take turns with it."""

WALKING = 4
"""How many questions that take long are answered at a time; they share one interpreter."""

CHANGING = 40
"""How many changes and imports are carried out at a time. Those that come while one is written are
written together with the next, so there may be many of them."""

quick = ThreadPoolExecutor(ANSWERING, "answering")
walking = ThreadPoolExecutor(WALKING, "walking")
changing = ThreadPoolExecutor(CHANGING, "changing")

Found = TypeVar("Found")


async def run(threads: ThreadPoolExecutor, work: Callable[[], Found]) -> Found:
    """Do work in one of the threads. What the request knows goes along."""
    return await get_running_loop().run_in_executor(threads, copy_context().run, work)
