"""Which form an answer takes, by what the caller accepts."""

from __future__ import annotations

import pytest
from fastapi import Request

from api.negotiation import CSV, JSON, JSON_LINES, chosen
from api.problems import NotAcceptableError

OFFERED = (JSON, JSON_LINES, CSV)


def asked(*accept: str) -> Request:
    headers = [(b"accept", one.encode()) for one in accept]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", JSON),
        ("text/csv", CSV),
        ("TEXT/CSV; charset=utf-8", CSV),
        ("application/*", JSON),
        ("text/*, application/json;q=0.9", CSV),
        ("application/json;q=0.2, application/jsonl;q=0.9", JSON_LINES),
        ("text/html, */*;q=0.1", JSON),
        ("*/*, application/jsonl", JSON_LINES),
        ("application/json;q=0, */*", JSON_LINES),
        ("text/csv, application/jsonl", CSV),
        ("application/jsonl, text/csv", JSON_LINES),
    ],
)
def test_the_most_precise_part_speaks_and_the_best_liked_wins(accept: str, kind: str) -> None:
    assert chosen(asked(accept), *OFFERED) == kind


def test_without_a_wish_the_first_is_taken_and_headers_add_up() -> None:
    assert chosen(asked(), *OFFERED) == JSON
    assert chosen(asked("text/html", "text/csv"), *OFFERED) == CSV


@pytest.mark.parametrize(
    "accept",
    ["text/html", "application/json;q=0", "*/*;q=0", "text/csv;q=2", "text/csv;q=nan", ","],
)
def test_who_takes_none_is_told_what_there_is(accept: str) -> None:
    with pytest.raises(NotAcceptableError) as refused:
        chosen(asked(accept), *OFFERED)
    assert refused.value.detail.startswith("This can be answered as application/json,")
    assert "or text/csv" in refused.value.detail
