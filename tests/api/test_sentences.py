"""What a field must hold is said in words for people, whatever pydantic calls it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Gt, Le, Lt, MinLen
from pydantic import TypeAdapter, ValidationError

from api.sentences import sentence


@pytest.mark.parametrize(
    ("shape", "given", "said"),
    [
        (Annotated[int, Ge(1)], 0, "Give a number of at least 1."),
        (Annotated[int, Le(500)], 501, "Give a number of at most 500."),
        (Annotated[int, Gt(0)], 0, "Give a number above 0."),
        (Annotated[int, Lt(9)], 9, "Give a number below 9."),
        (Annotated[str, MinLen(1)], "", "Give at least 1 character."),
        (Annotated[str, MinLen(2)], "", "Give at least 2 characters."),
        (Literal["cloudevents"], "x", "Give 'cloudevents'."),
        (Literal["asc", "desc"], "up", "Give one of 'asc' or 'desc'."),
    ],
)
def test_a_field_that_cannot_be_accepted_says_what_to_give(
    shape: Any, given: object, said: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(shape).validate_python(given)
    assert sentence(refused.value.errors()[0]) == said
