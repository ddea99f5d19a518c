"""What an okr-tracker export says was true, when: read straight from it, by no converter's rules.

Values stand in one form: texts are "" where the export says null, dates are UTC days and None for
the epoch, numbers are exact, and a reference is the path that it points to.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, cast

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TOLERANCE = 1e-9
MICROSECOND = timedelta(microseconds=1)

UNITS = frozenset({"organizations", "departments", "products"})
TEXTS = frozenset({"name", "description", "unit"})
DAYS = frozenset({"startDate", "endDate"})
NUMBERS = frozenset({"startValue", "targetValue", "weight"})
REFERENCES = frozenset({"parent", "period", "objective", "organization", "department"})
AUDITED = TEXTS | DAYS | {"startValue", "archived"}
TOLD: dict[str, AbstractSet[str]] = {
    "organizations": {"name", "archived"},
    "departments": {"name", "archived", "organization"},
    "products": {"name", "archived", "organization", "department"},
    "periods": {"name", "parent", "startDate", "endDate", "progression"},
    "objectives": {"name", "description", "archived", "weight", "parent", "period", "progression"},
    "keyResults": TEXTS | NUMBERS | {"archived", "parent", "objective", "progression"},
}
"""The fields of each collection that a history can tell of. Cycles have no state `archived`."""


class Expected(NamedTuple):
    """A field of a document, as it must be at an instant, or now where there is none."""

    path: str
    field: str
    at: datetime | None
    value: Any


def finals(export: Mapping[str, Any]) -> Iterator[Expected]:
    """Every field of the final documents, as it must be now."""
    for path, document in export.items():
        for field in sorted(_fields(path) & document.keys()):
            yield Expected(path, field, None, plain(field, document[field]))


def changes(export: Mapping[str, Any]) -> Iterator[Expected]:
    """Both sides of every audited change: one microsecond before the entry, and at the entry."""
    for path, at, diff in _entries(export):
        for field in sorted(_fields(path) & AUDITED & diff.keys()):
            yield Expected(path, field, at - MICROSECOND, plain(field, diff[field]["before"]))
            yield Expected(path, field, at, plain(field, diff[field]["after"]))


def progressions(export: Mapping[str, Any]) -> Iterator[Expected]:
    """The progress that audit entries note, as it must be at each entry."""
    for path, at, diff in _entries(export):
        if "progression" in diff:
            yield Expected(path, "progression", at, float(diff["progression"]["after"]))


def points(export: Mapping[str, Any]) -> Iterator[Expected]:
    """The value, comment and time of every progress point of a key result.

    No audit entry notes what a negative progress came to, so progress alone would not show one.
    """
    for path, document in export.items():
        if path.startswith("keyResults/") and "/progress/" in path:
            at = EPOCH + timedelta(microseconds=document["timestamp"]["$ts_us"])
            yield Expected(path, "value", None, Decimal(repr(document["value"])))
            yield Expected(path, "comment", None, document.get("comment") or "")
            yield Expected(path, "timestamp", None, at)


def teams(export: Mapping[str, Any]) -> Iterator[Expected]:
    """The members of every unit, now and on both sides of every audited change."""
    for path, document in export.items():
        if path.split("/", maxsplit=1)[0] in UNITS:
            yield Expected(path, "team", None, plain("team", document.get("team")))
    for path, at, diff in _entries(export):
        if "team" in diff:
            yield Expected(path, "team", at - MICROSECOND, plain("team", diff["team"]["before"]))
            yield Expected(path, "team", at, plain("team", diff["team"]["after"]))


def compare(
    part: str,
    expected: Iterable[Expected],
    told: Callable[[str, str, datetime | None], Any],
) -> int:
    """Hold what a history tells of (path, field, instant) against each expectation.

    Prints and returns how many were compared. Raises AssertionError with every difference.
    """
    compared, differences = list(expected), list[str]()
    for one in compared:
        found = told(one.path, one.field, one.at)
        if one.field == "progression":
            same = abs(found - one.value) <= TOLERANCE
        else:
            same = found == one.value
        if not same:
            when = "now" if one.at is None else one.at.isoformat()
            differences.append(f"{one.path} {one.field} {when}: {found!r}, not {one.value!r}")
    print(f"{part}: {len(compared)} compared, {len(differences)} differ")
    assert not differences, "\n".join(differences)
    return len(compared)


def plain(field: str, value: Any) -> Any:
    """A value in the form that is compared."""
    if field in TEXTS:
        return value or ""
    if field in DAYS:
        return _day(value)
    if field in NUMBERS:
        return Decimal(repr(value))
    if field in REFERENCES:
        return value["$ref"]
    if field == "team":
        return frozenset(member["$ref"] for member in value or ())
    return float(value) if field == "progression" else value


def _fields(path: str) -> AbstractSet[str]:
    """What is compared of the document; nothing of those that lie below another one."""
    collection, *names = path.split("/")
    return TOLD.get(collection, frozenset()) if len(names) == 1 else frozenset()


def _day(value: Any) -> date | None:
    if isinstance(value, dict):
        value = cast("dict[str, int]", value)["$ts_us"] / 1_000_000
    return (EPOCH + timedelta(seconds=value)).date() if value else None


def _entries(export: Mapping[str, Any]) -> Iterator[tuple[str, datetime, dict[str, Any]]]:
    """The audit entries with a difference: which document, when, and what."""
    for path, entry in export.items():
        if path.startswith("audit/") and "diff" in entry:
            at = EPOCH + timedelta(microseconds=entry["timestamp"]["$ts_us"])
            yield entry["documentRef"]["$ref"], at, entry["diff"]
