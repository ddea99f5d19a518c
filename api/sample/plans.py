"""The words in which goals are planned: what is measured, where it should get to, how it goes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from api.sample.journal import Why
from domain.measures import Measure

Shape = Literal["steady", "early", "late", "stall"]
RATES = frozenset(
    {"%", "EUR", "points", "seconds", "minutes", "hours", "days", "天", "stars", "months", "a week"}
)
"""Units of measures that go up and down; all others are counted up or down."""

TENTHS = frozenset({"%", "minutes", "hours", "days", "天", "stars"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A key result as planned, and the way it will go.

    `ends` is the last value measured; `weeks` says in which round of check-ins each milestone is
    reached, or a boolean becomes true (None for never); `first` is the first confidence.
    """

    title: str
    fields: Mapping[str, Any]
    start: float = 0
    ends: float = 0
    weeks: tuple[int | None, ...] = ()
    shape: Shape = "steady"
    first: int = 7
    owner: str | None = None
    added: int | None = None
    """The working day on which it is added; None is when its objective is drafted."""
    why: Why | None = None

    @property
    def unit(self) -> str:
        return str(self.fields.get("unit", ""))

    @property
    def counts(self) -> bool:
        """Whether its values never go back."""
        rising = self.fields.get("direction") in ("increase", "decrease")
        return rising and self.unit not in RATES

    @property
    def places(self) -> int:
        """How many decimals its values have."""
        written = (repr(self.fields.get("target", 0)), repr(self.ends))
        given = max(len(one.partition(".")[2]) for one in written)
        return max(given, 1 if self.unit in TENTHS else 0)

    @property
    def measure(self) -> Measure:
        fields = {name: self.fields[name] for name in Measure.model_fields if name in self.fields}
        return Measure.model_validate(fields)


_OF_AIM = frozenset({"start", "shape", "first", "owner", "added", "why"})


def _aim(title: str, fields: dict[str, Any], more: dict[str, Any], **course: Any) -> Aim:
    course |= {name: value for name, value in more.items() if name in _OF_AIM}
    fields |= {name: value for name, value in more.items() if name not in _OF_AIM}
    return Aim(title=title, fields=fields, **course)


def rise(title: str, baseline: float, target: float, unit: str, ends: float, **more: Any) -> Aim:
    """A number that should grow."""
    fields = {"unit": unit, "direction": "increase", "baseline": baseline, "target": target}
    return _aim(title, fields, more, start=baseline, ends=ends)


def fall(title: str, baseline: float, target: float, unit: str, ends: float, **more: Any) -> Aim:
    """A number that should shrink."""
    fields = {"unit": unit, "direction": "decrease", "baseline": baseline, "target": target}
    return _aim(title, fields, more, start=baseline, ends=ends)


def at_least(title: str, target: float, unit: str, ends: float, **more: Any) -> Aim:
    """A border not to fall below."""
    fields = {"unit": unit, "direction": "at_least", "target": target}
    return _aim(title, fields, {"start": ends, **more}, ends=ends)


def at_most(title: str, target: float, unit: str, ends: float, **more: Any) -> Aim:
    """A border not to exceed."""
    fields = {"unit": unit, "direction": "at_most", "target": target}
    return _aim(title, fields, {"start": ends, **more}, ends=ends)


def within(title: str, low: float, high: float, unit: str, ends: float, **more: Any) -> Aim:
    """A range to stay in."""
    fields = {"unit": unit, "direction": "within", "baseline": low, "target": high}
    return _aim(title, fields, {"start": (low + high) / 2, **more}, ends=ends)


def yes(title: str, week: int | None, **more: Any) -> Aim:
    """Something that is done or not."""
    return _aim(title, {"kind": "boolean"}, more, weeks=(week,))


def steps(title: str, *names: tuple[str, float, int | None], **more: Any) -> Aim:
    """Milestones: a name, a weight and the round in which it is reached."""
    milestones = [{"name": name, "weight": weight} for name, weight, _ in names]
    fields: dict[str, Any] = {"kind": "milestones", "milestones": milestones}
    return _aim(title, fields, more, weeks=tuple(week for _, _, week in names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """An objective as planned. Its key is its owner and a number, such as `growth-o1`."""

    key: str
    title: str
    aims: tuple[Aim, ...]
    commitment: str | None = None
    description: str = ""
    weight: float = 1
    carried: tuple[str, Why] | None = None
    """The objective it continues, and why its targets and baselines differ from there."""
    promoted: str | None = None
    """The key result it was made of."""
    published: bool = True
    reviewed: bool = True
    mid: int | None = None
    """The working day of its mid-term review, where it is not the usual one."""
    action: str | None = None
    """What that review asks for; it is then done."""
    scored: Literal["in time", "late"] = "in time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An alignment and the answer to it; `day` is the working day on which it was proposed."""

    start: str
    finish: str
    relation: str = "supports"
    answer: Literal["accept", "decline", "none"] = "accept"
    day: int = 1
    withdrawn: int | None = None
    why: Why | None = None
    weight: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of an objective or key result on a working day of the cycle."""

    action: str
    of: str
    day: int
    by: str | None = None
    why: Why | None = None
    told: int | None = 0
    """How many working days before it was true; None is since the entity exists."""
    since_end: bool = False
    """Whether the day counts from the end of the cycle."""
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a check-in says where the plan's course and the mood of the week do not decide."""

    value: float | bool | None = None
    confidence: int | None = None
    note: str | None = None
    blocker: tuple[str, str, str] | None = None
    """What stands in the way, the next action, and who takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A check-in that was entered wrongly, and how many working days later that was noticed."""

    check_in: str
    days: int
    why: Why
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    earlier: int = 0
    """By how many days the time of measuring was wrong."""
    retract: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One cycle, as it was planned and as it went."""

    key: str
    goals: tuple[Goal, ...]
    links: tuple[Link, ...] = ()
    changes: tuple[Change, ...] = ()
    said: Mapping[str, Mapping[int, Said]] = field(default_factory=dict[str, Mapping[int, Said]])
    corrections: tuple[Correction, ...] = ()
    agreed: bool = True
    """Whether the judgement of the people around the table follows the owners’ own."""

    def objective_id(self, goal: Goal) -> str:
        return f"{self.key}-{goal.key}"

    def aims(self) -> Iterator[tuple[str, Goal, Aim]]:
        """Every key result with its id."""
        for goal in self.goals:
            for number, aim in enumerate(goal.aims, 1):
                yield f"{self.objective_id(goal)}-kr{number}", goal, aim
