"""The page of a retrospective, as people open it: in a real browser, with no network."""

from __future__ import annotations

import re
from collections.abc import Generator
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

import orjson
import pytest
from playwright.sync_api import Browser
from sqlalchemy import Connection

from api.commands.retrospective import Asked, write_retrospective
from api.converters.okr_tracker import convert
from api.history import History
from api.importing import import_lines
from api.report.words import LANGUAGES, Language, catalogue, preferred
from api.sample import lines
from api.settings import Settings
from domain.values import ReasonCode
from projections.instants import Moment
from projections.naming import named
from projections.states import states_at
from projections.vocabulary import TYPES
from tests import browser as browsers
from tests.converters.test_okr_tracker_export import EXPORT

API = Path(__file__).parents[2] / "api"
FIGURES = ("outline", "alignment", "burn-up", "heat", "confidence", "calibration")
SEVERE = ("serious", "critical")


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    with browsers.opened() as browser:
        yield browser


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    where = tmp_path_factory.mktemp("sample") / "okr.db"
    settings = Settings(database=f"sqlite:///{where}")
    history = History(settings)
    # What somebody wrote is shown as it was written, whatever it looks like.
    told = [one | {"title": HOSTILE} if one["id"] == RENAMED else one for one in lines()]
    import_lines(history.desk, [orjson.dumps(one) for one in told])
    history.close()
    return settings


HOSTILE, RENAMED = "<script>alert('x')</script> & <b>Partners</b>", "26q3-growth-o1"


def written(settings: Settings, asked: Asked) -> Path:
    write_retrospective(settings, asked)
    return asked.output


@pytest.fixture(scope="module")
def pages(sample: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[Language, Path]:
    folder = tmp_path_factory.mktemp("pages")
    return {
        one: written(sample, Asked("2026 Q3", folder / f"{one}.html", one)) for one in LANGUAGES
    }


@pytest.mark.parametrize(
    ("language", "size", "dark"),
    [
        ("en", browsers.DESKTOP, False),
        ("en", browsers.DESKTOP, True),
        ("en", browsers.PHONE, True),
        ("zh", browsers.PHONE, False),
    ],
)
def test_the_page_of_the_sample_opens_anywhere(
    browser: Browser,
    pages: dict[Language, Path],
    language: Language,
    size: dict[str, int],
    dark: bool,
) -> None:
    with browsers.visit(browser, pages[language].as_uri(), size, dark=dark) as visit:
        page = visit.page
        for figure in FIGURES:
            assert page.locator(f"figure#{figure}").is_visible(), figure
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert page.locator("figure .chart:visible").count() >= 10
        assert page.locator("figure table").count() >= len(FIGURES) - 1
        assert page.locator("html").get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[language]
        assert broken_links(visit) == []
        assert barriers(visit) == []
        visit.went_well()


def barriers(visit: browsers.Visit) -> list[str]:
    """What keeps somebody from reading a page, by Deque's rules."""
    visit.page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found: list[dict[str, Any]] = visit.page.evaluate("axe.run().then(all => all.violations)")
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary'][:200]}"
        for one in found
        if one["impact"] in SEVERE
        for node in one["nodes"][:3]
    ]


