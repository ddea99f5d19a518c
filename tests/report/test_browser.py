"""The browser that other tests trust: it reaches nobody outside and repeats what went wrong."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import browser as browsers


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    with browsers.opened() as browser:
        yield browser


def test_a_page_that_asks_outside_is_found_out(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<img src="http://example.com/pixel.png"><script>throw Error("oh")</script>')
    with browsers.visit(browser, page.as_uri()) as visit:
        assert visit.outward == ["http://example.com/pixel.png"]
        assert any("oh" in problem for problem in visit.problems)
        with pytest.raises(AssertionError):
            visit.went_well()


def test_a_quiet_page_goes_well(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>Quiet</title><p>Nothing to see.")
    with browsers.visit(browser, page.as_uri()) as visit:
        visit.went_well()


def test_a_machine_without_a_browser_skips_or_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv(browsers.REQUIRED, raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Chromium"):
        browsers.chromium()
    monkeypatch.setenv(browsers.REQUIRED, "required")
    with pytest.raises(pytest.fail.Exception, match="no Chromium"):
        browsers.chromium()
