"""A sparse history that another tool kept still has retrospectives, which say what is unknown."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest

from api.converters.okr_tracker import convert
from api.history import History
from api.importing import import_lines
from api.settings import Settings
from projections.places import cycle_ids
from projections.retrospective.report import retrospective
from tests.converters.test_okr_tracker_export import EXPORT


def test_every_cycle_of_the_export_has_a_retrospective_with_honest_gaps(tmp_path: Path) -> None:
    if not EXPORT.exists():
        pytest.skip(f"the real okr-tracker export is absent: ../{'/'.join(EXPORT.parts[-4:])}")
    history = History(Settings(database=f"sqlite:///{tmp_path / 'okr.db'}"))
    lines = [orjson.dumps(line) for line in convert(json.loads(EXPORT.read_text())).lines]
    import_lines(history.desk, lines)
    history.catch_up()
    with history.ask() as question:
        connection, moment = question.connection, question.moment
        told = [
            retrospective(connection, cycle_id, moment, history.zone)
            for cycle_id in cycle_ids(connection)
        ]
    history.close()
    found = [one for one in told if one is not None]
    assert len(found) == len(told) > 0
    # That tool knows neither a freeze nor alignments nor commitments.
    assert {one.changes_after_freeze.unknown for one in found} == {"never_frozen"}
    unaligned = {one.alignment_coverage.unknown for one in found}
    assert unaligned <= {"no_alignments", "no_objectives"}
    assert {one.missed_unreviewed.unknown for one in found} <= {"no_committed", "no_objectives"}
    assert any(one.rhythm.made for one in found)
