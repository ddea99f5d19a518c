"""The picture in the README, made from the sample: `make picture`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from api.commands.retrospective import Asked, write_retrospective
from api.history import History
from api.importing import import_lines
from api.sample import lines
from api.settings import Settings
from tests import browser as browsers

PICTURE = Path(__file__).parents[2] / "docs/images/retrospective.png"
SIZE = {"width": 1120, "height": 860}


def main() -> None:
    """Write the part of the page with the burn-ups."""
    with TemporaryDirectory() as folder:
        settings = Settings(database=f"sqlite:///{folder}/okr.db")
        history = History(settings)
        import_lines(history.desk, [orjson.dumps(one) for one in lines()])
        history.close()
        page = Path(folder) / "report.html"
        write_retrospective(settings, Asked("2026 Q3", page))
        with (
            browsers.opened() as browser,
            browsers.visit(browser, page.as_uri(), SIZE) as visit,
        ):
            visit.page.locator("#burn-up").evaluate(
                "one => one.scrollIntoView({behavior: 'instant'})"
            )
            PICTURE.parent.mkdir(exist_ok=True)
            visit.page.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
