"""Opens the history for a command, building the views first where they are behind."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from pydantic import ValidationError

from api.commands.terminal import CommandFailed, bar
from api.history import History
from api.sentences import sentence
from api.settings import Settings
from domain.database import SQLITE, SQLiteFile

QUIETLY = 1_000
"""Views this many records behind or fewer are brought up without a progress bar."""


def settings(database: str | None = None) -> Settings:
    """The settings, with another database if one is named, as a path or a URL.

    Raises CommandFailed for a setting that cannot be used.
    """
    try:
        if database is None:
            return Settings()
        url = database if "://" in database else f"{SQLITE}{database}"
        return Settings(database=url)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        name = str(problems[0]["loc"][0])
        said = (
            "--database" if database is not None and name == "database" else f"OKR_{name.upper()}"
        )
        reason = sentence(problems[0])
        raise CommandFailed(f"{said} cannot be used: {reason[:1].lower()}{reason[1:]}") from None


@contextmanager
def opened(chosen: Settings, *, begun: bool = False) -> Generator[History]:
    """The history, to be closed at the end.

    A file is made where it is missing, unless the command makes sense only for one that was
    `begun`: whoever mistypes its name should not be answered from an empty one.
    Raises CommandFailed where the file or its folder is missing.
    """
    where = chosen.where
    if isinstance(where, SQLiteFile):
        if not where.path.parent.is_dir():
            raise CommandFailed(f"There is no folder {where.path.parent}; make it first.")
        if begun and not where.path.exists():
            raise CommandFailed(
                f"There is no history {where}; name one with --database or OKR_DATABASE."
            )
    history = History(chosen)
    try:
        yield history
    finally:
        history.close()


def build_views(history: History) -> None:
    """Bring the views up to the log, with a progress bar where that takes a while."""
    head = history.log.head()
    if head - history.projector.position <= QUIETLY:
        history.catch_up()
        return
    with bar("Building views", head) as advance:
        history.catch_up(advance)
