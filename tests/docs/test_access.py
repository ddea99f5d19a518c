"""The page that says who may do what, against the table that decides it."""

from __future__ import annotations

import re

from domain.access import ALLOWED, Who
from domain.mandate import OrganisationRole
from tests.api.access.owasp import (
    test_abuse,
    test_authentication,
    test_authorization,
    test_configuration,
)
from tests.docs import pages

PAGE = pages.page("reference/access.md")
TRIED = (test_abuse, test_authentication, test_authorization, test_configuration)


def test_the_page_says_who_may_ask_for_each_command() -> None:
    rows = pages.table(pages.section(PAGE, "Changing"))
    said = {name: who for who, names in rows for name in pages.names(names)}
    assert said == {command.NAME: str(who) for command, who in ALLOWED.items()}
    assert [who for who, _ in rows] == [str(who) for who in Who]


def test_the_page_explains_every_role() -> None:
    rows = pages.table(pages.section(PAGE, "Roles"))
    assert [pages.name(role) for role, _ in rows] == list(OrganisationRole)


def test_the_page_about_security_has_each_item_and_each_item_has_a_test() -> None:
    titles = [one for one in pages.headings(pages.page("explanation/security.md")) if "API" in one]
    items = [title.split()[0].lower() for title in titles]
    assert items == [f"api{number}" for number in range(1, 11)]
    names = [name for module in TRIED for name in vars(module) if name.startswith("test_api")]
    assert {name.split("_")[1] for name in names} == set(items)
    for title in titles:
        slug = re.sub(r"[^a-z0-9]+", "_", title.lower())
        assert any(name.startswith(f"test_{slug}") for name in names), title
