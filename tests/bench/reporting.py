"""Making the page of a retrospective, as the command does, from a cycle that holds every change."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from api.commands.retrospective import Asked, write_retrospective
from api.settings import Settings
from tests.bench.bench import Bench
from tests.bench.company import NEWEST
from tests.bench.measuring import seconds
from tests.bench.rows import Figure, Goal, Row


def rows(bench: Bench, size: int) -> Iterator[Row]:
    """How long the page takes, and how large it is."""
    shape = bench.shape(size, crowded=size > bench.company.cycle_changes)
    url = bench.kept.store.url(bench.kept.whole(shape))
    settings = Settings(database=url, timezone="UTC")
    with tempfile.TemporaryDirectory() as folder:
        asked = Asked(str(NEWEST), Path(folder) / "report.html")
        took = seconds(lambda: write_retrospective(settings, asked))
        megabytes = asked.output.stat().st_size / 1e6
    yield Row(
        what="the page of a retrospective",
        size=size,
        measured=Figure(took, "s"),
        goal=Goal("≤", 5, "s"),
    )
    yield Row(
        what="the page of a retrospective, its size",
        size=size,
        measured=Figure(megabytes, "MB"),
        goal=Goal("≤", 5, "MB"),
    )
