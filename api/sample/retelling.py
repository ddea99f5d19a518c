"""A goal told again in a review: what was wanted, and where each measure stands."""

from typing import Any

from api.sample.plans import Aim, Chapter, Goal
from api.sample.standing import Standing, latest
from api.sample.voices import amount, is_chinese


def recall(goal: Goal) -> str:
    """The goal and its measures as they were set."""
    aims = [_aim(aim) for aim in goal.aims]
    if is_chinese(goal.title):
        return f"当初的目标：{goal.title}。衡量方式：{'；'.join(aims)}。"
    return f"We set out for this: {goal.title}. Measured by: {'; '.join(aims)}."


def evaluation(chapter: Chapter, goal: Goal, standing: Standing) -> str:
    """Where every key result stands by its latest check-in."""
    chinese = is_chinese(goal.title)
    objective_id = chapter.objective_id(goal)
    told = [
        f"{aim.title}{'：' if chinese else ': '}"
        f"{_reading(aim, latest(standing, f'{objective_id}-kr{number}'), chinese=chinese)}"
        for number, aim in enumerate(goal.aims, 1)
    ]
    return "；".join(told) + "。" if chinese else "; ".join(told) + "."


def _aim(aim: Aim) -> str:
    fields = aim.fields
    if "target" not in fields:
        return aim.title
    border = {"at_least": "≥ ", "at_most": "≤ "}.get(fields["direction"])
    if border is not None:
        return f"{aim.title} {border}{_with_unit(aim, fields['target'])}"
    return f"{aim.title} {amount(fields['baseline'])} → {_with_unit(aim, fields['target'])}"


def _with_unit(aim: Aim, number: float) -> str:
    return f"{amount(number)} {aim.unit}"


def _reading(aim: Aim, fields: dict[str, Any] | None, *, chinese: bool) -> str:
    if fields is None:
        return "没有数据" if chinese else "not measured"
    if "reached" in fields:
        return f"{len(fields['reached'])} / {len(aim.weeks)}"
    if isinstance(fields["value"], bool):
        words = ("未完成", "已完成") if chinese else ("not done", "done")
        return words[fields["value"]]
    return _with_unit(aim, fields["value"])
