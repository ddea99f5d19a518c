"""What a folded history says of the fields of an okr-tracker export, in the export's own words."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.book import Book
from domain.key_results.key_result import KeyResult
from domain.measures import weighted_mean
from domain.objectives.objective import Objective
from domain.standing import KeyResultState, ObjectiveState
from domain.units.forming import UnitKind, UnitState
from domain.units.unit import Unit
from domain.values import source_id
from tests.memory import Memory

SOURCE = "okr-tracker"


class Told:
    """Answers for a path, a field and an instant (None for now)."""

    def __init__(self, history: Memory, paths: Iterable[str]) -> None:
        self._history = history
        self._paths = {source_id(SOURCE, path): path for path in paths}

    def __call__(self, path: str, field: str, at: datetime | None) -> Any:
        history = self._history if at is None else self._history.as_of(at)
        if "/progress/" in path:
            return self._of_point(history, path, field)
        book, entity_id = Book(history), source_id(SOURCE, path)
        match path.split("/", maxsplit=1)[0]:
            case "organizations" | "departments" | "products":
                return self._of_unit(book, book.unit(entity_id), field)
            case "objectives":
                return self._of_objective(book.objective(entity_id), field)
            case "keyResults":
                return self._of_key_result(*book.key_result(entity_id), field)
            case _:
                return self._of_cycle(history, path, field)

    def _of_point(self, history: Memory, path: str, field: str) -> Any:
        key_result_path, _, _ = path.partition("/progress/")
        _, key_result = Book(history).key_result(source_id(SOURCE, key_result_path))
        check_in = key_result.check_ins[source_id(SOURCE, path)]
        match field:
            case "value":
                return check_in.reading.value
            case "comment":
                return check_in.note
            case _:
                return check_in.measured_at

    def _of_unit(self, book: Book, unit: Unit, field: str) -> Any:
        match field:
            case "name":
                return unit.name
            case "archived":
                return unit.state is UnitState.DISSOLVED
            case "team":
                people = [book.person(person_id) for person_id in unit.members]
                return {f"users/{person.external_id}" for person in people}
            case _:
                kinds = {"organization": UnitKind.COMPANY, "department": UnitKind.DEPARTMENT}
                while unit.kind is not kinds[field] and unit.parent_id is not None:
                    unit = book.unit(unit.parent_id)
                return self._paths[unit.id]

    def _of_cycle(self, history: Memory, path: str, field: str) -> Any:
        cycle = Book(history).cycle(source_id(SOURCE, path))
        match field:
            case "name":
                return cycle.name
            case "startDate":
                return cycle.starts_on
            case "endDate":
                return cycle.ends_on
            case "parent":
                return None if cycle.unit_id is None else self._paths[cycle.unit_id]
            case _:
                states = (state for state in history.states() if isinstance(state, Objective))
                live = [
                    (objective.weight, _progress(objective))
                    for objective in states
                    if objective.cycle_id == cycle.id
                    and objective.state is ObjectiveState.PUBLISHED
                ]
                return float(weighted_mean(live) or 0)

    def _of_objective(self, objective: Objective, field: str) -> Any:
        match field:
            case "name":
                return objective.title
            case "archived":
                # A draft is neither: every objective must have been published.
                return {ObjectiveState.PUBLISHED: False, ObjectiveState.CLOSED: True}[
                    objective.state
                ]
            case "period":
                return self._paths[objective.cycle_id]
            case "parent":
                return self._paths[objective.owner.id]
            case "progression":
                return float(_progress(objective) or 0)
            case _:
                return getattr(objective, field)

    def _of_key_result(self, objective: Objective, key_result: KeyResult, field: str) -> Any:
        measure = key_result.measure
        match field:
            case "name":
                return key_result.title
            case "archived":
                return key_result.state is KeyResultState.DROPPED
            case "objective":
                return self._paths[objective.id]
            case "parent":
                return self._paths[(key_result.owner or objective.owner).id]
            case "unit":
                return measure.unit or ""
            case "startValue":
                return measure.baseline
            case "targetValue":
                return measure.target
            case "progression":
                return float(key_result.progress or 0)
            case _:
                return getattr(key_result, field)


def _progress(objective: Objective) -> Decimal | None:
    return weighted_mean(
        [
            (key_result.weight, key_result.progress)
            for key_result in objective.key_results.values()
            if key_result.state is KeyResultState.LIVE
        ]
    )
