"""The reference against the code: a page that misses something, or says it otherwise, fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic_core import PydanticUndefined

from api import importing, problems
from api.access import issuer, token_sign_in
from api.cli import app
from api.commands.running import STOP_SECONDS
from api.commands.serve import MOST_WORKERS
from api.settings import Settings
from domain import desk, errors
from domain.errors import Refusal
from domain.log import postgres
from projections import postgres_views, status
from projections.retrospective import (
    across,
    early_warnings,
    findings,
    rhythm,
    sandbagging,
    strategy_or_rhythm,
    unfollowed_parents,
)
from tests.docs import pages

ERRORS = pages.page("reference/errors.md")
SETTINGS = pages.page("reference/settings.md")
COMMAND_LINE = pages.page("reference/cli.md")
PAGES = sorted(path.relative_to(pages.DOCS).as_posix() for path in pages.DOCS.rglob("*.md"))


def _refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for one in kind.__subclasses__():
        yield one
        yield from _refusals(one)


def test_every_refusal_is_listed_with_its_title() -> None:
    families, *listed = pages.tables(ERRORS)
    titles = {pages.name(row[0]): row[1] for rows in listed for row in rows}
    bare = {pages.name(row[0]) for row in families} - {"Invalid"}
    wanted = {kind.__name__: kind.title for kind in _refusals() if kind.__name__ not in bare}
    assert titles == wanted


def test_every_refusal_stands_in_its_family() -> None:
    for title, family in {
        "Not found": errors.NotFound,
        "Forbidden": errors.Forbidden,
        "Invalid": errors.Invalid,
        "Stale": errors.Stale,
    }.items():
        listed = {pages.name(row[0]) for row in pages.table(pages.section(ERRORS, title))}
        assert listed - {family.__name__} == {kind.__name__ for kind in _refusals(family)}


def test_the_families_have_the_statuses_of_http() -> None:
    families = pages.tables(ERRORS)[0]
    statuses = {pages.name(name): int(status) for name, status, _meaning in families}
    assert set(statuses) == {kind.__name__ for kind in Refusal.__subclasses__()}
    for family in Refusal.__subclasses__():
        assert problems.problem_of(family).status == statuses[family.__name__]


def test_the_type_of_a_problem_is_the_name_in_kebab_case() -> None:
    assert f"`{problems.problem_of(errors.CycleStateForbids).type}`" in ERRORS


def test_every_setting_is_documented_with_its_default() -> None:
    rows = pages.table(SETTINGS)
    said = {pages.name(name): "".join(pages.names(default)) for name, default, _ in rows}
    fields = Settings.model_fields
    assert said == {f"OKR_{name.upper()}": str(one.default) for name, one in fields.items()}
    assert {f"`{name}`" for name in said} < set(pages.headings(SETTINGS))


def _commands(command: Any, name: str = "okr") -> Iterator[tuple[str, Any]]:
    below: dict[str, Any] = getattr(command, "commands", {})
    for word, one in below.items():
        yield from _commands(one, f"{name} {word}")
    if not below:
        yield name, command


COMMANDS = dict(_commands(typer.main.get_command(app)))


def test_every_command_of_the_command_line_has_a_section() -> None:
    titles = [title for title in pages.headings(COMMAND_LINE) if title.startswith("`")]
    assert titles == [f"`{name}`" for name in COMMANDS]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_of_the_command_line_lists_its_options(name: str) -> None:
    rows = pages.table(pages.section(COMMAND_LINE, f"`{name}`"))
    said = {tuple(pages.names(row[0])): row[1] for row in rows}
    options = {_spelled(option): option for option in COMMANDS[name].params}
    assert set(said) == set(options)
    for spelling, option in options.items():
        if option.default not in (None, False, PydanticUndefined):
            assert said[spelling] == f"`{option.default}`"


def _spelled(option: Any) -> tuple[str, ...]:
    """An option as it is typed; an argument as the help writes it."""
    argument = option.param_type_name == "argument"
    return (option.name.upper(),) if argument else tuple(option.opts)


RETROSPECTIVES = (
    f"fewer than {findings.SMALL_SAMPLE} things",
    f"fewer than {findings.SMALL_FORECASTS} forecasts",
    f"{sandbagging.ENOUGH} scored key results",
    f"first confidence of {sandbagging.SURE} or more",
    f"falls by {early_warnings.FALL} or more to below {status.ON_TRACK}",
    f"within {early_warnings.FOLLOW_UP_DAYS} days after it",
    f"by {unfollowed_parents.FOLLOW_DAYS} days after the move was recorded",
    f"{rhythm.IN_RHYTHM} and more are kept `in_rhythm`, below {rhythm.OUT_OF_RHYTHM} is",
    f"fewer than {strategy_or_rhythm.FEW_PERIODS} expected",
    f"at most {across.CYCLES - 1} before it",
)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("reference/cli.md", f"batches of {importing.BATCH:,},"),
        ("reference/cli.md", f"at most {MOST_WORKERS} "),
        ("reference/cli.md", f"finish for up to {STOP_SECONDS} seconds"),
        ("reference/errors.md", f"{desk.ATTEMPTS} times over"),
        ("how-to/sign-in.md", f"Clocks may differ by {token_sign_in.LEEWAY_SECONDS} seconds"),
        ("how-to/sign-in.md", f"again after {issuer.FRESH_SECONDS // 60:.0f} minutes"),
        ("how-to/sign-in.md", f"never twice within {issuer.PATIENT_SECONDS:.0f} seconds"),
        ("explanation/architecture.md", f"up to {desk.ATTEMPTS} times"),
        (
            "how-to/run-with-postgresql.md",
            (
                f"at most {postgres.READERS} connections for reading the log, "
                f"{postgres_views.READERS} for reading the views"
            ),
        ),
        ("explanation/progress-and-scores.md", f"older than {status.STALE_AFTER} times"),
        ("explanation/progress-and-scores.md", f"confidence {status.ON_TRACK} or more"),
        ("explanation/progress-and-scores.md", f"confidence below {status.AT_RISK}"),
        *(("explanation/retrospectives.md", said) for said in RETROSPECTIVES),
        ("decisions/0008-closed-cycle-staleness.md", f"older than {status.STALE_AFTER} times"),
    ],
)
def test_a_number_in_the_docs_is_that_of_the_code(page: str, said: str) -> None:
    assert said in " ".join(pages.page(page).split())


@pytest.mark.parametrize("page", PAGES)
def test_every_link_between_pages_leads_somewhere(page: str) -> None:
    for link in pages.links(pages.page(page)):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, fragment = link.partition("#")
        target = (pages.DOCS / page).parent / path if path else pages.DOCS / page
        assert target.exists(), link
        if fragment:
            assert fragment in _anchors(target), link


def _anchors(path: Path) -> list[str]:
    return [pages.anchor(title) for title in pages.headings(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", [page for page in PAGES if page != "index.md"])
def test_every_page_is_found_from_the_index(page: str) -> None:
    assert page in set(pages.links(pages.page("index.md")))
