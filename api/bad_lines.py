"""What is told of a line that cannot be imported, in the words of its file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from pydantic import ValidationError

from api.reading import parsed
from api.sentences import sentence
from domain.errors import Invalid, NotFound, Refusal
from domain.values import source_id


class BadLineError(Exception):
    """A line cannot be imported; nothing of its batch was recorded."""

    def __init__(self, number: int, reason: str, recorded: int) -> None:
        so_far = (
            f"Lines up to {recorded} are recorded, none after"
            if recorded
            else "Nothing is recorded"
        )
        super().__init__(
            f"Line {number}: {reason} {so_far}; mend the line and import the file again."
        )
        self.number = number
        self.reason = reason


def in_its_own_words(refusal: Refusal, raw: bytes) -> str:
    """A refusal with the ids of the source, which a person can find in the file, for ours."""
    message = refusal.message
    if isinstance(refusal, NotFound):
        message += " The line that creates it has to come first, with the same source."
    try:
        line = parsed(raw)
        references = list(_texts(line))
    except (Invalid, RecursionError):
        return message
    source = str(line.get("source", "import"))
    for reference in references:
        message = message.replace(str(source_id(source, reference)), repr(reference))
    return message


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in cast("dict[str, Any]", value).values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in cast("list[Any]", value):
            yield from _texts(part)


def sentences(error: ValidationError) -> str:
    """What is wrong with the fields of a line, a sentence each."""
    return " ".join(_sentences(error))


def _sentences(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_input=False, include_url=False):
        where = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            yield f"There is no field {where!r} in this action."
        elif problem["type"] == "missing":
            yield f"The field {where!r} is missing."
        else:
            yield f"{where}: {sentence(problem)}"
