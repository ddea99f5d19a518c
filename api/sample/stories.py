"""What there is to find in the sample: six things that happen to real teams, with their ids."""

from typing import NamedTuple

from api.sample.journal import SOURCE
from domain.values import source_id


class Story(NamedTuple):
    """Something planted; `entities` are the ids of the lines that created what it is about."""

    name: str
    entities: tuple[str, ...]
    what: str


STORIES = (
    Story(
        "target-lowered-late",
        ("26q3-growth-o1-kr1",),
        "At 23 clinics, four weeks before the end and long after the freeze, the target of 90 "
        "becomes 45. It is recorded two days after it was decided, and scored 0.95.",
    ),
    Story(
        "sandbagger",
        ("25q4-p11-o1", "26q1-p11-o1", "26q2-p11-o1", "26q3-p11-o1"),
        "Person p11 is sure from the first week, reaches every target and always scores 1.0.",
    ),
    Story(
        "early-honest-warning",
        ("26q3-apps-o1-kr1",),
        "In the third week confidence falls from 7 to 3, with a note and a next action; a review "
        "follows within days, its action is done, and the target is reached.",
    ),
    Story(
        "out-of-rhythm",
        ("data",),
        "The unit checks in three times a quarter, with gaps of five weeks, and days late.",
    ),
    Story(
        "orphaned-objective",
        ("26q3-china-o2", "26q3-product-o2"),
        "The second objective is dropped in August; the first, which contributes to it, goes on "
        "to the end and keeps its alignment.",
    ),
    Story(
        "carried-over-and-over",
        ("26q1-care-o2", "26q2-care-o2", "26q3-care-o2"),
        "The same objective in three cycles; its first target goes from 85 to 80 to 75.",
    ),
)

_LOWERED = source_id(SOURCE, "26q3-growth-o1-kr1")
_MEASURE = r'"(target|value|progress)":[^,]*'
_WHO_AND_WHY = r'"((recorded|effective)_at|name|text|from|to)":("[^"]*"|[0-9]+)'

QUESTIONS = (
    (
        "What was true of this key result on 3 September?",
        f"/v1/key-results/{_LOWERED}?as_of=2026-09-03T00:00:00Z",
        _MEASURE,
    ),
    (
        "And what did everybody believe on that day?",
        f"/v1/key-results/{_LOWERED}?known_at=2026-09-03T00:00:00Z",
        _MEASURE,
    ),
    (
        "Who lowered its target, when, when did we learn of it, and why?",
        f"/v1/audit?entity_id={_LOWERED}&type=TargetAdjusted",
        _WHO_AND_WHY,
    ),
)
"""What to ask first: each question with its path, and a pattern for the parts that answer it."""
