"""The first page of the docs leads to every other one, and to the decisions in their order."""

from __future__ import annotations

import re

from tests.docs import pages

INDEX = pages.page("index.md")
LINKS = re.findall(r"\]\(([a-z-]+/[^)]+\.md)\)", INDEX)


def test_every_page_is_found_from_the_first() -> None:
    there = {str(path.relative_to(pages.DOCS)) for path in pages.DOCS.glob("*/*.md")}
    assert set(LINKS) == there
    assert len(LINKS) == len(there)


def test_decisions_stand_in_their_order_under_their_numbers() -> None:
    told = re.findall(r"^(\d+)\. \[.+\]\(decisions/(\d{4})-", INDEX, re.MULTILINE)
    assert [int(number) for number, _ in told] == [int(page) for _, page in told]
    assert told == sorted(told, key=lambda one: one[1])
