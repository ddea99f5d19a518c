"""`okr demo`: a sample company's history, loaded and ready to be asked."""

from __future__ import annotations

import orjson

from api.commands.opening import build_views, opened
from api.commands.serve import HOST, PORT, serve
from api.commands.terminal import bar, err, out
from api.importing import import_lines
from api.sample import lines
from api.sample.stories import QUESTIONS
from api.settings import Settings


def demo(chosen: Settings, *, and_serve: bool, port: int = PORT, seed: int = 1) -> None:
    """Load the sample company, say what to ask, and serve it where wanted."""
    sample = [orjson.dumps(line) for line in lines(seed)]
    with opened(chosen) as history:
        with bar("Loading the sample company", len(sample)) as advance:
            report = import_lines(history.desk, sample, progress=advance)
        build_views(history)
    err.print(
        f"{report.recorded:,} lines recorded in {chosen.where} as {report.events:,} events, "
        f"{report.known:,} were there already."
    )
    _say_what_to_ask(f"http://{HOST}:{port}")
    if and_serve:
        serve(chosen, HOST, port)


def _say_what_to_ask(address: str) -> None:
    out.print(f"\nOpen [bold]{address}/docs[/] for every question there is, or ask three now:\n")
    for question, path, parts in QUESTIONS:
        out.print(f"# {question}", style="dim")
        out.print(f"curl -s '{address}{path}' | grep -oE '{parts}'\n", markup=False)
