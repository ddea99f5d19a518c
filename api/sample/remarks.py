"""What each unit says in its check-ins: when things go well, when not, and what blocks it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remarks:
    """Sentences of one unit; a blocker comes with its next action."""

    good: tuple[str, ...]
    bad: tuple[str, ...]
    blockers: tuple[tuple[str, str], ...]


REMARKS: Mapping[str, Remarks] = {
    "company": Remarks(
        good=(
            "All leads could say from memory what we aim for.",
            "The board saw the same figures as everyone else and had no questions.",
            "Two teams took work off their lists because of this.",
            "We said no to one large request, and it was the right one.",
            "The monthly meeting needed twenty minutes instead of an hour.",
        ),
        bad=(
            "Half of the leads were travelling, so decisions waited.",
            "We are doing too many things beside this.",
            "The last big customer talks cost us two weeks of attention.",
            "I was more hopeful than the figures a month ago.",
        ),
        blockers=(
            ("Two departments wait for each other’s figures.", "Daniel brings both to one table."),
            ("The budget for the second half is not signed.", "Ingrid asks the board for a date."),
        ),
    ),
    "product": Remarks(
        good=(
            "Five clinics tried it unprompted and kept it switched on.",
            "The study in Utrecht confirmed what we guessed.",
            "We cut a screen, and nobody has missed it.",
            "Design and apps now review together on Tuesdays; it shows.",
            "The new release went out at noon and nobody noticed.",
            "Dental practices are ahead of everyone else.",
            "Support hears fewer questions about it than last month.",
        ),
        bad=(
            "Three clinics switched it off again; we are calling them.",
            "The release slipped by a week because of the migration.",
            "Physiotherapists book in series, and we did not think of that.",
            "We wait for figures from the data team.",
            "Two designers are ill, so testing stands still.",
            "Old browsers in hospitals cost us days.",
        ),
        blockers=(
            ("No test clinic with more than ten rooms.", "Ask Growth for two introductions."),
            ("The figures arrive four days late.", "Agree with the data team on a daily extract."),
            ("The component library lacks tables.", "Pair with apps for two days and build them."),
        ),
    ),
    "growth": Remarks(
        good=(
            "Three referrals from clinics that joined in autumn.",
            "The fair in Lyon brought more talks than we could hold.",
            "A whole street of dentists in Porto signed within a week.",
            "The new page answers what people used to call about.",
            "Shorter demos, more signatures.",
            "Our oldest customer spoke at the regional meeting.",
            "Follow-up on the same day makes the difference.",
        ),
        bad=(
            "School holidays: nobody decides anything.",
            "Two large prospects asked to wait until the next budget.",
            "A competitor gives the first year away.",
            "The campaign brought visits but no trials.",
            "We called on practices that were far too small.",
            "Contracts sit with lawyers for three weeks now.",
        ),
        blockers=(
            ("Offers wait for legal review.", "Nadia drafts a standard contract by Wednesday."),
            ("The trial data cannot be exported.", "Ask apps for a weekly file until it can."),
            ("No reference clinic in Spain.", "Camille visits the two in Valencia."),
        ),
    ),
    "operations": Remarks(
        good=(
            "Nobody had to chase an approval this week.",
            "The auditor had two questions instead of twenty.",
            "The new form saves each team half a day.",
            "First month closed without a late booking.",
            "Three suppliers agreed to the new terms.",
            "Candidates mention how quickly we answer.",
        ),
        bad=(
            "Month end took all of our time.",
            "The tax office wants the same file in another format.",
            "Two candidates declined because of the salary.",
            "Hotels in fair season cost twice the plan.",
            "The old tool loses attachments, so we enter them twice.",
        ),
        blockers=(
            ("The bank has not opened the interface.", "Grace escalates to the account manager."),
            ("Nobody may approve while Daniel travels.", "Name a deputy for each department."),
        ),
    ),
    "apps": Remarks(
        good=(
            "The fix for slow lists is out; people notice.",
            "Crash reports are down to a handful.",
            "Front desks in two pilots asked for more seats.",
            "We found the leak: one timer that was never stopped.",
            "Rollout reached half of the clinics without a call.",
            "Patients mention the reminders in their reviews.",
            "Tests on real telephones run every night now.",
        ),
        bad=(
            "The store rejected the release; resubmitted on Thursday.",
            "Old Android telephones lose the session.",
            "A change in the calendar broke two clinics for a morning.",
            "The migration takes longer than the pilot made us believe.",
            "We spent the week on support instead of the goal.",
            "Translations came back with missing sentences.",
        ),
        blockers=(
            ("No telephone with the old system to test on.", "Rahul buys three used ones."),
            ("The payment sandbox is down.", "Use recorded answers until it is back."),
            ("Waiting for the design of the empty state.", "Hannah sketches it on Monday."),
        ),
    ),
    "data": Remarks(
        good=(
            "The new partitions halved the longest job.",
            "Finance uses our figure instead of its own sheet.",
            "Two definitions merged without a fight.",
        ),
        bad=(
            "Late again, sorry: the incident ate three weeks.",
            "We measured it only when somebody asked.",
            "Source tables changed without a word.",
            "Everyone’s questions come first, ours last.",
            "I had to reconstruct the value from the logs.",
        ),
        blockers=(
            ("Nobody owns the source tables.", "Viktor asks each team for one name."),
            ("One machine for load and reports.", "Order a second one."),
        ),
    ),
    "care": Remarks(
        good=(
            "The saved answers work; new colleagues use them from day one.",
            "Mondays are calm for the first time.",
            "Two clinics wrote to thank us by name.",
            "The help page on reminders took a third of the tickets.",
            "Apps fixed the two most frequent questions.",
            "We sort tickets before lunch, and it pays.",
        ),
        bad=(
            "Two colleagues ill, and the queue shows it.",
            "The outage on Tuesday brought three hundred tickets.",
            "Evening tickets wait until morning.",
            "New clinics ask the same five questions.",
            "The telephone system dropped calls for a day.",
            "Easy tickets are gone, so each one takes longer.",
        ),
        blockers=(
            ("Nobody covers the evenings.", "Petr drafts a second shift and asks who wants it."),
            ("Tickets about payments need the provider.", "Get a direct line to their support."),
            ("The export of old tickets fails.", "Ask the data team for a one-off file."),
        ),
    ),
    "china": Remarks(
        good=(
            "两家诊所主动介绍了同行。",
            "前台反馈预约流程比以前快了一半。",
            "杭州的诊所主任愿意做公开案例。",
            "微信入口上线后咨询量明显增加。",
            "和卫健部门的沟通比预想顺利。",
            "新同事第一周就独立完成了培训。",
            "试点诊所续约没有讨价还价。",
        ),
        bad=(
            "节假日诊所歇业，数据自然走低。",
            "接口审批又延后了一周。",
            "竞争对手在同一条街免费铺设系统。",
            "诊所希望发票功能先上线再签约。",
            "翻译的界面文字前台看不懂，需要重写。",
            "服务器迁移占用了本周的人手。",
        ),
        blockers=(
            ("支付接口尚未获批。", "赵磊每周二跟进一次服务商。"),
            ("没有本地客服电话。", "吴静下周前选定两家供应商。"),
            ("总部的发布时间与我们的工作日不一致。", "与产品团队约定周四上午发布。"),
        ),
    ),
}
