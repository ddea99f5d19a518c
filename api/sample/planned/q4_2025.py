"""The goals of the fourth quarter of 2025, the first of the sample's year."""

from api.sample.plans import Goal, at_least, at_most, fall, rise, steps, yes

GOALS = (
    Goal(
        key="company-o1",
        title="Every team starts the year with goals it chose itself",
        commitment="committed",
        aims=(
            steps(
                "The plan for the year stands",
                ("Strategy on one page", 1, 1),
                ("Budgets agreed", 1, 3),
                ("Goals of the year published", 2, 5),
            ),
            rise("Teams whose goals are aligned with the year’s", 0, 7, "teams", 6),
        ),
    ),
    Goal(
        key="product-o1",
        title="Booking an appointment feels effortless",
        aims=(
            rise("Patients who finish a booking on the first try", 71, 76, "%", 74.6),
            fall("Median time to book", 96, 70, "seconds", 74),
            yes("Usability study with twelve clinics finished", 7),
        ),
    ),
    Goal(
        key="product-o2",
        title="Releases are boring",
        aims=(
            fall("Releases rolled back", 9, 3, "%", 4.1),
            rise("Releases to clinics", 2, 5, "a week", 4, first=6),
        ),
    ),
    Goal(
        key="growth-o1",
        title="Clinics hear of us from other clinics",
        commitment="aspirational",
        aims=(
            rise("New clinics signed", 0, 150, "clinics", 128, commit=110, stretch=170),
            rise("New clinics that came by recommendation", 18, 22, "%", 23.1),
        ),
    ),
    Goal(
        key="growth-o2",
        title="Trials turn into customers",
        aims=(
            rise("Trials that become paying clinics", 12.5, 20, "%", 16.2, shape="stall"),
            fall("Days from trial to first online booking", 9, 4, "days", 5.2),
        ),
    ),
    Goal(
        key="operations-o1",
        title="Money is counted once and on time",
        commitment="committed",
        aims=(
            fall("Days to close the month", 12, 6, "days", 6.5),
            at_least("Invoices paid within thirty days", 90, "%", 92, start=87.5),
        ),
    ),
    Goal(
        key="operations-o2",
        title="Larkfield is a place where people stay",
        aims=(
            at_most("People who left by their own choice", 2, "people", 1, start=0),
            rise("People with a plan for their growth", 20, 90, "%", 84, shape="late"),
            yes("Salary bands published", None, first=5),
        ),
    ),
    Goal(
        key="apps-o1",
        title="The new calendar works for the smallest clinics",
        commitment="committed",
        aims=(
            rise("Clinics on the new calendar", 0, 400, "clinics", 436, weight=2),
            at_least("Sessions without a crash", 99.5, "%", 99.62),
            steps(
                "Nothing is missing from the old calendar",
                ("Drag and drop", 1, 2),
                ("Recurring appointments", 2, 6),
                ("Waiting list", 1, 10),
            ),
        ),
    ),
    Goal(
        key="apps-o2",
        title="Patients get reminders they trust",
        aims=(
            fall("Reminded patients who stay away", 11.8, 10, "%", 10.3),
            rise("Patients who confirm by message", 35, 55, "%", 51),
        ),
    ),
    Goal(
        key="data-o1",
        title="Everyone can answer their own questions with data",
        aims=(
            rise("Teams with a dashboard they use", 1, 6, "teams", 4),
            fall("Nightly load", 190, 60, "minutes", 118),
        ),
    ),
    Goal(
        key="data-o2",
        title="No report is wrong without somebody knowing",
        aims=(
            rise("Tables with quality checks", 12, 80, "tables", 41, shape="late"),
            at_most("Wrong figures that users reported", 5, "reports", 8, start=3),
        ),
    ),
    Goal(
        key="care-o1",
        title="Clinics get help before they ask twice",
        aims=(
            fall("Tickets reopened", 16, 8, "%", 9.4),
            rise("Satisfaction after a ticket", 4.1, 4.5, "stars", 4.4),
        ),
    ),
    Goal(
        key="care-o2",
        title="New clinics are live within a week",
        scored="late",
        aims=(
            fall("Days from contract to first booking", 15, 7, "days", 8.1),
            rise("Clinics brought live without a visit", 30, 60, "%", 57),
        ),
    ),
    Goal(
        key="china-o1",
        title="找到第一批愿意与我们同行的诊所",
        commitment="learning",
        aims=(
            rise("签约试点诊所", 0, 15, "家", 13),
            yes("完成数据本地化方案评审", 8),
        ),
    ),
    Goal(
        key="china-o2",
        title="产品真正适合中国诊所的日常",
        description="诊所前台每天用得顺手，才算真正的本地化。",
        aims=(
            steps(
                "本地化里程碑",
                ("微信预约", 2, 5),
                ("支付宝收款", 1, 10),
                ("电子发票", 1, None),
                first=6,
            ),
            rise("试点诊所每周在线预约", 0, 300, "次", 190, shape="late", first=6),
        ),
    ),
    Goal(
        key="p11-o1",
        title="Partners know whom to call",
        aims=(
            rise("Partner clinics contacted", 0, 30, "clinics", 41, shape="early", first=9),
            yes("Partner handbook published", 3, first=10),
        ),
    ),
    Goal(
        key="p37-o1",
        title="We pass the security audit without surprises",
        commitment="committed",
        aims=(
            fall("Open findings of high risk", 14, 0, "findings", 1, shape="early"),
            steps(
                "Audit",
                ("Scope agreed", 1, 2),
                ("Evidence collected", 2, 7),
                ("Report without a critical finding", 3, 11),
            ),
        ),
    ),
)
