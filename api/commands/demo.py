"""`okr demo`: a sample company's history, loaded and ready to be asked."""

from __future__ import annotations

from collections.abc import Callable

import orjson

from api.bad_lines import BadLineError
from api.commands.opening import build_views, opened
from api.commands.serve import HOST, PORT, serve
from api.commands.terminal import CommandFailed, bar, err, out
from api.history import History
from api.importing import ImportReport, import_lines
from api.sample import lines
from api.sample.stories import QUESTIONS
from api.settings import Settings


def demo(chosen: Settings, *, and_serve: bool, port: int = PORT, seed: int = 1) -> None:
    """Load the sample company, say what to ask, and serve it where wanted."""
    sample = [orjson.dumps(line) for line in lines(seed)]
    with opened(chosen) as history:
        with bar("Loading the sample company", len(sample)) as advance:
            report = _loaded(history, sample, advance)
        build_views(history)
    err.print(
        f"{report.recorded:,} lines recorded in {chosen.where} as {report.events:,} events, "
        f"{report.known:,} were there already."
    )
    _say_what_to_ask(f"http://{HOST}:{port}")
    if and_serve:
        serve(chosen, HOST, port)


def _loaded(history: History, sample: list[bytes], advance: Callable[[int], None]) -> ImportReport:
    try:
        return import_lines(history.desk, sample, progress=advance)
    except BadLineError:
        # The sample is sound, and older than anything recorded here: it wants to come first.
        raise CommandFailed(
            f"{history.settings.where} holds another history already; "
            "name a new database for the sample with --database."
        ) from None


def _say_what_to_ask(address: str) -> None:
    out.print(f"\nOpen [bold]{address}/docs[/] for every question there is, or ask three now:\n")
    for question, path, parts in QUESTIONS:
        out.print(f"# {question}", style="dim")
        out.print(f"curl -s '{address}{path}' | grep -oE '{parts}'\n", markup=False)
