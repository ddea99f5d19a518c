"""A retrospective put into words, and written as a page or as a document."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from api.history import Question
from api.report.blocks import Report
from api.report.causes import causes
from api.report.course import course
from api.report.evaluate import evaluate
from api.report.evidence import evidence
from api.report.lessons import lessons, to_talk_about
from api.report.recall import recall
from api.report.subject import MOST_CITES, Subject
from api.report.summary import facts, summary
from api.report.words import Language, Words
from projections.retrospective.across import across
from projections.retrospective.report import Retrospective
from projections.retrospective.scope import Scope
from projections.states import states_of

HTML, MARKDOWN = "text/html", "text/markdown"


class Asked(NamedTuple):
    """A retrospective that was found, with the moment it is about and the zone of its days."""

    question: Question
    found: Retrospective
    zone: ZoneInfo


def written(asked: Asked, form: str, language: Language) -> str:
    """The retrospective as `text/html` or `text/markdown`."""
    made = report(asked.question, asked.found, language, asked.zone)
    return (html if form == HTML else markdown)(made, asked.zone)


def report(question: Question, found: Retrospective, language: Language, zone: ZoneInfo) -> Report:
    """Everything that is said of a retrospective, in the order of 复盘."""
    words = Words(language, zone)
    scope = Scope(found.scope.unit_id, found.scope.person_id)
    before = across(question.connection, found.cycle.id, question.moment, zone, scope)
    subject = Subject(found, *course(question, found, zone), words, before)
    said = summary(subject)
    sections = [recall(subject), evaluate(subject), causes(subject), lessons(subject)]
    sections.append(to_talk_about(subject))
    sections.append(evidence(question, subject, said, sections))
    return Report(
        language=language,
        title=words("page.title", cycle=found.cycle.title),
        about=_about(question, found, words),
        facts=facts(subject),
        summary=said,
        sections=sections,
        colophon=[words(f"colophon.{name}") for name in ("made", "scores")]
        + [words("colophon.thin", n=MOST_CITES)],
    )


def _about(question: Question, found: Retrospective, words: Words) -> list[str]:
    """Which time, whose goals, and by what was known when."""
    moment, scope = question.moment, found.scope
    start, end = words.day(found.starts_at), words.day(found.until - timedelta(microseconds=1))
    lines = [words("page.ran", start=start, end=end)]
    if not found.over:
        lines.append(words("page.not_over"))
    ids = {one for one in (scope.unit_id, scope.person_id) if one is not None}
    named = states_of(question.connection, ids, moment)
    for name, one in (("page.of_unit", scope.unit_id), ("page.of_person", scope.person_id)):
        if one is not None:
            lines.append(words(name, name=named[one]["name"] if one in named else one))
    known = words.instant(moment.known_at)
    return [*lines, words("page.known", known=known, position=moment.position)]


def html(made: Report, zone: ZoneInfo) -> str:
    """The page: one file that holds all it needs, and no script."""
    style = files("api.report").joinpath("templates", "page.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        _templates()
        .get_template("page.html.jinja")
        .render(
            report=made,
            words=Words("zh" if made.language == "zh" else "en", zone),
            style=Markup(style),  # noqa: S704 - our own file, whose digest the page names.
            digest=digest,
        )
    )


def markdown(made: Report, zone: ZoneInfo) -> str:
    """The same as a document."""
    words = Words("zh" if made.language == "zh" else "en", zone)
    return _templates().get_template("document.md.jinja").render(report=made, words=words)


@cache
def _templates() -> Environment:
    found = Environment(
        loader=PackageLoader("api.report"),
        autoescape=select_autoescape(["html.jinja"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.tests["kind"] = _is_kind
    found.filters["md"] = _escaped
    return found


def _is_kind(value: Any, other: Any) -> bool:
    return type(value).__name__ == other


def _escaped(text: str) -> str:
    """A text of people in a document, where none of its signs means anything."""
    flat = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|~!" else sign for sign in flat)
