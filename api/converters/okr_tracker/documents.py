"""Units, cycles, objectives and key results: how each came to be, and each of its changes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from api.converters.lines import Lines
from api.converters.okr_tracker.kinds import CHANGE, RANKS, Carried
from api.converters.okr_tracker.source import History, Move, Source, instant, reference


class Telling:
    """Writes the lines that tell of the carried documents."""

    def __init__(self, source: Source, carried: Carried, lines: Lines) -> None:
        self._source, self._carried, self._lines = source, carried, lines
        self.told: set[tuple[str, str]] = set()
        """Audit entry and field of each change that was told."""

    def create(self, path: str) -> None:
        """Tell that a document came to be, with its first values."""
        kind, begin = self._carried.kinds[path], self._begin(path)
        if begin.assumed:
            self._lines.counts[f"begun before their own `created`: {kind.collection}"] += 1
        fields, assumed = dict(kind.fixed), [*begin.assumed, *kind.assumed]
        for name, (parent, field) in self._carried.parents[path].items():
            fields[name] = {"type": "unit", "id": parent} if name == "owner" else parent
            if not self._source.said(path, field):
                assumed.append(name)
        for field, (name, _) in kind.fields.items():
            history = self._history(path, field)
            if history.first not in (None, ""):
                fields[name] = history.first
                assumed += [] if history.said else [name]
        self._begun(path, kind.create, fields, path, assumed)
        if kind.create == "draft_objective":
            action = "publish_objective"
            fields, published = {kind.id_field: path}, f"{path}/{action}"
            self._begun(path, action, fields, published, begin.assumed)

    def _begun(
        self, path: str, action: str, fields: Mapping[str, Any], id: str, assumed: Sequence[str]
    ) -> None:
        begin, rank = self._begin(path), RANKS[self._carried.kinds[path].collection]
        self._lines.write(
            action, fields, id=id, rank=rank, at=begin.at, actor=begin.actor, assumed=assumed
        )

    def change(self, path: str) -> None:
        """Tell a document's changes; fields that one action changes at once share a line."""
        kind = self._carried.kinds[path]
        merged: dict[tuple[str, str], tuple[Move, dict[str, Any]]] = {}
        for field, (name, action) in kind.fields.items():
            history = self._history(path, field)
            self._note(field, history)
            for move in history.moves:
                known, fields = merged.get((move.origin, action), (move, {}))
                latest = max(known, move, key=lambda one: one.at)
                merged[move.origin, action] = (latest, {**fields, name: move.value})
        for (_, action), (move, fields) in merged.items():
            self._tell(path, action, move, fields)
        self._archive(path)
        self._staff(path)

    def _archive(self, path: str) -> None:
        """Tell that a document was put away, and fetched back where there is a word for it."""
        kind = self._carried.kinds[path]
        if kind.archive is None:
            return
        history = self._history(path, "archived")
        actions = {True: kind.archive} | ({} if kind.restore is None else {False: kind.restore})
        moves = tuple(move for move in history.moves if move.value in actions)
        self._note("archived", replace(history, moves=moves))
        first = (replace(self._begin(path), value=True),) if history.first else ()
        for move in (*first, *moves):
            self._tell(path, actions[move.value], move, kind.ending if move.value else {})

    def _staff(self, path: str) -> None:
        """Tell who was in a unit from its beginning, and who joined and left it."""
        if not self._carried.kinds[path].team:
            return
        history = self._history(path, "team")
        self._note("team", history)
        first = replace(self._begin(path), value=history.first or ())
        if not history.said:
            first = replace(first, assumed=("at",))
        members: set[str] = set()
        for move in (first, *history.moves):
            after = set(move.value)
            changes = {"join_unit": after - members, "leave_unit": members - after}
            for action, people in changes.items():
                for person in sorted(people):
                    self._tell(path, action, move, {"person_id": person}, f"/{person}")
            members = after

    def _tell(
        self, path: str, action: str, move: Move, fields: Mapping[str, Any], more: str = ""
    ) -> None:
        self._lines.write(
            action,
            {self._carried.kinds[path].id_field: path, **fields},
            id=f"{move.origin}/{action}{more}",
            rank=CHANGE,
            at=move.at,
            actor=move.actor,
            assumed=move.assumed,
        )

    def _note(self, field: str, history: History) -> None:
        """Remember what was told, and count where the export does not fit together."""
        counts = self._lines.counts
        counts["audited values that do not continue the value before them"] += history.gaps
        for move in history.moves:
            self.told.add((move.origin, field))
            if move.assumed:
                counts["final values that no audit entry leads to, dated to the last edit"] += 1

    def _begin(self, path: str) -> Move:
        """The beginning of a document, still without a value."""
        document, at = self._source.documents[path], self._carried.begins[path]
        assumed = () if at == instant(document["created"]) else ("at",)
        return Move(path, at, reference(document.get("createdBy")), None, assumed)

    def _history(self, path: str, field: str) -> History:
        history = self._source.history(path, field)
        return _named(history, path) if field == "name" else history


def _named(history: History, path: str) -> History:
    """A name's history without blanks: nothing goes by no name, so a blank one changes nothing."""
    names = [move for move in history.moves if move.value is not None]
    if history.first is None:
        first = names[0].value if names else path.rsplit("/", 1)[-1]
        return replace(history, first=first, said=False, moves=_changes(first, names))
    return replace(history, moves=_changes(history.first, names))


def _changes(value: str, moves: Sequence[Move]) -> tuple[Move, ...]:
    kept: list[Move] = []
    for move in moves:
        if move.value != value:
            kept.append(move)
        value = move.value
    return tuple(kept)
