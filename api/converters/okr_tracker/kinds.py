"""What of okr-tracker is carried over: which documents, and the actions that tell of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.converters.okr_tracker.source import Document, Source, instant, label, reference


@dataclass(frozen=True, slots=True)
class Kind:
    """How the documents of one collection are told."""

    collection: str
    create: str
    id_field: str
    fields: Mapping[str, tuple[str, str]]
    """Per field of the export: the field of the line, and the action that changes it."""
    parents: Mapping[str, tuple[str, ...]]
    """Per field of the line that names another document: where the export has it, best first."""
    fixed: Mapping[str, Any]
    assumed: tuple[str, ...] = ()
    archive: str | None = None
    ending: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the archiving action needs besides the id."""
    restore: str | None = None
    team: bool = False
    follows: frozenset[str] = frozenset()
    """Fields whose values follow from what is carried over."""

    def carries(self, name: str) -> bool:
        """Whether a field's value and its audited changes are carried over."""
        match name:
            case "archived":
                return self.archive is not None
            case "team":
                return self.team
            case _:
                return name in self.fields or name in ("created", "createdBy")


_EDITS = frozenset({"edited", "editedBy"})
_UNIT: dict[str, Any] = {
    "create": "form_unit",
    "id_field": "unit_id",
    "fields": {"name": ("name", "rename_unit")},
    "archive": "dissolve_unit",
    "team": True,
    "follows": _EDITS,
}

KINDS = (
    Kind("organizations", parents={}, fixed={"kind": "company"}, **_UNIT),
    Kind(
        "departments",
        parents={"parent_id": ("organization",)},
        fixed={"kind": "department"},
        **_UNIT,
    ),
    Kind(
        "products",
        parents={"parent_id": ("department", "organization")},
        fixed={"kind": "team"},
        **_UNIT,
    ),
    Kind(
        "periods",
        create="plan_cycle",
        id_field="cycle_id",
        fields={
            "name": ("name", "rename_cycle"),
            "startDate": ("starts_on", "reschedule_cycle"),
            "endDate": ("ends_on", "reschedule_cycle"),
        },
        parents={"unit_id": ("parent",)},
        fixed={"kind": "custom"},
        assumed=("kind",),
        follows=_EDITS | {"progression"},
    ),
    Kind(
        "objectives",
        create="draft_objective",
        id_field="objective_id",
        fields={
            "name": ("title", "reword_objective"),
            "description": ("description", "reword_objective"),
            "weight": ("weight", "reweight_objective"),
        },
        parents={"cycle_id": ("period",), "owner": ("parent",)},
        fixed={},
        archive="close_objective",
        ending={"outcome": "dropped"},
        restore="reopen_objective",
        follows=_EDITS | {"progression"},
    ),
    Kind(
        "keyResults",
        create="add_key_result",
        id_field="key_result_id",
        fields={
            "name": ("title", "reword_key_result"),
            "description": ("description", "reword_key_result"),
            "unit": ("unit", "change_measure"),
            "startValue": ("baseline", "adjust_baseline"),
            "targetValue": ("target", "adjust_target"),
            "weight": ("weight", "reweight_key_result"),
        },
        parents={"objective_id": ("objective",)},
        fixed={"kind": "metric"},
        archive="drop_key_result",
        restore="restore_key_result",
        follows=_EDITS | {"progression", "currentValue"},
    ),
)
RANKS = {kind.collection: rank for rank, kind in enumerate(KINDS, start=1)}
"""At one instant parents come before children, and everything before its changes."""
CHANGE = len(KINDS) + 1


class Carried:
    """The documents that are carried over, parents before children, and how they hang together.

    A document is left out when it lacks its time of creation or a parent that it cannot do without.
    """

    def __init__(self, source: Source) -> None:
        self.kinds: dict[str, Kind] = {}
        self.parents: dict[str, dict[str, tuple[str, str]]] = {}
        """Per document and field of the line: the parent's path and where the export has it."""
        for kind in KINDS:
            for path, document in source.documents.items():
                if label(path) == kind.collection and instant(document.get("created")):
                    self._choose(path, document, kind)
        self.begins = self._beginnings(source)

    def _choose(self, path: str, document: Document, kind: Kind) -> None:
        parents = {name: self._parent(document, names) for name, names in kind.parents.items()}
        found = {name: parent for name, parent in parents.items() if parent is not None}
        if len(found) < len(parents):
            return
        if kind.collection == "keyResults":
            found |= self._own_owner(document, found["objective_id"][0])
        self.kinds[path], self.parents[path] = kind, found

    def _parent(self, document: Document, names: tuple[str, ...]) -> tuple[str, str] | None:
        for name in names:
            path = reference(document.get(name))
            if path in self.kinds:
                return path, name
        return None

    def _own_owner(self, document: Document, objective: str) -> dict[str, tuple[str, str]]:
        """A key result's unit, where it is another one than its objective's."""
        own = self._parent(document, ("parent",))
        inherited, _ = self.parents[objective]["owner"]
        return {"owner": own} if own and own[0] != inherited else {}

    def refers(self, path: str, name: str) -> bool:
        """Whether the field holds a reference that is carried over."""
        return name in {field for _, field in self.parents[path].values()}

    def implies(self, path: str, name: str, parent: str | None) -> bool:
        """Whether a reference only repeats what a parent says: whose unit, which organisation."""
        match label(path), name:
            case "keyResults", "parent":
                objective, _ = self.parents[path]["objective_id"]
                return self.parents[objective]["owner"][0] == parent
            case "products", "organization":
                above, _ = self.parents[path]["parent_id"]
                return self.parents[above].get("parent_id", (None, name))[0] == parent
            case _:
                return False

    def _beginnings(self, source: Source) -> dict[str, datetime]:
        """Since when each document exists: its creation, or when something names it before that."""
        begins = {
            path: min(when for when in _dates(source, path) if when is not None)
            for path in self.kinds
        }
        for path in reversed(self.kinds):
            for parent, _ in self.parents[path].values():
                begins[parent] = min(begins[parent], begins[path])
        return begins


def _dates(source: Source, path: str) -> list[datetime | None]:
    points = source.points(path).values()
    return [
        instant(source.documents[path]["created"]),
        *(entry.at for entry in source.about(path)),
        *(instant(point.get("created")) for point in points),
    ]
