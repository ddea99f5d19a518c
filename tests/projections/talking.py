"""Companies that write: every change has words, and words are changed, corrected and taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.check_ins.correcting import CheckInCorrected
from domain.check_ins.measuring import Blocker, CheckedIn, CheckInKeyResult
from domain.check_ins.retracting import CheckInRetracted
from domain.key_results.editing import RewordKeyResult
from domain.objectives.closing import CloseObjective, Outcome
from domain.objectives.editing import RewordObjective
from domain.people import RenamePerson
from domain.record import Command, Record
from domain.reviews import Action, Conclusion, ObjectiveReviewed, ReviewObjective, Stage
from domain.scores import ScoreKeyResult
from domain.values import Reason
from projections.changes import BEGINNINGS
from tests import oracle
from tests.histories import ACTIONS, PERSON, Company, Step, pick

SAID = (
    "Lower churn",
    "客户推荐我们",
    "Churning in Café Münster",
    "目标 lower",
    "OKR目标: e-mail 3.5",
    "churn lower 客户",
    "目的与标准",
)
SEARCHES = (
    "churn",
    "lower churn",
    '"lower churn"',
    "目标",
    "目",
    "标",
    "cafe",
    "客户 推荐",
    "e-mail",
    "we",
)

LATE = st.sampled_from((0, 0, 1, 2, 5, 30))
NUMBER = st.integers(0, 20)
BEGINNING = ("draft", "draft", "add", "add", "check_in", "check_in", "review")
CHANGES = ("reword", "reword", "reword_key_result", "correct", "correct", "rename", "review")

begun = st.tuples(*(st.tuples(st.just(one), st.integers(0, 1), NUMBER, LATE) for one in BEGINNING))
changed = st.lists(
    st.tuples(st.sampled_from((*ACTIONS, *CHANGES)), st.integers(0, 3), NUMBER, LATE),
    min_size=5,
    max_size=30,
)


def _one_after_the_other(first: tuple[Step, ...], then: list[Step]) -> list[Step]:
    return [*first, *then]


talk = st.builds(_one_after_the_other, begun, changed)
"""Histories in which there is something to find from early on."""


class Talkative(Company):
    """A company with something to say at every step."""

    def live(self, history: list[Step]) -> None:
        """Carry out every step that is possible; each fifth gives a reason."""
        for step in history:
            number = step[2]
            self.reason = Reason(text=said(number + 1)) if number % 5 == 0 else None
            super().live([step])

    def _reword(self, which: int, number: int) -> Command | None:
        texts = {"title": said(number)} if number % 3 else {"description": said(number // 3)}
        return self._of(self.objectives, which, RewordObjective, "objective_id", **texts)

    def _reword_key_result(self, which: int, number: int) -> Command | None:
        title = said(number)
        return self._of(self.key_results, which, RewordKeyResult, "key_result_id", title=title)

    def _check_in(self, which: int, number: int) -> Command | None:
        command = super()._check_in(which, number)
        if not isinstance(command, CheckInKeyResult) or number % 4 == 0:
            return command
        blockers = (Blocker(text=said(number + 2)),) if number % 2 else ()
        return command.model_copy(update={"note": said(number), "blockers": blockers})

    def _correct(self, which: int, number: int) -> Command | None:
        command = super()._correct(which, number)
        return command and command.model_copy(update={"note": said(number)})

    def _close(self, which: int, number: int) -> Command | None:
        more = {"outcome": Outcome.MISSED, "note": said(number)}
        return self._of(self.objectives, which, CloseObjective, "objective_id", **more)

    def _score(self, which: int, number: int) -> Command | None:
        more = {"score": Decimal(number) / 20, "note": said(number)}
        return self._of(self.key_results, which, ScoreKeyResult, "key_result_id", **more)

    def _review(self, which: int, number: int) -> Command | None:
        objective_id = pick(self.objectives, which)
        return objective_id and ReviewObjective(
            review_id=self._new(),
            objective_id=objective_id,
            stage=Stage.MID,
            causes=said(number),
            decision=Conclusion.KEEP,
            actions=(Action(action_id=self._new(), text=said(number + 3)),),
        )

    def _rename(self, _which: int, number: int) -> Command:
        return RenamePerson(person_id=PERSON, name=said(number))


def said(number: int) -> str:
    return SAID[number % len(SAID)]


# What a search should find, told the slow and obvious way.


def finds(texts: Iterable[str], search: str) -> bool:
    """Whether some texts hold the words of one of the `SEARCHES`, by looking letter by letter."""
    plain = " | ".join(texts).lower().replace("é", "e").replace("-", " ")
    if not plain:
        return False
    if search.startswith('"'):
        return f"{search.strip(chr(34))} " in f"{plain} "
    return all(
        word.replace("-", " ") in plain
        if ord(word[0]) > 127
        else f" {word.replace('-', ' ')}" in f" {plain}"
        for word in search.split()
    )


def texts_at(records: list[Record], instant: datetime, known: int) -> dict[int, list[str]]:
    """What everything said at an instant as known at a position, by where it began."""
    things = oracle.things_at(records, instant, known)
    noted = _notes_at(records, instant, known)
    found: dict[int, list[str]] = {}
    for record in records[:known]:
        event = record.event
        if isinstance(event, CheckedIn):
            texts = noted.get(event.check_in_id)
        elif type(event) in BEGINNINGS:
            thing = things.get(_id(record))
            names = ("title", "name", "description")
            texts = None if thing is None else [thing[one] for one in names if thing.get(one)]
        else:
            texts = _remarks(event) if record.effective_at <= instant else None
        if texts is not None:
            reason = record.reason and record.reason.text
            found[record.position] = [*texts, reason] if reason else texts
    return found


def _id(record: Record) -> UUID:
    ids = [getattr(record.event, name, None) for name in ("key_result_id", "alignment_id")]
    return next((one for one in ids if one is not None), record.stream_id)


def _notes_at(records: list[Record], instant: datetime, known: int) -> dict[UUID, list[str]]:
    notes: dict[UUID, tuple[datetime, str, list[str]]] = {}
    for record in records[:known]:
        match record.event:
            case CheckedIn(check_in_id=check_in_id, note=note, blockers=blockers):
                told = [blocker.text for blocker in blockers]
                notes[check_in_id] = record.effective_at, note, told
            case CheckInCorrected(check_in_id=check_in_id, note=moved):
                _, note, told = notes[check_in_id]
                notes[check_in_id] = record.effective_at, moved.new if moved else note, told
            case CheckInRetracted(check_in_id=check_in_id):
                del notes[check_in_id]
            case _:
                pass
    return {
        check_in_id: [note, *told] if note else told
        for check_in_id, (at, note, told) in notes.items()
        if at <= instant
    }


def _remarks(event: Any) -> list[str]:
    """What was said once, with a score, an ending or a review."""
    if isinstance(event, ObjectiveReviewed):
        return [event.causes, *(action.text for action in event.actions)]
    note = getattr(event, "note", "")
    return [note] if isinstance(note, str) and note else []


def texts_of_change(record: Record) -> list[str]:
    """Every text that a change says, takes the place of, or gives as its reason."""
    event: Any = record.event
    found = [record.reason.text] if record.reason and record.reason.text else []
    for name in ("title", "name", "description", "note"):
        value = getattr(event, name, None)
        found += [value] if isinstance(value, str) else [value.old, value.new] if value else []
    found += [blocker.text for blocker in getattr(event, "blockers", ())]
    if isinstance(event, ObjectiveReviewed):
        found += _remarks(event)
    return [text for text in found if text]
