"""Who works at the sample company, in which unit, and who speaks for whom on a given day."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Person(NamedTuple):
    """Somebody with the unit they work in when the story begins, or when they are hired."""

    id: str
    name: str
    login: str
    unit: str
    role: str = "member"
    hired: date | None = None


PEOPLE = (
    Person("p01", "Ingrid Solberg", "ingrid", "company", "lead"),
    Person("p02", "Daniel Okafor", "daniel", "operations", "lead"),
    Person("p03", "Priya Raman", "priya", "product", "lead"),
    Person("p04", "Tomás Herrera", "tomas", "product"),
    Person("p05", "Yuki Tanaka", "yuki", "product"),
    Person("p06", "Hannah Weiss", "hannah", "product"),
    Person("p07", "Babajide Cole", "babajide", "product"),
    Person("p08", "Sofia Marchetti", "sofia", "growth", "lead"),
    Person("p09", "Liam O’Connor", "liam", "growth"),
    Person("p10", "Amara Diallo", "amara", "growth"),
    Person("p11", "Jonas Lindqvist", "jonas", "growth"),
    Person("p12", "Camille Fournier", "camille", "growth"),
    Person("p13", "Nadia Haddad", "nadia", "operations"),
    Person("p14", "Mateusz Kowalski", "mateusz", "operations"),
    Person("p15", "Grace Kimani", "grace", "operations"),
    Person("p16", "Elif Demir", "elif", "apps", "lead"),
    Person("p17", "Oliver Brandt", "oliver", "apps"),
    Person("p18", "Liu Yang", "liuyang", "apps"),
    Person("p19", "Marta Nowak", "marta", "apps"),
    Person("p20", "Rahul Mehta", "rahul", "apps"),
    Person("p21", "Chloé Dubois", "chloe", "apps"),
    Person("p22", "Viktor Petrov", "viktor", "data", "lead"),
    Person("p23", "Zhang Min", "zhangmin", "data"),
    Person("p24", "Aisha Khan", "aisha", "data"),
    Person("p25", "Samuel Osei", "samuel", "data"),
    Person("p26", "Inês Carvalho", "ines", "data"),
    Person("p27", "Fatima El-Sayed", "fatima", "care", "lead"),
    Person("p28", "Petr Novák", "petr", "care"),
    Person("p29", "Thandiwe Moyo", "thandiwe", "care"),
    Person("p30", "Lucas Almeida", "lucas", "care"),
    Person("p31", "Sarah Cohen", "sarah", "care"),
    Person("p32", "李娜", "lina", "china", "lead"),
    Person("p33", "王浩然", "haoran", "china"),
    Person("p34", "周婷婷", "tingting", "china"),
    Person("p35", "赵磊", "zhaolei", "china"),
    Person("p36", "吴静", "wujing", "china"),
    Person("p37", "Dmitri Volkov", "dmitri", "product"),
    Person("p38", "Park Hye-jin", "hyejin", "growth"),
    Person("p39", "Noah Fischer", "noah", "apps", hired=date(2026, 1, 12)),
    Person("p40", "Leila Rahimi", "leila", "data", hired=date(2026, 4, 13)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Somebody took another role, changed teams, or left; `told` is when it was recorded."""

    person: str
    on: date
    told: date
    leaves: str | None = None
    joins: str | None = None
    role: str = "member"


MOVES = (
    Move(
        person="p21",
        on=date(2026, 2, 2),
        told=date(2026, 2, 5),
        leaves="apps",
        joins="data",
    ),
    Move(person="p28", on=date(2026, 3, 2), told=date(2026, 3, 2), joins="care", role="lead"),
    Move(person="p27", on=date(2026, 3, 2), told=date(2026, 3, 2), joins="care"),
    Move(person="p31", on=date(2026, 6, 30), told=date(2026, 7, 2), leaves="care"),
)
CARE_MOVED = date(2026, 2, 4)
"""When it was recorded that Customer Care now stands below Operations."""

SECOND_HOMES = {"company": ("p02",)}
"""Who is a member of a unit besides the one they work in."""

OWN_GOALS_ONLY = frozenset({"p11"})
"""Who looks after their own objectives and no key results of their unit."""


def roles(unit: str, day: date) -> dict[str, str]:
    """Everybody in a unit on a day, with their role."""
    here = {
        one.id: one.role for one in PEOPLE if one.unit == unit and (one.hired or day) <= day
    } | dict.fromkeys(SECOND_HOMES.get(unit, ()), "member")
    for move in MOVES:
        if move.told <= day and move.leaves == unit:
            here.pop(move.person, None)
        if move.told <= day and move.joins == unit:
            here[move.person] = move.role
    return here


def lead(unit: str, day: date) -> str:
    """Who leads a unit on a day."""
    return next(person for person, role in roles(unit, day).items() if role == "lead")


def keepers(unit: str, first: date, last: date) -> tuple[str, ...]:
    """Who may look after a unit's key results: those who are there for all of the cycle."""
    there = roles(unit, last)
    here = (one for one in roles(unit, first) if one in there and one not in OWN_GOALS_ONLY)
    return tuple(here)


def is_person(owner: str) -> bool:
    """Whether an owner is a person and not a unit."""
    return owner[0] == "p" and owner[1:].isdigit()


def owner_of(entity_id: str) -> str:
    """The unit or person in the middle of an id such as `26q1-growth-o2-kr1`."""
    return entity_id.split("-")[1]


def voice(owner: str, day: date) -> str:
    """Who speaks for an owner: the person, or the lead of the unit."""
    return owner if is_person(owner) else lead(owner, day)


def superior(owner: str, day: date) -> str:
    """Who agrees on a score with an owner: the lead of a person's unit, or of the unit above."""
    return lead(home(owner) if is_person(owner) else _above(owner, day), day)


def _above(unit: str, day: date) -> str:
    if unit == "care":
        return "operations" if day >= CARE_MOVED else "growth"
    return {"apps": "product", "data": "product", "china": "growth"}.get(unit, "company")


def home(owner: str) -> str:
    """The unit that an owner is, or works in."""
    return next(one.unit for one in PEOPLE if one.id == owner) if is_person(owner) else owner
