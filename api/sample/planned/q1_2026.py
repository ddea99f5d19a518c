"""The goals of the first quarter of 2026."""

from api.sample.plans import Goal, at_least, fall, rise, steps, within, yes

GOALS = (
    Goal(
        key="company-o1",
        title="We keep our promises to clinics",
        commitment="committed",
        aims=(
            at_least("Availability of booking", 99.9, "%", 99.94),
            rise("Promised dates kept", 64, 85, "%", 79),
        ),
    ),
    Goal(
        key="product-o1",
        title="Clinics run their day from one screen",
        commitment="aspirational",
        aims=(
            rise("Clinics that open the day view every day", 0, 600, "clinics", 548),
            rise("Appointments moved by drag and drop", 0, 35, "%", 31),
            yes("Day view works on tablets", 10, owner="p04"),
        ),
    ),
    Goal(
        key="product-o2",
        title="One design language on every screen",
        aims=(
            rise("Screens moved to shared components", 20, 70, "%", 58, shape="late"),
            fall("Findings about accessibility", 46, 10, "findings", 14),
        ),
    ),
    Goal(
        key="growth-o1",
        title="Spring is our strongest season yet",
        commitment="committed",
        aims=(
            rise("New clinics signed", 0, 180, "clinics", 171, commit=150, weight=2),
            rise("New yearly revenue", 0, 420000, "EUR", 398000),
        ),
    ),
    Goal(
        key="growth-o2",
        title="A trial shows its worth in three days",
        aims=(
            rise("Trials that become paying clinics", 16, 22, "%", 19.4),
            rise("Trials with ten bookings by the third day", 22, 45, "%", 38, shape="late"),
            yes("Guided setup live for every specialty", None, first=6),
        ),
    ),
    Goal(
        key="operations-o1",
        title="We grow without growing the paperwork",
        aims=(
            rise("Invoices sent without a hand", 35, 80, "%", 76),
            within("Gross margin", 72, 78, "%", 74.5),
        ),
    ),
    Goal(
        key="operations-o2",
        title="The ten people that the year needs are here",
        commitment="committed",
        aims=(
            rise("Positions filled", 0, 10, "people", 8),
            fall("Days from application to offer", 44, 28, "days", 30, shape="early"),
        ),
    ),
    Goal(
        key="apps-o1",
        title="The app is as good as the web",
        aims=(
            rise("Rating in the app stores", 3.9, 4.5, "stars", 4.3),
            at_least("Sessions without a crash", 99.6, "%", 99.71),
            rise("Features of the web that the app has too", 55, 90, "%", 82),
        ),
    ),
    Goal(
        key="apps-o2",
        title="Reminders speak the patient’s language",
        aims=(
            rise("Languages", 3, 9, "languages", 9),
            fall("Reminded patients who stay away", 10.3, 9, "%", 9.4, owner="p21"),
        ),
    ),
    Goal(
        key="apps-o3",
        title="The day view works on tablets",
        promoted="26q1-product-o1-kr3",
        aims=(
            rise("Tablet sessions without an error", 81, 98, "%", 97.2, added=5),
            steps(
                "Tablets in use",
                ("Pilot with three clinics", 1, 3),
                ("Pilot with twenty clinics", 2, 7),
                ("Open to all", 2, 10),
                added=5,
            ),
        ),
    ),
    Goal(
        key="data-o1",
        title="One number for one question",
        aims=(
            rise("Measures with one agreed definition", 8, 40, "measures", 24),
            fall("Nightly load", 118, 60, "minutes", 95, shape="late"),
        ),
    ),
    Goal(
        key="care-o1",
        title="Most questions need no ticket",
        aims=(
            rise("Visitors who find their answer in the help centre", 41, 60, "%", 55),
            fall("Tickets for every hundred clinics", 38, 26, "tickets", 29),
        ),
    ),
    Goal(
        key="care-o2",
        title="Clinics never wait for us",
        description="An answer within the hour, whatever the channel.",
        commitment="committed",
        aims=(
            rise("Tickets answered within one hour", 48, 85, "%", 58, shape="late", owner="p29"),
            fall("Tickets older than three days", 60, 15, "tickets", 38, owner="p30"),
        ),
    ),
    Goal(
        key="china-o1",
        title="让试点诊所愿意付费",
        commitment="committed",
        aims=(
            rise("付费诊所", 0, 30, "家", 26),
            rise("试点诊所续约率", 0, 80, "%", 77),
        ),
    ),
    Goal(
        key="china-o2",
        title="产品真正适合中国诊所的日常",
        carried=(
            "25q4-china-o2",
            ("world_changed", "电子发票接口一月才开放，按新的起点重新定目标。"),
        ),
        aims=(
            steps(
                "本地化里程碑",
                ("微信预约", 2, 0),
                ("支付宝收款", 1, 0),
                ("电子发票", 1, 8),
            ),
            rise("试点诊所每周在线预约", 190, 450, "次", 431),
        ),
    ),
    Goal(
        key="p11-o1",
        title="Partners bring us their neighbours",
        aims=(
            rise("Introductions by partners", 0, 12, "clinics", 19, shape="early", first=9),
            yes("Partner day held", 6, first=10),
        ),
    ),
    Goal(
        key="p06-o1",
        title="Learn whether clinics would plan with a forecast",
        commitment="learning",
        aims=(
            rise("Clinics interviewed", 0, 12, "clinics", 12),
            yes("Prototype judged by five clinics", 11, first=5),
        ),
    ),
)
