"""An okr-tracker export: its documents, and what its audit entries say of each field in time order.

The export maps paths to documents; `{"$ref": path}` is a reference and `{"$ts_us": number}` an
instant in microseconds since 1970. Audit entries also write dates as plain epoch seconds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Document = Mapping[str, Any]


def instant(stamp: Any) -> datetime | None:
    """The instant a stamp means. Nothing, and the epoch itself, stand for an unknown one."""
    micros = cast("Document", stamp).get("$ts_us") if isinstance(stamp, dict) else None
    if isinstance(stamp, int | float):
        micros = round(stamp * 1_000_000)
    return EPOCH + timedelta(microseconds=micros) if micros else None


def day(stamp: Any) -> str | None:
    """The UTC day a stamp falls on."""
    when = instant(stamp)
    return None if when is None else when.date().isoformat()


def reference(value: Any) -> str | None:
    """The path a reference points to; some documents write the path as a plain string."""
    if isinstance(value, dict):
        return cast("Document", value).get("$ref")
    return value if isinstance(value, str) else None


def _text(value: Any) -> str:
    return value or ""


def _filled(value: Any) -> str | None:
    return value if value and value.strip() else None


def _people(value: Any) -> tuple[str, ...]:
    return tuple(sorted({path for person in value or () if (path := reference(person))}))


def _number(value: Any) -> int | float | None:
    return float(value) if isinstance(value, str) else value


_READERS: dict[str, Callable[[Any], Any]] = {
    "archived": bool,
    "department": reference,
    "description": _text,
    "endDate": day,
    "name": _filled,
    "organization": reference,
    "startDate": day,
    "startValue": _number,
    "targetValue": _number,
    "team": _people,
    "unit": _filled,
    "value": _number,
    "weight": _number,
}


def read(field: str, value: Any) -> Any:
    """A field's value in one form, however the export writes it; None for one that is not said."""
    return _READERS.get(field, lambda same: same)(value)


def is_person(actor: str) -> bool:
    """Whether an actor is a user; okr-tracker itself acts as `system`."""
    return label(actor) == "users"


def label(path: str) -> str:
    """The kind of a document: its collections' names, as in `keyResults progress`."""
    return " ".join(path.split("/")[::2])


@dataclass(frozen=True, slots=True)
class Entry:
    """One audit entry."""

    path: str
    about: str
    at: datetime
    actor: str | None
    event: str
    raw: Document

    @property
    def diff(self) -> dict[str, tuple[Any, Any]]:
        """Per audited field the value before and after, in one form."""
        changes: Mapping[str, Document] = self.raw.get("diff") or {}
        return {
            field: (read(field, change.get("before")), read(field, change.get("after")))
            for field, change in changes.items()
        }


@dataclass(frozen=True, slots=True)
class Move:
    """A field's next value, and the audit entry (or the last edit) that says so."""

    origin: str
    at: datetime
    actor: str | None
    value: Any
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What an export says of one field of one document."""

    first: Any
    said: bool
    """Whether an audit entry says the first value; else it is the final document's."""
    moves: tuple[Move, ...]
    gaps: int
    """How many entries do not continue where the one before them ended."""


class Source:
    """An export, read; `documents` are all but the audit entries, ordered by path."""

    def __init__(self, export: Mapping[str, Any]) -> None:
        audit = [path for path in export if label(path) == "audit"]
        self.documents: dict[str, Document] = {
            path: export[path] for path in sorted(export.keys() - set(audit))
        }
        self._points: dict[str, dict[str, Document]] = defaultdict(dict)
        for path, document in self.documents.items():
            if label(path) == "keyResults progress":
                self._points[path.rsplit("/", 2)[0]][path] = document
        entries = (_entry(path, export[path]) for path in audit)
        self.entries = sorted(entries, key=lambda entry: (entry.at, entry.path))
        self._about: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            self._about[entry.about].append(entry)

    def about(self, path: str) -> list[Entry]:
        """The audit entries about a document, in the order of time."""
        return self._about.get(path, [])

    def points(self, path: str) -> dict[str, Document]:
        """The progress points of a key result, by path."""
        return self._points.get(path, {})

    def mentions(self) -> Iterator[tuple[str, datetime]]:
        """Every user a document or an audit entry names, with the instant it names them at."""
        for document in self.documents.values():
            for who, when in (("createdBy", "created"), ("editedBy", "edited")):
                user, at = reference(document.get(who)), instant(document.get(when))
                if user and is_person(user) and at:
                    yield user, at
        for entry in self.entries:
            before, after = entry.diff.get("team", ((), ()))
            for user in (entry.actor, *before, *after):
                if user and is_person(user):
                    yield user, entry.at

    def said(self, path: str, field: str) -> bool:
        """Whether an audit entry of creation holds the field's final value."""
        final = read(field, self.documents[path].get(field))
        return any(
            field in entry.raw and read(field, entry.raw[field]) == final
            for entry in self.about(path)
        )

    def history(self, path: str, field: str) -> History:
        """What the export says of a field, from the document's creation to its final state."""
        document = self.documents[path]
        steps = [(entry, *entry.diff[field]) for entry in self.about(path) if field in entry.diff]
        first, said = self._first(path, field, steps[0][1] if steps else None, bool(steps))
        moves: list[Move] = []
        value, gaps = first, 0
        for entry, before, after in steps:
            gaps += before != value
            if after != value:
                moves.append(Move(entry.path, entry.at, entry.actor, after))
            value = after
        final = read(field, document[field]) if field in document else value
        if final != value:
            moves.append(self._unaudited(path, final, [entry.at for entry, *_ in steps]))
        return History(first, said, tuple(moves), gaps)

    def _first(self, path: str, field: str, before: Any, audited: bool) -> tuple[Any, bool]:
        """The value at creation: the first `before`, else what the entry of creation says."""
        if audited:
            return before, True
        if field == "archived":
            return False, True
        for entry in self.about(path):
            if field in entry.raw:
                return read(field, entry.raw[field]), True
        return read(field, self.documents[path].get(field)), False

    def _unaudited(self, path: str, final: Any, changed: list[datetime]) -> Move:
        """A final value that no audit entry leads to, dated to the document's last edit."""
        document = self.documents[path]
        edited = instant(document.get("edited")) or instant(document["created"]) or EPOCH
        actor = reference(document.get("editedBy"))
        return Move(f"{path}/edited", max([edited, *changed]), actor, final, ("at",))


def _entry(path: str, raw: Document) -> Entry:
    about, at = reference(raw.get("documentRef")), instant(raw.get("timestamp"))
    if about is None or at is None:
        raise ValueError(f"{path} lacks its documentRef or its timestamp")
    return Entry(path, about, at, reference(raw.get("user")), raw.get("event", ""), raw)
