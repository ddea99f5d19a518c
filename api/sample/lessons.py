"""What each unit says when it looks back: why it went so, what was learned, what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lessons:
    """Sentences of one unit for its reviews."""

    went_well: tuple[str, ...]
    went_badly: tuple[str, ...]
    learned: tuple[str, ...]
    actions: tuple[str, ...]


LESSONS: Mapping[str, Lessons] = {
    "company": Lessons(
        went_well=(
            "We kept the list short and asked about it every week.",
            "Leads settled conflicts among themselves before they reached us.",
        ),
        went_badly=(
            "We added two projects in the middle and took none away.",
            "The measure followed the market more than our work.",
        ),
        learned=(
            "A goal that nobody has to give something up for is a wish.",
            "Ask for confidence first and for the figure second.",
        ),
        actions=(
            "Name what we stop doing, for every goal",
            "Show the last forecast beside the new one",
        ),
    ),
    "product": Lessons(
        went_well=(
            "We watched twelve front desks before we drew a line.",
            "Small releases let us undo two wrong ideas within days.",
        ),
        went_badly=(
            "We designed for large clinics and met small ones.",
            "The figures came too late to steer by.",
            "Half of the quarter went into a migration that was on nobody’s plan.",
        ),
        learned=(
            "Test with the smallest clinic first.",
            "A milestone that cannot be shown is not a milestone.",
            "If a figure comes once a month, it cannot lead a quarter.",
        ),
        actions=(
            "Visit four clinics with fewer than three rooms",
            "Put the three measures on the wall, updated daily",
            "Write down what the migration cost us",
        ),
    ),
    "growth": Lessons(
        went_well=(
            "Clinics believe clinics: the recommendations carried us.",
            "We called back on the same day, every time.",
        ),
        went_badly=(
            "The pipeline looked full because nobody removed the dead ones.",
            "Price was never the question; the contract was.",
            "Two of our four channels brought nothing, and we knew it in week five.",
        ),
        learned=(
            "Count signatures, not promises.",
            "Say it in week five, not in week eleven.",
            "Partners need a reason to call us, not a brochure.",
        ),
        actions=(
            "Clean the pipeline on the first Monday of each month",
            "Stop the channel that brought the fewest clinics",
            "Agree on a standard contract with Operations",
        ),
    ),
    "operations": Lessons(
        went_well=(
            "One person decided, everyone else was informed.",
            "We automated the dull half first.",
        ),
        went_badly=(
            "We depended on a bank that moves once a quarter.",
            "The rule was written before anybody was asked.",
        ),
        learned=(
            "Outside deadlines belong into the plan on the first day.",
            "A rule that is explained is followed.",
        ),
        actions=(
            "Ask two teams to rewrite the rule with us",
            "Book the auditor’s time a quarter ahead",
        ),
    ),
    "apps": Lessons(
        went_well=(
            "Real telephones in the nightly tests found what we never would.",
            "We stopped new work for a week and fixed what hurt.",
        ),
        went_badly=(
            "We believed the pilot, and the pilot had only new telephones.",
            "Support took a day a week, and we planned without it.",
            "The store’s review cost us two releases.",
        ),
        learned=(
            "Say early what is likely to fail; help came within days.",
            "Plan four days a week.",
            "A feature is done when the oldest telephone can do it.",
        ),
        actions=(
            "Keep one day a week free for support",
            "Add three old telephones to the nightly tests",
            "Hand releases in by Tuesday",
        ),
    ),
    "data": Lessons(
        went_well=("Two teams gave us an owner for their tables, and the errors stopped.",),
        went_badly=(
            "We looked at the measure three times in a quarter.",
            "Incidents always came first, and nobody noticed what we dropped.",
        ),
        learned=(
            "What we do not look at every week, we do not move.",
            "Say no to questions that a dashboard answers.",
        ),
        actions=("Check in every Friday at four", "Share incidents with the apps team"),
    ),
    "care": Lessons(
        went_well=(
            "Sorting before lunch took the pressure off the afternoon.",
            "The help pages answer what people really ask.",
        ),
        went_badly=(
            "We promised an answer within the hour with one shift.",
            "The outages fell on our busiest days.",
            "New colleagues needed eight weeks, not four.",
        ),
        learned=(
            "A promise needs people on the shift that keeps it.",
            "Each outage costs us three good days.",
            "Fewer open tickets make faster answers, not the other way round.",
        ),
        actions=(
            "Try an evening shift with two volunteers",
            "Ask Apps to fix the five most frequent questions",
            "Write the first week’s handbook",
        ),
    ),
    "china": Lessons(
        went_well=(
            "老客户带来的介绍比任何广告都有效。",
            "每周到诊所现场一次，问题当天就能解决。",
        ),
        went_badly=(
            "审批时间估计得过于乐观。",
            "总部的排期与本地需求脱节。",
            "我们过早承诺了还没有的功能。",
        ),
        learned=(
            "先确认接口，再承诺日期。",
            "小城市的诊所更看重服务，而不是功能数量。",
            "信心下降时要马上说出来。",
        ),
        actions=("整理一份审批时间表", "每月安排一次与总部的排期会", "为前台录制五段培训视频"),
    ),
}
