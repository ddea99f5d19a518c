"""Records told from their JSON alone say what the events themselves say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from domain import codec
from domain.codec import Stored
from projections.plain import is_later, iso, micros, plain
from projections.told import told
from tests.domain.test_codec import FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_stored_event_of_any_version_is_told_as_its_class_reads_it(path: Path) -> None:
    kept: dict[str, Any] = orjson.loads(path.read_bytes())
    stored = Stored(kept["topic"], orjson.dumps(kept["state"]), kept["stream_id"], 3, 7)
    record = codec.decode(stored)
    one = told(stored)
    assert list(one.fields.items()) == list(plain(record.event).items())
    times = (record.recorded_at, record.effective_at)
    assert (one.recorded_at, one.effective_at) == tuple(map(iso, times))
    assert (one.recorded, one.effective) == tuple(map(micros, times))
    assert one.actor == record.actor.model_dump()
    assert (one.event, one.position, one.version) == (type(record.event), 7, 3)


def test_later_is_told_to_the_microsecond() -> None:
    times = [f"2026-03-01T00:00:{rest}Z" for rest in ("00", "00.000001", "00.100000", "01")]
    ranks = range(len(times))
    later = [(one, other) for one in ranks for other in ranks if is_later(times[one], times[other])]
    assert later == [(one, other) for one in ranks for other in ranks if one > other]
