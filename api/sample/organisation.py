"""How the sample company is built: its people, its units, and what changed about them in a year."""

from datetime import date
from typing import Any

from api.sample.journal import Journal, at_hour
from api.sample.people import MOVES, PEOPLE, SECOND_HOMES, Move, Person

HR = "hr-sync"
"""The system that people and memberships come from."""

UNITS = (
    ("company", "Larkfield", "company", None),
    ("product", "Product", "department", "company"),
    ("growth", "Growth", "department", "company"),
    ("operations", "Operations", "department", "company"),
    ("apps", "Web and Mobile", "team", "product"),
    ("data", "Data Platform", "team", "product"),
    ("care", "Customer Care", "team", "growth"),
    ("china", "中国市场", "team", "growth"),
)
"""Id, name, kind and parent of every unit."""

FOUNDED = date(2025, 8, 18)
MANAGER = "p02"


def write_organisation(journal: Journal) -> None:
    """Register the people, form the units, and tell what changed during the year."""
    for number, person in enumerate(PEOPLE):
        _register(journal, person, number)
    for number, (unit, name, kind, parent) in enumerate(UNITS):
        fields: dict[str, Any] = {"parent_id": parent} if parent else {}
        at = at_hour(FOUNDED, 10, number)
        journal.write(unit, "form_unit", at, MANAGER, name=name, kind=kind, **fields)
    for number, person in enumerate(PEOPLE):
        _join(journal, person.id, person.unit, person.role, person.hired or FOUNDED, number)
    for unit, people in SECOND_HOMES.items():
        for number, person in enumerate(people):
            _join(journal, person, unit, "member", FOUNDED, 50 + number)
    for move in MOVES:
        _move(journal, move)
    _reorganise(journal)
    _rename(journal)


def _register(journal: Journal, person: Person, number: int) -> None:
    journal.write(
        person.id,
        "register_person",
        at_hour(person.hired or FOUNDED, 9, number),
        HR,
        name=person.name,
        email=f"{person.login}@larkfield.example",
        external_id=f"LF-{1000 + 7 * number}",
    )


def _join(journal: Journal, person: str, unit: str, role: str, day: date, minute: int) -> None:
    journal.write(
        f"{unit}-join-{person}",
        "join_unit",
        at_hour(day, 11, minute),
        HR,
        unit_id=unit,
        person_id=person,
        role=role,
    )


def _move(journal: Journal, move: Move) -> None:
    at, told = at_hour(move.on, 8), at_hour(move.told, 14, 20)
    if move.leaves:
        journal.write(
            f"{move.leaves}-leave-{move.person}",
            "leave_unit",
            at,
            HR,
            recorded_at=told,
            unit_id=move.leaves,
            person_id=move.person,
        )
    if move.joins:
        journal.write(
            f"{move.joins}-join-{move.person}-as-{move.role}",
            "join_unit",
            at,
            HR,
            recorded_at=told,
            unit_id=move.joins,
            person_id=move.person,
            role=move.role,
        )


def _reorganise(journal: Journal) -> None:
    """Customer Care moved to Operations; the apps team took a name that patients understand."""
    journal.write(
        "care-move-to-operations",
        "move_unit",
        at_hour(date(2026, 2, 2), 8),
        MANAGER,
        recorded_at=at_hour(date(2026, 2, 4), 9, 40),
        why=(
            "priority_changed",
            "Care belongs with those who keep our promises, not who make them.",
        ),
        unit_id="care",
        parent_id="operations",
    )
    journal.write(
        "apps-rename",
        "rename_unit",
        at_hour(date(2026, 4, 1), 8),
        "p16",
        recorded_at=at_hour(date(2026, 4, 7), 15, 10),
        unit_id="apps",
        name="Patient Apps",
    )


def _rename(journal: Journal) -> None:
    journal.write(
        "p19-rename",
        "rename_person",
        at_hour(date(2026, 5, 11), 9),
        HR,
        person_id="p19",
        name="Marta Nowak-Berg",
    )
    journal.write(
        "p19-contact",
        "change_contact",
        at_hour(date(2026, 5, 12), 9),
        HR,
        person_id="p19",
        email="marta.nowak-berg@larkfield.example",
    )
