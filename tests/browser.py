"""A real Chromium without a network: it opens files and this machine's own servers only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REQUIRED = "OKR_TEST_BROWSER"
"""Set to `required`, a machine without a Chromium fails the tests that need one."""

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
NOBODY = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""No name leads anywhere."""


class Visit:
    """A page that was opened, with everything that went wrong on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        self.outward: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.route("**/*", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def _asked(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme == "file" or address.hostname == "127.0.0.1":
            route.continue_()
        else:
            self.outward.append(route.request.url)
            route.abort()

    def went_well(self) -> None:
        """Nothing was said on the console, and nobody outside was asked for anything."""
        assert self.problems == []
        assert self.outward == []


def chromium() -> str:
    """Where the browser is; the test is skipped, or fails where that is forbidden, without one."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        say = "There is no Chromium on this machine; install Debian's package chromium."
        if os.environ.get(REQUIRED) == "required":
            pytest.fail(say)
        pytest.skip(say)
    return found


@contextmanager
def opened() -> Generator[Browser]:
    """The browser, to be closed at the end."""
    executable = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=[f"--host-resolver-rules={NOBODY}"]
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(
    browser: Browser,
    address: str,
    size: dict[str, int] = DESKTOP,
    *,
    dark: bool = False,
    locale: str = "en",
) -> Generator[Visit]:
    """Open an address as somebody with such a screen would, in dark mode if they chose that."""
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if dark else "light",
        locale=locale,
    )
    try:
        found = Visit(context.new_page())
        found.page.goto(address)
        yield found
    finally:
        context.close()
