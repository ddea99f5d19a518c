"""Which fields hold what people wrote: the texts that a search looks through.

Addresses and outside ids of people are no texts. Their names are, and stand with people alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

Texts = dict[str, str]
"""The texts of something by the name of their field; no text is empty."""

OF_ENTITIES = ("title", "name", "description", "milestones")
"""What an entity is called and says of itself; a later change says it anew."""

OF_CHECK_INS = ("note", "blockers")
_OF_REVIEWS = ("recall", "evaluation", "causes", "lessons")


def texts_in(
    changes: Iterable[Mapping[str, Any]], sides: Sequence[str] = ("to",)
) -> Iterator[tuple[str, str]]:
    """The texts on the sides (`from`, `to`) of some changes, each with its field."""
    for change in changes:
        read = _READERS.get(change["field"])
        if read is not None:
            for side in sides:
                if change[side]:
                    yield from read(change["field"], change[side])


def texts_of(state: Mapping[str, Any], fields: Iterable[str]) -> Texts:
    """The texts that some fields of a state hold."""
    return dict(texts_in({"field": name, "to": state.get(name)} for name in fields))


def _plain(field: str, text: str) -> Iterator[tuple[str, str]]:
    yield field, text


def _blockers(field: str, blockers: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    parts = [part for one in blockers for part in (one["text"], one.get("next_action")) if part]
    yield field, "\n".join(parts)


def _milestones(field: str, steps: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    yield field, "\n".join(step["name"] for step in steps)


def _review(_field: str, review: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _OF_REVIEWS:
        if review[name]:
            yield name, review[name]
    if review["actions"]:
        yield "actions", "\n".join(action["text"] for action in review["actions"])


_READERS: dict[str, Callable[[str, Any], Iterator[tuple[str, str]]]] = {
    "title": _plain,
    "name": _plain,
    "description": _plain,
    "note": _plain,
    "blockers": _blockers,
    "milestones": _milestones,
    "reviews": _review,
}

SPEAKING = frozenset(_READERS)
"""The fields that hold texts."""
