"""How the commands speak: results on standard output, progress and problems on standard error."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class CommandFailed(Exception):
    """A command cannot go on; the message says what to do."""


@contextmanager
def bar(what: str, total: int | None) -> Generator[Callable[[int], None]]:
    """A progress bar for long work; call the result with how far the work has come.

    Without a `total` it shows how much is done, not how much is left.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    shown = Progress(
        *columns, TimeRemainingColumn(), console=err, transient=True, disable=not err.is_terminal
    )
    with shown as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.update(task, completed=done)
