"""The page that says who may do what, against the table that decides it."""

from __future__ import annotations

from domain.access import ALLOWED, Who
from domain.mandate import OrganisationRole
from tests.docs import pages

PAGE = pages.page("reference/access.md")


def test_the_page_says_who_may_ask_for_each_command() -> None:
    rows = pages.table(pages.section(PAGE, "Changing"))
    said = {name: who for who, names in rows for name in pages.names(names)}
    assert said == {command.NAME: str(who) for command, who in ALLOWED.items()}
    assert [who for who, _ in rows] == [str(who) for who in Who]


def test_the_page_explains_every_role() -> None:
    rows = pages.table(pages.section(PAGE, "Roles"))
    assert [pages.name(role) for role, _ in rows] == list(OrganisationRole)
