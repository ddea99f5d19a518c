"""Progress points of key results, told as check-ins."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from api.converters.lines import Lines
from api.converters.okr_tracker.kinds import CHANGE
from api.converters.okr_tracker.source import Document, Source, instant, read, reference

FIELDS = frozenset({"archived", "comment", "created", "createdBy", "timestamp", "value"})
"""The fields of a point that are carried over."""


@dataclass(frozen=True, slots=True)
class _Point:
    path: str
    measured: datetime
    entered: datetime
    raw: Document


def readable(point: Document) -> bool:
    """Whether a point says a value and a time."""
    return _point("", point) is not None


def _point(path: str, raw: Document) -> _Point | None:
    entered = instant(raw.get("created")) or instant(raw.get("timestamp"))
    measured = instant(raw.get("timestamp")) or entered
    if entered is None or measured is None or read("value", raw.get("value")) is None:
        return None
    return _Point(path, measured, entered, raw)


def tell_points(source: Source, key_result: str, begin: datetime, lines: Lines) -> None:
    """Tell the points of a key result that exists since `begin`.

    Nobody measures a key result before there is one, and nobody learns a thing before it is true:
    such times of measuring are moved to the nearest possible one, marked as assumed, and counted.
    """
    found = (_point(path, raw) for path, raw in source.points(key_result).items())
    points = sorted((point for point in found if point), key=lambda one: (one.measured, one.path))
    for order, point in enumerate(points):
        at = point.measured
        if at < begin:
            # A microsecond apart, so that the latest measured still counts as the latest.
            at = begin + timedelta(microseconds=order)
            lines.counts["check-ins dated before their key result, moved to its creation"] += 1
        elif at > point.entered:
            at = point.entered
            lines.counts["check-ins dated after they were entered, moved to that time"] += 1
        _check_in(lines, key_result, point, at)


def _check_in(lines: Lines, key_result: str, point: _Point, at: datetime) -> None:
    fields = {"key_result_id": key_result, "value": read("value", point.raw["value"])}
    if point.raw.get("comment"):
        fields["note"] = point.raw["comment"]
    recorded_at = max(point.entered, at)
    lines.write(
        "check_in",
        fields,
        id=point.path,
        rank=CHANGE,
        at=at,
        recorded_at=recorded_at,
        actor=reference(point.raw.get("createdBy")),
        assumed=() if at == point.measured else ("at",),
    )
    if point.raw.get("archived"):
        edited = instant(point.raw.get("edited"))
        lines.write(
            "retract_check_in",
            {"key_result_id": key_result, "check_in_id": point.path},
            id=f"{point.path}/retract_check_in",
            rank=CHANGE,
            at=at,
            recorded_at=max(edited or recorded_at, recorded_at),
            actor=reference(point.raw.get("editedBy")),
            assumed=() if edited else ("recorded_at",),
        )
