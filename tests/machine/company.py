"""A company on two sides: the domain and the model are asked the same, and must agree."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID, uuid5

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from domain.book import State
from domain.catalogue import COMMANDS
from domain.errors import Refusal
from domain.record import Command, Context, Record
from domain.values import Reason, ReasonCode
from tests.builders import UNKNOWN
from tests.machine.invariants import Watch
from tests.machine.measuring import computed, progress
from tests.machine.model import Ask, Nothing, Refused, Thing, World
from tests.machine.rules import carry_out
from tests.machine.visible import differences, shown, told
from tests.spec import actor

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
NAMES = UUID("00000000-0000-4000-8000-00000000c0de")
REASONS = {
    "a code": Reason(code=ReasonCode.WORLD_CHANGED),
    "was wrong": Reason(code=ReasonCode.WAS_WRONG, text="We misread it."),
    "words": Reason(text="The board asked for it."),
    "none": None,
}

LATE = (None, None, None, None, None, None, 0, 1, 2, 5, 20, 60, -1)
"""How many hours late somebody tells of a change; most say nothing about it."""


UNLUCKY = 11
"""The choice that meets an id of nothing."""


T = TypeVar("T")

seen: Counter[tuple[str, str]] = Counter()
"""How often each command came to what, over all companies of a run."""


class How(NamedTuple):
    """The circumstances of a request."""

    by: int
    """Which person asks; 0 is the service."""
    hours: int
    """How much time went by since the last request."""
    late: int | None
    """How many hours before now it was true; None where no time is given."""
    why: str


BY_THE_SERVICE = How(0, 1, None, "a code")

hows = st.builds(
    How,
    st.sampled_from((0, 0, 0, 1, 2, 3)),
    st.sampled_from((1, 1, 1, 0, 8)),
    st.sampled_from(LATE),
    st.sampled_from(("a code", "a code", "was wrong", "words", "none")),
)
whiches = st.integers(0, 11)
numbers = st.integers(0, 20)


class Recorder(Protocol):
    """Where the domain records: in memory, or on a disk."""

    def apply(self, command: Command, context: Context) -> list[Record]: ...

    def state(self, stream_id: UUID) -> State | None: ...


def pick(things: dict[UUID, T], which: int) -> UUID | None:
    """The id of one of the things, the youngest first; None where there are none."""
    ids = list(things)
    return ids[-1 - which % len(ids)] if ids else None


class Company(RuleBasedStateMachine):
    """What every random company has; the rules that change it stand in `doings`."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.now = START
        self.made = 0
        self.watch = Watch()
        self.pictures: dict[UUID, dict[UUID, Thing]] = {}
        self.recorder = self.opened()

    def opened(self) -> Recorder:
        """An empty place to record in."""
        raise NotImplementedError

    def set_up(self, name: str, /, **fields: Any) -> None:
        self.ask(name, BY_THE_SERVICE, **fields)

    def new(self) -> UUID:
        self.made += 1
        return uuid5(NAMES, str(self.made))

    def ask(self, name: str, how: How, /, **fields: Any) -> None:
        """Ask both sides, and compare their answers and what is then so."""
        self.now += timedelta(hours=how.hours)
        people = list(self.world.people)
        person = people[(how.by - 1) % len(people)] if how.by and people else None
        reason = REASONS[how.why]
        late_at = None if how.late is None else self.now - timedelta(hours=how.late)
        ask = Ask(
            name=name,
            fields=fields,
            person=person,
            now=self.now,
            late_at=late_at,
            reason=reason is not None,
            code=reason is not None and reason.code is not None,
        )
        note(f"{ask}")
        expected_score = self._computed(ask)
        marks, refused = self._by_the_model(ask)
        context = Context(actor=actor(person), now=self.now, reason=reason, effective_at=late_at)
        try:
            command = COMMANDS[name].model_validate(fields)
            records = self.recorder.apply(command, context)
        except Refusal as refusal:
            kind = type(refusal).__name__
            assert kind in refused, f"{name}: refused by {kind} and not by {refused or 'anything'}"
            seen[name, kind] += 1
            return
        assert not refused, f"{name}: should be refused by {refused}"
        assert tuple(record.after_freeze for record in records) == marks
        seen[name, "done" if records else "nothing"] += 1
        self._look_at(records, expected_score)

    def _by_the_model(self, ask: Ask) -> tuple[tuple[bool, ...], frozenset[str]]:
        try:
            return carry_out(self.world, ask), frozenset()
        except Refused as refused:
            return (), refused.names
        except Nothing:
            return (), frozenset()

    def _look_at(self, records: list[Record], expected_score: Fraction | None) -> None:
        self.watch.see(records)
        for record in records:
            event: Any = record.event
            if event.TOPIC.endswith(".scored"):
                assert (event.computed is None) == (expected_score is None)
                assert event.computed is None or Fraction(event.computed) == expected_score
        self.compare({record.stream_id for record in records})

    def _computed(self, ask: Ask) -> Fraction | None:
        """What a score is computed to be when it is asked for."""
        if ask.name == "score_key_result":
            key_result = self.world.key_results.get(ask["key_result_id"])
            part = None if key_result is None else progress(key_result, ask.at)
            score = None if part is None else computed([(Fraction(1), part)])
        elif ask.name == "score_objective":
            score = computed(
                [
                    (Fraction(one["weight"]), progress(one, ask.at))
                    for one in self.world.key_results.values()
                    if one["objective_id"] == ask["objective_id"] and one["state"] == "live"
                ]
            )
        else:
            return None
        return None if score is None else round(score, 2)

    def compare(self, stream_ids: set[UUID]) -> None:
        """Both sides show the same, of what was touched and of all else."""
        for stream_id in stream_ids:
            state = self.recorder.state(stream_id)
            assert state is not None
            self.pictures[stream_id] = shown(state)
        theirs = {key: one for picture in self.pictures.values() for key, one in picture.items()}
        ours = told(self.world)
        assert ours.keys() == theirs.keys()
        for key, thing in ours.items():
            assert not differences(thing, theirs[key]), differences(thing, theirs[key])

    # The things that rules choose from.

    def owner(self, which: int) -> Thing:
        """A unit or a person, by turns."""
        unit_id, person_id = pick(self.world.units, which // 2), pick(self.world.people, which // 2)
        if which % 2 and person_id is not None:
            return {"type": "person", "id": person_id}
        return {"type": "unit", "id": unit_id}

    def of(self, word: str, which: int) -> UUID | None:
        """One of the objectives, key results, …, by the model's name for all; or an unknown one."""
        return UNKNOWN if which == UNLUCKY else pick(getattr(self.world, word), which)


def amount(number: int) -> Decimal:
    """A number with a decimal now and then."""
    return Decimal(number) / 2 if number % 5 == 0 else Decimal(number)
