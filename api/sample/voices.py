"""What people say in a check-in: how the value moved, a remark, and what is in the way."""

from random import Random
from typing import Literal

from api.sample.plans import Aim
from api.sample.remarks import REMARKS

Mood = Literal["good", "mixed", "bad"]
_HOW_OFTEN: dict[Mood, float] = {"good": 0.4, "mixed": 0.5, "bad": 0.8}


def mood(confidence: int) -> Mood:
    """The mood that a confidence shows."""
    if confidence >= 7:
        return "good"
    return "mixed" if confidence >= 5 else "bad"


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


class Voices:
    """The remarks of one key result, none of them made twice."""

    def __init__(self, unit: str, chance: Random) -> None:
        remarks = REMARKS[unit]
        self._chance = chance
        self._last: float | None = None
        self._good = chance.sample(remarks.good, len(remarks.good))
        self._bad = chance.sample(remarks.bad, len(remarks.bad))
        self._blockers = chance.sample(remarks.blockers, len(remarks.blockers))

    def note(self, aim: Aim, mood: Mood, value: float | None) -> str | None:
        """A note for a check-in in this mood, or None where nobody writes one.

        A value of None is one that the next check-in had better not be compared with.
        """
        old, self._last = self._last, value
        said = self._chance.random() < _HOW_OFTEN[mood]
        moved = movement(aim, old, value) if self._chance.random() < 0.5 else None
        cheerful = mood == "good" or (mood == "mixed" and self._chance.random() < 0.5)
        pool = self._good if cheerful else self._bad
        if not said or not pool:
            return None
        remark = pool.pop()
        return remark if moved is None else f"{moved}{'' if is_chinese(moved) else ' '}{remark}"

    def blocker(self, mood: Mood) -> tuple[str, str] | None:
        """What stands in the way and what is done about it; None where nothing is said."""
        if mood != "bad" or not self._blockers or self._chance.random() > 0.3:
            return None
        return self._blockers.pop()


def movement(aim: Aim, old: float | None, new: float | None) -> str | None:
    """The change since the last check-in as a sentence; None where there is none to tell."""
    if "kind" in aim.fields or old is None or new is None or round(new - old, 4) == 0:
        return None
    change = amount(abs(round(new - old, 4)))
    if is_chinese(aim.title):
        return f"比上次{'增加' if new > old else '减少'}{change}，现在是{amount(new)}。"
    return f"{'Up' if new > old else 'Down'} {change} to {amount(new)}."


def amount(number: float) -> str:
    """A number as people write it."""
    return f"{number:,}" if isinstance(number, int) or number % 1 else f"{int(number):,}"
