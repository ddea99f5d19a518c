"""The whole history of the sample company, put together chapter by chapter."""

from typing import Any

from api.sample.changes import write_changes
from api.sample.check_ins import write_check_ins
from api.sample.drafting import write_goals
from api.sample.happened import q1_2026 as q1_went
from api.sample.happened import q2_2026 as q2_went
from api.sample.happened import q3_2026 as q3_went
from api.sample.happened import q4_2025 as q4_went
from api.sample.happened import q4_2026 as now_goes
from api.sample.happened.year import YEAR_CHANGES
from api.sample.journal import Journal
from api.sample.links import write_links
from api.sample.organisation import write_organisation
from api.sample.periods import write_periods
from api.sample.planned import q1_2026, q2_2026, q3_2026, q4_2025, q4_2026
from api.sample.planned.year import NEXT_YEAR_GOALS, YEAR_GOALS
from api.sample.plans import Aim, Chapter
from api.sample.reviews import write_reviews
from api.sample.scores import write_scores

CHAPTERS = (
    Chapter(key="fy26", goals=YEAR_GOALS, changes=YEAR_CHANGES, agreed=False),
    *(
        Chapter(
            key=key,
            goals=planned.GOALS,
            links=went.LINKS,
            changes=went.CHANGES,
            said=went.SAID,
            corrections=went.CORRECTIONS,
        )
        for key, planned, went in (
            ("25q4", q4_2025, q4_went),
            ("26q1", q1_2026, q1_went),
            ("26q2", q2_2026, q2_went),
            ("26q3", q3_2026, q3_went),
            ("26q4", q4_2026, now_goes),
        )
    ),
    Chapter(key="fy27", goals=NEXT_YEAR_GOALS),
)


def lines(seed: int = 1) -> list[dict[str, Any]]:
    """The sample's import lines, ordered by recorded time; the same seed gives the same lines."""
    journal = Journal(seed)
    write_organisation(journal)
    write_periods(journal)
    planned: dict[str, Aim] = {}
    continued = {goal.carried[0] for one in CHAPTERS for goal in one.goals if goal.carried}
    for chapter in CHAPTERS:
        planned = write_goals(journal, chapter, planned)
        write_links(journal, chapter)
        write_changes(journal, chapter)
        standing = write_check_ins(journal, chapter)
        write_scores(journal, chapter, standing)
        write_reviews(journal, chapter, standing, continued)
    return journal.lines()
