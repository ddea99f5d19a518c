"""The goals of the third quarter of 2026, the latest that is over."""

from api.sample.plans import Goal, at_least, at_most, fall, rise, steps, yes

GOALS = (
    Goal(
        key="company-o1",
        title="The year ends as strong as we said",
        commitment="committed",
        aims=(
            rise("Yearly recurring revenue", 7900000, 8500000, "EUR", 8310000),
            rise("Clinics that would recommend us", 39, 45, "points", 42),
        ),
    ),
    Goal(
        key="product-o1",
        title="Clinics plan next week in five minutes",
        commitment="aspirational",
        aims=(
            fall("Minutes to plan a week", 21, 5, "minutes", 7.4),
            rise("Clinics that plan with suggestions", 0, 300, "clinics", 268, shape="late"),
            at_least("Suggestions that are accepted", 60, "%", 66, start=52, first=6),
        ),
    ),
    Goal(
        key="product-o2",
        title="A marketplace for add-ons",
        description="Others build what we never will.",
        commitment="aspirational",
        aims=(
            rise("Add-ons submitted", 0, 15, "add-ons", 9, first=6),
            steps(
                "Marketplace",
                ("Rules for partners", 1, 2),
                ("Store page", 1, 6),
                ("First payment", 2, None),
            ),
        ),
    ),
    Goal(
        key="growth-o1",
        title="Partners sell for us",
        commitment="committed",
        aims=(
            rise(
                "Clinics signed through partners",
                *(0, 90, "clinics", 43),
                shape="late",
                owner="p12",
                weight=2,
            ),
            rise("Revenue through partners", 0, 160000, "EUR", 97000, shape="late", owner="p38"),
        ),
    ),
    Goal(
        key="growth-o2",
        title="Clinics that left come back",
        aims=(
            rise("Clinics won back", 0, 40, "clinics", 36),
            fall("Months until a lost clinic hears from us", 7, 2, "months", 2),
        ),
    ),
    Goal(
        key="operations-o1",
        title="Every contract in one place",
        scored="late",
        aims=(
            rise("Contracts in the register", 140, 610, "contracts", 588),
            yes("Reminders before every renewal", 6),
        ),
    ),
    Goal(
        key="operations-o2",
        title="Suppliers cost less, not worse",
        commitment="committed",
        aims=(
            fall("Cost of hosting for a clinic", 4.8, 3.6, "EUR", 3.9),
            at_least("Availability of booking", 99.9, "%", 99.92),
        ),
    ),
    Goal(
        key="apps-o1",
        title="Patients book in the app without help",
        commitment="committed",
        mid=18,
        action="Keep the chosen slot on the server and give the fix to beta users by 7 August",
        aims=(
            rise("Patients who finish their booking", 62, 75, "%", 76.1, owner="p18", weight=2),
            at_least("Sessions without a crash", 99.7, "%", 99.78),
            fall("Calls to clinics about the app", 320, 180, "calls", 196),
        ),
    ),
    Goal(
        key="apps-o2",
        title="Families book together",
        commitment="aspirational",
        aims=(
            rise("Accounts with more than one patient", 0, 9000, "accounts", 4100, shape="late"),
            yes("Parents book for children without a call", None, first=6),
        ),
    ),
    Goal(
        key="data-o1",
        title="Figures are there before the first coffee",
        commitment="committed",
        reviewed=False,
        aims=(
            fall("Nightly load", 71, 45, "minutes", 64, owner="p23"),
            at_least("Mornings with complete figures", 95, "%", 86, start=83, owner="p26"),
        ),
    ),
    Goal(
        key="data-o2",
        title="Clinics trust their own figures",
        aims=(
            rise("Clinics that open their report", 84, 300, "clinics", 143, owner="p21"),
            at_most("Complaints about figures", 6, "complaints", 9, start=5, owner="p40"),
        ),
    ),
    Goal(
        key="care-o1",
        title="Clinics solve it while they talk to us",
        aims=(
            rise("Chats solved without a ticket", 44, 65, "%", 61),
            at_least("Satisfaction after a chat", 4.4, "stars", 4.5),
            yes(
                "Chat open on Saturdays",
                9,
                added=22,
                why=("world_changed", "The medical chamber opens Saturdays for all from August."),
            ),
        ),
    ),
    Goal(
        key="care-o2",
        title="Clinics never wait for us",
        carried=(
            "26q2-care-o2",
            ("priority_changed", "We aim for what two shifts can hold, and stop promising more."),
        ),
        commitment="committed",
        aims=(
            rise("Tickets answered within one hour", 64, 75, "%", 71, owner="p29"),
            fall("Tickets older than three days", 31, 25, "tickets", 27, owner="p30"),
        ),
    ),
    Goal(
        key="china-o1",
        title="让患者主动推荐我们的诊所",
        commitment="aspirational",
        aims=(
            rise("患者推荐带来的预约", 6, 20, "%", 17.5),
            rise("签约诊所", 72, 120, "家", 97),
        ),
    ),
    Goal(
        key="china-o2",
        title="为插件市场做出第一个中国插件",
        description="医保结算插件，先服务上海的诊所。",
        aims=(
            steps(
                "医保结算插件",
                ("接口对接", 1, 3),
                ("内部测试", 1, 6),
                ("三家诊所试用", 2, 9),
                ("上架", 2, None),
                owner="p35",
            ),
            rise("使用插件的诊所", 0, 20, "家", 7, shape="late", first=6, owner="p36"),
        ),
    ),
    Goal(
        key="p11-o1",
        title="Partners stay with us",
        aims=(
            rise("Partners who renewed", 0, 15, "partners", 21, shape="early", first=9),
            rise("Partner newsletters sent", 0, 3, "letters", 4, shape="early", first=10),
        ),
    ),
    Goal(
        key="p06-o1",
        title="Learn what a clinic pays for a forecast",
        commitment="learning",
        aims=(
            rise("Offers tested", 0, 6, "offers", 6),
            yes("A price that half of the clinics accept", 11, first=5),
        ),
    ),
)
