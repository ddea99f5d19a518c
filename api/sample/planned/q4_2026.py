"""The goals of the fourth quarter of 2026, which is still open when the sample ends."""

from api.sample.plans import Goal, at_least, fall, rise, steps, yes

GOALS = (
    Goal(
        key="company-o1",
        title="The new year starts without a pause",
        commitment="committed",
        aims=(
            steps(
                "The plan for the year stands",
                ("Strategy on one page", 1, 2),
                ("Budgets agreed", 1, 6),
                ("Goals of the year published", 2, 8),
            ),
        ),
    ),
    Goal(
        key="product-o1",
        title="Suggestions earn the trust of front desks",
        aims=(
            rise("Suggestions that are accepted", 66, 80, "%", 78),
            rise("Clinics that plan with suggestions", 268, 500, "clinics", 480),
        ),
    ),
    Goal(
        key="growth-o1",
        title="Every partner signs a clinic a month",
        aims=(
            rise("Clinics signed through partners", 0, 60, "clinics", 55, first=6),
            rise("Partners who signed one this month", 9, 25, "partners", 22, first=6),
        ),
    ),
    Goal(
        key="apps-o1",
        title="Families book together",
        carried=(
            "26q3-apps-o2",
            ("world_changed", "The summer showed how few families share one phone."),
        ),
        commitment="aspirational",
        aims=(
            rise("Accounts with more than one patient", 4100, 8000, "accounts", 7600),
            yes("Parents book for children without a call", 9),
        ),
    ),
    Goal(
        key="data-o1",
        title="Figures are right, or late and marked as late",
        commitment="committed",
        aims=(
            at_least("Mornings with complete figures", 95, "%", 93, start=86),
            fall("Nightly load", 64, 45, "minutes", 50),
        ),
    ),
    Goal(
        key="care-o1",
        title="Evenings are covered",
        aims=(
            rise("Evening tickets answered the same day", 35, 80, "%", 74),
            yes("Second shift trained", 5),
        ),
    ),
    Goal(
        key="china-o1",
        title="三十家新诊所在春节前上线",
        commitment="committed",
        aims=(
            rise("新上线诊所", 0, 30, "家", 28),
            fall("上线所需天数", 12, 7, "天", 7.5),
        ),
    ),
)
