"""A small okr-tracker export made by hand: one document of each kind, to which tests add."""

from typing import Any

from api.converters.okr_tracker import convert
from tests.converters.folding import fold

Line = dict[str, Any]

ORGANIZATION, DEPARTMENT, PRODUCT = "organizations/acme", "departments/sales", "products/shop"
PERIOD, OBJECTIVE, KEY_RESULT = "periods/q2", "objectives/growth", "keyResults/visits"
ANNA, BO = "users/anna", "users/bo"


def minute(number: float) -> dict[str, int]:
    """An instant as the export writes it: so many minutes after 2021-05-06T09:00:00Z."""
    return {"$ts_us": seconds(number) * 1_000_000}


def seconds(number: float) -> int:
    """The same instant as audit entries write dates: plain seconds."""
    return 1_620_291_600 + round(number * 60)


def iso(number: int, micros: int = 0) -> str:
    """The same instant as a line writes it, for less than an hour."""
    return f"2021-05-06T09:{number:02}:00" + (f".{micros:06}Z" if micros else "Z")


def ref(path: str) -> dict[str, str]:
    return {"$ref": path}


def made(number: float, by: str = ANNA) -> dict[str, Any]:
    """What every document says of its creation."""
    return {"created": minute(number), "createdBy": ref(by), "archived": False}


def edited(number: float, by: str = BO) -> dict[str, Any]:
    return {"edited": minute(number), "editedBy": ref(by)}


def updated(path: str, number: float, by: Any = BO, **diff: tuple[Any, Any]) -> dict[str, Any]:
    """An audit entry, by its path."""
    sides = {field: {"before": old, "after": new} for field, (old, new) in diff.items()}
    user = by if by == "system" else ref(by)
    entry = {"documentRef": ref(path), "event": "Updated", "timestamp": minute(number)}
    return {f"audit/{path.replace('/', '-')}-{number}": entry | {"user": user, "diff": sides}}


def created(path: str, number: float, **fields: Any) -> dict[str, Any]:
    """The audit entry of a creation, which holds little."""
    entry = {"documentRef": ref(path), "event": "Created", "timestamp": minute(number)}
    return {f"audit/{path.replace('/', '-')}-created": entry | {"user": ref(ANNA)} | fields}


def point(number: float, value: float | None, name: str = "p", **more: Any) -> dict[str, Any]:
    """A progress point of the key result, measured when it was entered unless said otherwise."""
    document = {"value": value, "timestamp": minute(number)} | made(number) | more
    return {f"{KEY_RESULT}/progress/{name}": document}


def export(*parts: dict[str, Any]) -> dict[str, Any]:
    """The small export, with parts added; a document given again adds to its fields."""
    documents: dict[str, Any] = {
        ORGANIZATION: {"name": "Acme", "team": None} | made(0),
        DEPARTMENT: {"name": "Sales", "team": [], "organization": ref(ORGANIZATION)} | made(1),
        PRODUCT: {
            "name": "Shop",
            "team": None,
            "department": ref(DEPARTMENT),
            "organization": ref(ORGANIZATION),
        }
        | made(2),
        PERIOD: {
            "name": "Q2",
            "parent": ref(PRODUCT),
            "startDate": {"$ts_us": 1_617_235_200_000_000},
            "endDate": {"$ts_us": 1_625_090_399_999_000},
        }
        | made(3),
        OBJECTIVE: {
            "name": "Grow",
            "description": "",
            "weight": 1,
            "period": ref(PERIOD),
            "parent": ref(PRODUCT),
        }
        | made(4),
        KEY_RESULT: {
            "name": "Visits",
            "description": "",
            "unit": "%",
            "startValue": 0,
            "targetValue": 100,
            "weight": 2,
            "objective": ref(OBJECTIVE),
            "parent": ref(PRODUCT),
        }
        | made(5),
    }
    for part in parts:
        for path, fields in part.items():
            documents[path] = documents.get(path, {}) | fields
    return documents


def lines(*parts: dict[str, Any]) -> dict[str, Line]:
    """The lines of the small export with these parts, by id, once the domain has taken them all."""
    conversion = convert(export(*parts))
    fold(conversion.lines)
    return {line["id"]: line for line in conversion.lines}


def report(*parts: dict[str, Any]) -> dict[str, int]:
    """The report on the small export with these parts."""
    return convert(export(*parts)).report
