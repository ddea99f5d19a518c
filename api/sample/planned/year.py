"""The goals of the sample's two years."""

from api.sample.plans import Goal, at_least, at_most, fall, rise, steps, within, yes

YEAR_GOALS = (
    Goal(
        key="company-o1",
        title="Independent clinics recommend us to each other",
        description="Growth that clinics bring us is the growth that lasts.",
        commitment="aspirational",
        weight=2,
        aims=(
            rise("Active clinics", 1850, 2600, "clinics", 2512, commit=2400, stretch=2800),
            rise("Clinics that would recommend us", 31, 45, "points", 42, first=6),
            rise("New clinics that came by recommendation", 18, 30, "%", 31.2, shape="late"),
        ),
    ),
    Goal(
        key="company-o2",
        title="No appointment is lost between a patient and a doctor",
        commitment="committed",
        aims=(
            fall("Appointments missed without notice", 11.8, 8, "%", 8.6),
            at_least("Availability of booking", 99.9, "%", 99.93),
            rise("Bookings finished on the first try", 71, 85, "%", 83.1),
        ),
    ),
    Goal(
        key="company-o3",
        title="在中国市场站稳脚跟",
        description="三年内进入三十个城市，今年先证明我们的模式行得通。",
        commitment="learning",
        aims=(
            rise("签约诊所", 0, 120, "家", 97, shape="late", first=5, owner="p02"),
            rise("月活跃患者", 0, 40000, "人", 33600, shape="late", first=5),
            yes("取得网络安全等级保护三级备案", 8),
        ),
    ),
    Goal(
        key="company-o4",
        title="We grow on our own money",
        commitment="committed",
        aims=(
            rise("Yearly recurring revenue", 6400000, 9000000, "EUR", 8310000, first=6),
            within("Gross margin", 72, 78, "%", 75.2),
            at_most("Cash used in a month", 150000, "EUR", 128000, start=171000, first=6),
        ),
    ),
)

NEXT_YEAR_GOALS = (
    Goal(
        key="company-o1",
        title="Every third independent clinic in our cities books with Larkfield",
        published=False,
        aims=(
            rise("Active clinics", 2512, 3600, "clinics", 2512),
            steps(
                "New markets",
                ("Partner in Portugal", 1, None),
                ("First clinics in 深圳", 1, None),
            ),
        ),
    ),
)