def broken_links(visit: browsers.Visit) -> list[str]:
    """The links of a page that lead to no anchor on it; there are some that do."""
    hrefs: list[str] = visit.page.evaluate(
        "[...document.querySelectorAll('body a')].map(a => a.getAttribute('href'))"
    )
    ids = set(visit.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
    assert any(one.startswith("#p") for one in hrefs)
    return [one for one in hrefs if one.removeprefix("#") not in ids]


def test_what_people_wrote_is_text_in_every_form(
    browser: Browser, sample: Settings, pages: dict[Language, Path], tmp_path: Path
) -> None:
    with browsers.visit(browser, pages["en"].as_uri()) as visit:
        assert visit.page.locator("script").count() == 0
        assert visit.page.get_by_text(HOSTILE).count() > 0
        visit.went_well()
    document = written(sample, Asked("2026 Q3", tmp_path / "report.md")).read_text()
    assert HOSTILE not in document
    assert "\\<script\\>" in document


def test_the_stories_of_the_sample_are_told(pages: dict[Language, Path]) -> None:
    said = pages["en"].read_text()
    lowered = re.search(r"The target of “[^”]*” went from 90 to 45 28 days before the end", said)
    assert lowered
    assert "Always 1.0, and sure of it" in said
    assert re.search(r"warned \d+ days before the end and recovered", said)
    assert re.search(r"Data Platform checked in in \d+ of \d+ expected periods", said)
    assert "went on although what it supported, “A marketplace for add-ons”, was gone" in said
    assert "is in its cycle number 3" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_leads_to_its_evidence(
    pages: dict[Language, Path], language: Language
) -> None:
    said = pages[language].read_text()
    section = re.search(r'<section id="questions".*?</section>', said, re.DOTALL)
    assert section
    asked = re.findall(r"<li>(.*?)</li>", section[0], re.DOTALL)
    assert len(asked) > 10
    for question in asked:
        links = re.findall(r'href="#(p\d+)"', question)
        assert links, question
        assert all(f'<tr id="{link}">' in said for link in links), question


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_in_status_and_beliefs_are_shown(
    pages: dict[Language, Path], language: Language
) -> None:
    said, texts = pages[language].read_text(), catalogue(language)
    for name in ("standing.days", "standing.believed", "standing.changed"):
        table = re.search(rf"<caption>{texts[name]}</caption>.*?</table>", said, re.DOTALL)
        assert table, name
        assert table[0].count("<tr") > 5, name


def test_what_stands_alone_in_the_picture_leads_to_its_evidence(
    pages: dict[Language, Path],
) -> None:
    said = pages["en"].read_text()
    outline = re.search(r'<figure id="outline".*?</figure>', said, re.DOTALL)
    assert outline
    items = re.split(r"(?=<li )", outline[0])
    marked = [one for one in items if one.startswith(('<li class="alone', '<li class="orphaned'))]
    assert marked
    for item in marked:
        assert re.search(r'href="#p\d+"', item), item


def test_the_document_holds_every_figure_as_a_table(sample: Settings, tmp_path: Path) -> None:
    document = written(sample, Asked("2026 Q3", tmp_path / "report.md", "zh")).read_text()
    for title in ("各目标的燃起图", "信心随时间的变化", "各关键结果每周的状态", "信心是否准确？"):
        assert f"### {title}" in document
    cited = set(re.findall(r"\]\(#(p\d+)\)", document))
    assert cited
    assert cited <= set(re.findall(r'<a id="(p\d+)">', document))


def test_a_report_can_be_narrowed_and_told_as_it_was_known(
    sample: Settings, tmp_path: Path
) -> None:
    asked = Asked("2026 Q3", tmp_path / "growth.html", unit="Growth")
    narrowed = written(sample, asked).read_text()
    assert "Only what Growth owns, with the units below it." in narrowed
    assert "Nightly load" not in narrowed
    early = asked._replace(output=tmp_path / "early.html", known_at="2026-09-03T00:00:00Z")
    assert "from 90 to 45" not in written(sample, early).read_text()


def test_the_real_export_is_told_with_its_gaps(browser: Browser, tmp_path: Path) -> None:
    if not EXPORT.exists():
        pytest.skip(f"the real okr-tracker export is absent: ../{'/'.join(EXPORT.parts[-4:])}")
    settings = Settings(database=f"sqlite:///{tmp_path / 'okr.db'}")
    history = History(settings)
    export = orjson.loads(EXPORT.read_bytes())
    import_lines(history.desk, [orjson.dumps(line) for line in convert(export).lines])
    history.catch_up()
    with history.ask() as question:
        cycle_id = fullest(question.connection, question.moment)
    history.close()
    for language in LANGUAGES:
        page = written(settings, Asked(cycle_id, tmp_path / f"{language}.html", language))
        with browsers.visit(browser, page.as_uri()) as visit:
            for figure in ("outline", "alignment", "burn-up", "heat", "confidence"):
                assert visit.page.locator(f"figure#{figure}").is_visible(), figure
            assert broken_links(visit) == []
            visit.went_well()
        said = catalogue(language)
        assert said["unknown.never_frozen"] in page.read_text()


def fullest(connection: Connection, moment: Moment) -> str:
    """The cycle that holds most."""
    cycles = named(connection, "cycle", moment)
    held = {one: len(states_at(connection, one, moment)) for one in cycles}
    return max(held, key=lambda one: held[one])


# The catalogues.


def test_both_catalogues_say_everything_with_the_same_parts() -> None:
    english, chinese = catalogue("en"), catalogue("zh")
    assert set(english) == set(chinese)
    for name, text in english.items():
        assert parts(text) == parts(chinese[name]) or name.startswith("locale."), name


def parts(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


def test_no_text_is_missing_and_none_is_left_over() -> None:
    code = "".join(path.read_text() for path in (API / "report").rglob("*.py"))
    code += "".join(path.read_text() for path in (API / "report").rglob("*.jinja"))
    beginnings = (*re.findall(r'f"([a-z]+\.[a-z_]*)\{', code), "sign.", "locale.", "status.")
    named = set(re.findall(r"""["']([a-z]+\.[a-z_]+)["']""", code))
    loose = set(re.findall(r'"([a-z_]+)"', code))
    for name in catalogue("en"):
        plain = name.removesuffix("_one")
        told = plain in named or name.startswith(beginnings)
        assert told or name.partition(".")[2] in loose, name
    sections = {name.partition(".")[0] for name in catalogue("en")}
    meant = {name for name in named - {"page.css"} if name.partition(".")[0] in sections}
    assert meant <= set(catalogue("en"))


def test_every_event_and_every_reason_has_a_name() -> None:
    names = {f"event.{one}" for one in TYPES} | {f"reason.{one}" for one in ReasonCode}
    assert names <= set(catalogue("en"))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr, en;q=0.8, zh;q=0.9", "zh"),
        ("zh;q=0, en", "en"),
        ("de", "en"),
    ],
)
def test_the_language_is_the_one_liked_best(header: str, language: str) -> None:
    assert preferred(header) == language
