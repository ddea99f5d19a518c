"""What became of an export: each document, audit entry and audited field falls in one count."""

from collections import Counter
from collections.abc import Set as AbstractSet
from datetime import timedelta

from api.converters.okr_tracker import points
from api.converters.okr_tracker.kinds import RANKS, Carried
from api.converters.okr_tracker.source import Document, Entry, Source, instant, label, reference

POINTS = "keyResults progress"
NEAR = timedelta(seconds=30)
"""Audit entries are written by a background job, some seconds before or after the edit."""


def count(
    source: Source, carried: Carried, told: AbstractSet[tuple[str, str]], counts: Counter[str]
) -> None:
    """Add the counts; `told` holds (audit entry, field) of the changes that became lines."""
    for path, document in source.documents.items():
        counts[f"documents {_document(carried, path, document)}: {label(path)}"] += 1
        if path in carried.kinds:
            for name in document:
                fate = _document_field(carried, path, document, name)
                counts[f"document fields {fate}: {label(path)} {name}"] += 1
            counts["last edits with no audit entry near"] += _untold(source, path, document)
    for entry in source.entries:
        fates = {field: _audited_field(carried, told, entry, field) for field in entry.diff}
        for field, fate in fates.items():
            counts[f"audited fields {fate}: {label(entry.about)} {field}"] += 1
        counts[f"audit entries {_entry(carried, entry, set(fates.values()))}"] += 1


def _document(carried: Carried, path: str, document: Document) -> str:
    kind = label(path)
    parent = path.rsplit("/", 2)[0]
    if path in carried.kinds:
        return "carried over"
    if kind == POINTS and parent in carried.kinds and points.readable(document):
        return "carried over"
    if kind == POINTS or kind in RANKS:
        return "left out, for want of a time, a value or a parent"
    return "left out"


def _document_field(carried: Carried, path: str, document: Document, name: str) -> str:
    kind = carried.kinds[path]
    if kind.carries(name) or carried.refers(path, name):
        return "carried over"
    if name in kind.follows or carried.implies(path, name, reference(document[name])):
        return "that follow from others"
    return "left out"


def _audited_field(
    carried: Carried, told: AbstractSet[tuple[str, str]], entry: Entry, field: str
) -> str:
    kind = carried.kinds.get(entry.about)
    before, after = entry.diff[field]
    if kind is None:
        return "left out"
    if field in kind.follows:
        return "that follow from others"
    if (entry.path, field) in told:
        return "carried over"
    return "without a change" if before == after else "left out"


def _entry(carried: Carried, entry: Entry, fates: AbstractSet[str]) -> str:
    if entry.about not in carried.kinds:
        return f"left out, about documents left out: {label(entry.about)}"
    if not entry.diff:
        return f"whose document tells the same: {entry.event}"
    if "carried over" in fates:
        return f"carried over: {entry.event}"
    if fates == {"without a change"}:
        return f"that change nothing: {entry.event}"
    return f"left out, of fields left out: {entry.event}"


def _untold(source: Source, path: str, document: Document) -> bool:
    """Whether nobody can say what the last edit of a document changed."""
    edited = instant(document.get("edited"))
    return edited is not None and not any(
        abs(entry.at - edited) <= NEAR for entry in source.about(path) if entry.diff
    )
