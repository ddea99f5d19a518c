"""How the second quarter of 2026 went: two things ended by mistake, and one ended as missed."""

from api.sample.plans import Change, Correction, Link, Said

LINKS = (
    Link(start="26q2-company-o1", finish="fy26-company-o1"),
    Link(start="26q2-product-o1", finish="fy26-company-o2", relation="contributes", weight=0.7),
    Link(start="26q2-product-o2", finish="fy26-company-o4"),
    Link(start="26q2-growth-o1", finish="fy26-company-o1", day=0),
    Link(start="26q2-growth-o2", finish="fy26-company-o4", day=2),
    Link(start="26q2-operations-o1", finish="fy26-company-o3", day=3),
    Link(start="26q2-apps-o1", finish="26q2-company-o1"),
    Link(start="26q2-apps-o2", finish="26q2-product-o2", relation="contributes", day=2),
    Link(start="26q2-data-o2", finish="26q2-company-o1", day=9),
    Link(start="26q2-care-o1", finish="26q2-company-o1"),
    Link(start="26q2-care-o2", finish="26q2-company-o1", day=6),
    Link(start="26q2-china-o1", finish="fy26-company-o3"),
    Link(start="26q2-china-o1-kr1", finish="26q2-growth-o1", relation="contributes", day=3),
    Link(start="26q2-china-o2", finish="26q2-product-o1", relation="contributes", day=3),
    Link(start="26q2-p11-o1", finish="26q2-growth-o1", day=2),
    Link(start="26q2-p37-o1", finish="26q2-operations-o1", day=2),
    Link(start="26q2-product-o2", finish="26q2-apps-o2", relation="depends_on", day=4),
    Link(
        start="26q2-growth-o2",
        finish="26q2-data-o2",
        relation="depends_on",
        answer="decline",
        day=5,
        why=("priority_changed", "Nobody is free for a price model before July."),
    ),
    Link(
        start="26q2-operations-o2",
        finish="fy26-company-o4",
        day=24,
        why=("was_wrong", "Forgotten when the quarter began."),
    ),
)

_PAYMENT_STEPS = (
    ("Contract with the payment provider", 1),
    ("Pilot with five clinics", 1),
    ("Refunds", 1),
    ("Receipts by mail", 1),
    ("Open to all", 2),
)
CHANGES = (
    Change(
        action="change_measure",
        of="26q2-product-o1-kr1",
        day=9,
        why=("priority_changed", "The first week was so strong that we name a stretch."),
        fields={"stretch": 45},
    ),
    Change(
        action="change_key_result_commitment",
        of="26q2-data-o2-kr2",
        day=10,
        fields={"commitment": "learning"},
    ),
    Change(
        action="adjust_baseline",
        of="26q2-care-o1-kr1",
        day=18,
        told=None,
        why=("was_wrong", "The old count held tickets that were merged."),
        fields={"baseline": 63},
    ),
    Change(
        action="drop_key_result",
        of="26q2-apps-o2-kr2",
        day=26,
        why=("irrelevant", "The tour goes away with the new front desk."),
    ),
    Change(
        action="change_measure",
        of="26q2-product-o2-kr1",
        day=28,
        told=1,
        why=("world_changed", "The law asks for a receipt with every payment."),
        fields={
            "milestones": [{"name": name, "weight": weight} for name, weight in _PAYMENT_STEPS]
        },
    ),
    Change(
        action="reassign_objective",
        of="26q2-p37-o1",
        day=28,
        told=2,
        why=("other", "Dmitri is on parental leave."),
        fields={"owner": {"type": "person", "id": "p04"}},
    ),
    Change(
        action="restore_key_result",
        of="26q2-apps-o2-kr2",
        day=29,
        why=("was_wrong", "The tour stays; the wrong meeting notes were followed."),
    ),
    Change(
        action="adjust_target",
        of="26q2-growth-o1-kr1",
        day=41,
        why=("world_changed", "Two groups merged and negotiate as one."),
        fields={"target": 10},
    ),
    Change(
        action="close_objective",
        of="26q2-china-o2",
        day=44,
        why=("other", "送达率已经达标。"),
        fields={"outcome": "achieved", "note": "提前完成。"},
    ),
    Change(
        action="reopen_objective",
        of="26q2-china-o2",
        day=46,
        why=("was_wrong", "爽约率还没有达标，关闭得太早。"),
    ),
    Change(
        action="close_objective",
        of="26q2-growth-o2",
        day=6,
        since_end=True,
        why=("other", "We stop here instead of dragging it along."),
        fields={"outcome": "missed", "note": "Pricing needs one owner, not three."},
    ),
)

SAID = {
    "26q2-care-o2-kr1": {
        7: Said(confidence=5, note="The queue grows whenever payments fail at a clinic."),
        10: Said(confidence=3, note="Without an evening shift this stays at 64 %."),
    },
    "26q2-growth-o2-kr1": {
        4: Said(confidence=4, note="The page is liked and not used. The price is not the problem."),
    },
}

CORRECTIONS = (
    Correction(
        check_in="26q2-china-o1-kr1-c06",
        days=3,
        why=("was_wrong", "有一家诊所重复计算。"),
        fields={"note": "去掉了一家重复的诊所。"},
    ),
    Correction(
        check_in="26q2-product-o1-kr2-c12",
        days=18,
        why=("was_wrong", "Closed clinics had been counted."),
        fields={"value": 458},
    ),
    Correction(
        check_in="26q2-care-o1-kr2-c03",
        days=1,
        why=("was_wrong", "Entered for the wrong key result."),
        retract=True,
    ),
)
