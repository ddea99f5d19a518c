"""What a field must hold, in words for people; what was sent is not repeated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SAID = {
    "missing": "Give this field.",
    "extra_forbidden": "There is no such field; check its name.",
    "uuid_parsing": "Give an id, a UUID.",
    "uuid_type": "Give an id, a UUID.",
    "string_type": "Give a text.",
    "int_type": "Give a whole number.",
    "int_parsing": "Give a whole number.",
    "bool_type": "Give true or false.",
    "bool_parsing": "Give true or false.",
    "tuple_type": "Give a list.",
    "list_type": "Give a list.",
    "dict_type": "Give an object.",
    "model_type": "Give an object.",
    "model_attributes_type": "Give an object.",
    "dataclass_type": "Give an object.",
    "date_type": "Give a day, such as 2026-03-01.",
    "date_parsing": "Give a day, such as 2026-03-01.",
    "date_from_datetime_parsing": "Give a day, such as 2026-03-01.",
    "datetime_type": "Give an instant with its zone, such as 2026-03-01T09:00:00Z.",
    "datetime_parsing": "Give an instant with its zone, such as 2026-03-01T09:00:00Z.",
    "datetime_from_date_parsing": "Give an instant with its zone, such as 2026-03-01T09:00:00Z.",
}


def sentence(error: Mapping[str, Any]) -> str:
    """One finding of pydantic as a sentence that says what to give."""
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind == "missing" and tuple(error["loc"]) == ("body",):
        return "Give a body, a JSON object."
    if kind in _SAID:
        return _SAID[kind]
    match kind:
        case "string_too_long":
            return f"Give at most {context['max_length']} characters."
        case "string_too_short":
            least = context["min_length"]
            return f"Give at least {least} character{'' if least == 1 else 's'}."
        case "too_long":
            return f"Give at most {context['max_length']} characters or items."
        case "greater_than_equal":
            return f"Give a number of at least {context['ge']}."
        case "less_than_equal":
            return f"Give a number of at most {context['le']}."
        case "greater_than":
            return f"Give a number above {context['gt']}."
        case "less_than":
            return f"Give a number below {context['lt']}."
        case "enum" | "literal_error":
            several = " or " in context["expected"]
            return f"Give {'one of ' if several else ''}{context['expected']}."
        case _:
            message = str(error["msg"]).removeprefix("Value error, ")
            return f"{message[:1].upper()}{message[1:].rstrip('.')}."
