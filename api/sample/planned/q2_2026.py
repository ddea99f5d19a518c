"""The goals of the second quarter of 2026."""

from api.sample.plans import Goal, at_most, fall, rise, steps, yes

GOALS = (
    Goal(
        key="company-o1",
        title="Clinics would miss us if we were gone",
        commitment="aspirational",
        aims=(
            rise("Clinics that would recommend us", 36, 41, "points", 39),
            at_most("Clinics that leave in a month", 1.2, "%", 1.1, start=1.4),
        ),
    ),
    Goal(
        key="product-o1",
        title="Waiting lists fill cancelled slots by themselves",
        aims=(
            rise("Cancelled slots filled within a day", 12, 35, "%", 33.5),
            rise("Clinics with an active waiting list", 0, 500, "clinics", 462),
        ),
    ),
    Goal(
        key="product-o2",
        title="Payment at the front desk takes one tap",
        aims=(
            steps(
                "Payments live",
                ("Contract with the payment provider", 1, 2),
                ("Pilot with five clinics", 1, 6),
                ("Refunds", 1, 9),
                ("Open to all", 2, None),
                first=6,
            ),
            rise("Clinics that take payments", 0, 250, "clinics", 138, shape="late", first=5),
        ),
    ),
    Goal(
        key="growth-o1",
        title="Groups of clinics choose us",
        aims=(
            rise("Groups signed", 0, 12, "groups", 9, shape="late"),
            rise("Clinics won through groups", 0, 90, "clinics", 71, shape="late"),
        ),
    ),
    Goal(
        key="growth-o2",
        title="Our pricing explains itself",
        commitment="committed",
        aims=(
            rise("Visitors who choose a plan without calling", 31, 50, "%", 34, shape="stall"),
            fall("Offers that needed a discount", 45, 25, "%", 41),
            yes("Calculator for clinics with several sites", None, first=6),
        ),
    ),
    Goal(
        key="operations-o1",
        title="Ready for an auditor on any day",
        aims=(
            steps(
                "Controls in place",
                ("Access reviewed", 1, 2),
                ("Suppliers reviewed", 1, 5),
                ("Recovery rehearsed", 2, 8),
            ),
            fall("Days to answer an auditor", 9, 3, "days", 3.4),
        ),
    ),
    Goal(
        key="operations-o2",
        title="Travel stays within the plan",
        commitment="committed",
        reviewed=False,
        aims=(
            at_most("Travel costs in a month", 18000, "EUR", 23500, start=17200),
            yes("All teams accept the travel rules", None, first=5),
        ),
    ),
    Goal(
        key="apps-o1",
        title="Offline does not mean lost",
        commitment="committed",
        aims=(
            rise(
                "Changes synchronised without a conflict",
                *(93, 99.5, "%", 99.1),
                added=3,
                supports=["26q2-care-o1"],
            ),
            at_most("Bookings lost", 0, "bookings", 0),
        ),
    ),
    Goal(
        key="apps-o2",
        title="A front desk needs no training",
        aims=(
            fall("Minutes until the first booking", 34, 10, "minutes", 12),
            rise("New users who finish the tour", 48, 75, "%", 77),
        ),
    ),
    Goal(
        key="data-o1",
        title="Data load while people sleep",
        aims=(
            fall("Nightly load", 95, 60, "minutes", 71),
            rise("Tables with quality checks", 41, 80, "tables", 52, shape="late"),
        ),
    ),
    Goal(
        key="data-o2",
        title="Clinics see their own figures",
        aims=(
            yes("Report for clinics in beta", 9),
            rise("Clinics that open their report every month", 0, 200, "clinics", 84),
        ),
    ),
    Goal(
        key="care-o1",
        title="The first answer is the last one needed",
        aims=(
            rise("Tickets solved at first contact", 61, 75, "%", 72.5),
            rise("Satisfaction after a ticket", 4.4, 4.6, "stars", 4.5),
        ),
    ),
    Goal(
        key="care-o2",
        title="Clinics never wait for us",
        carried=(
            "26q1-care-o2",
            ("priority_changed", "85 % needs a night shift that we do not hire this year."),
        ),
        commitment="committed",
        aims=(
            rise("Tickets answered within one hour", 58, 80, "%", 64, shape="stall", owner="p29"),
            fall("Tickets older than three days", 38, 20, "tickets", 31, owner="p30"),
        ),
    ),
    Goal(
        key="china-o1",
        title="走出上海，进入三个新城市",
        commitment="aspirational",
        aims=(
            rise("新城市签约诊所", 0, 40, "家", 33, shape="late"),
            steps("城市开站", ("杭州", 1, 4), ("苏州", 1, 7), ("成都", 1, 11)),
        ),
    ),
    Goal(
        key="china-o2",
        title="预约提醒用上微信",
        aims=(
            rise("微信提醒送达率", 70, 95, "%", 94.2, shape="early"),
            fall("爽约率", 13.5, 10, "%", 10.8),
        ),
    ),
    Goal(
        key="p11-o1",
        title="A second ring of partners",
        aims=(
            rise("Contracts with new partners", 0, 8, "contracts", 11, shape="early", first=9),
            rise("Partners trained", 0, 20, "people", 24, shape="early", first=10),
        ),
    ),
    Goal(
        key="p37-o1",
        title="No secret leaves the house",
        commitment="committed",
        aims=(
            rise("Services with rotated keys", 4, 22, "services", 22),
            yes("Penetration test passed", 10),
        ),
    ),
)
