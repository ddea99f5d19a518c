"""How the third quarter of 2026 went; `stories.py` says what to look for in it."""

from api.sample.plans import Change, Correction, Link, Said

LINKS = (
    Link(start="26q3-company-o1", finish="fy26-company-o4"),
    Link(start="26q3-product-o1", finish="fy26-company-o2", relation="contributes", weight=0.6),
    Link(start="26q3-product-o2", finish="fy26-company-o4", relation="contributes", day=0),
    Link(start="26q3-growth-o1", finish="26q3-company-o1", relation="contributes", weight=0.5),
    Link(start="26q3-growth-o2", finish="fy26-company-o1", day=2),
    Link(start="26q3-operations-o2", finish="fy26-company-o4", day=2),
    Link(start="26q3-apps-o1", finish="fy26-company-o2"),
    Link(start="26q3-apps-o1-kr2", finish="26q3-operations-o2", day=3),
    Link(start="26q3-apps-o2", finish="26q3-product-o1", relation="contributes", day=3),
    Link(start="26q3-data-o1", finish="26q3-company-o1", day=10),
    Link(start="26q3-care-o1", finish="26q3-company-o1", day=2),
    Link(start="26q3-care-o2", finish="26q3-company-o1", day=6),
    Link(start="26q3-china-o1", finish="fy26-company-o3"),
    Link(start="26q3-china-o2", finish="26q3-product-o2", relation="contributes", day=3),
    Link(start="26q3-p11-o1", finish="26q3-growth-o1", day=2),
    Link(start="26q3-p06-o1", finish="26q3-product-o1", day=3),
    Link(start="26q3-company-o1", finish="26q3-apps-o1", relation="depends_on", day=3),
    Link(start="26q3-product-o1", finish="26q3-data-o1", relation="depends_on", day=5),
    Link(
        start="26q3-care-o1",
        finish="26q3-apps-o1",
        answer="decline",
        day=4,
        why=("irrelevant", "Chat is not part of the app before winter."),
    ),
    Link(start="26q3-data-o2", finish="26q3-product-o1", answer="none", day=9),
    Link(
        start="26q3-operations-o1",
        finish="26q3-company-o1",
        day=5,
        withdrawn=31,
        why=("was_wrong", "Contracts help the auditor, not the revenue of this year."),
    ),
    Link(
        start="26q3-china-o1",
        finish="26q3-growth-o2",
        relation="contributes",
        day=20,
        why=("world_changed", "三家流失诊所通过推荐回来了。"),
    ),
)

CHANGES = (
    Change(
        action="reword_key_result",
        of="26q3-apps-o2-kr1",
        day=11,
        fields={"title": "Family accounts with more than one patient"},
    ),
    Change(
        action="adjust_baseline",
        of="26q3-apps-o1-kr3",
        day=21,
        told=None,
        why=("was_wrong", "Calls on Saturdays had not been counted."),
        fields={"baseline": 340},
    ),
    Change(
        action="close_objective",
        of="26q3-product-o2",
        day=24,
        told=1,
        why=(
            "priority_changed",
            "All hands are needed for weekly planning; no marketplace in 2026.",
        ),
        fields={"outcome": "dropped", "note": "Decided by the board on Monday."},
    ),
    Change(
        action="reassign_key_result",
        of="26q3-data-o2-kr2",
        day=27,
        why=("other", "Leila helps with the nightly load."),
        fields={"owner": {"type": "person", "id": "p26"}},
    ),
    Change(
        action="adjust_target",
        of="26q3-product-o1-kr3",
        day=29,
        why=("priority_changed", "The first month shows that more is possible."),
        fields={"target": 65},
    ),
    Change(
        action="adjust_target",
        of="26q3-operations-o2-kr1",
        day=33,
        told=2,
        why=("world_changed", "The provider raised its prices by six per cent."),
        fields={"target": 3.8},
    ),
    Change(
        action="adjust_target",
        of="26q3-growth-o1-kr1",
        day=47,
        told=2,
        why=(
            "priority_changed",
            "Two partners start in autumn only; 90 was their number, not ours.",
        ),
        fields={"target": 45},
    ),
    Change(
        action="close_objective",
        of="26q3-data-o2",
        day=6,
        since_end=True,
        why=("other", "Starts anew next quarter with another measure."),
        fields={"outcome": "missed", "note": "We looked at it three times in three months."},
    ),
    Change(
        action="score_key_result",
        of="26q3-care-o2-kr1",
        day=11,
        since_end=True,
        by="p02",
        why=("was_wrong", "Tickets that came by chat had been left out."),
        fields={"score": 0.85, "kind": "agreed"},
    ),
)

SAID = {
    "26q3-product-o1-kr1": {5: Said(value=13.9, note="Ahead of the plan.")},
    "26q3-growth-o1-kr1": {
        1: Said(value=2, confidence=7),
        2: Said(value=4, confidence=7, note="Two of five partners have begun."),
        3: Said(value=7, confidence=7),
        4: Said(value=9, confidence=6),
        5: Said(value=12, confidence=6, note="August is slow everywhere."),
        6: Said(value=15, confidence=5),
        7: Said(value=19, confidence=5, note="The large partners still train their people."),
        8: Said(value=23, confidence=4, note="Ninety would need seventeen a week from here."),
        9: Said(value=27, confidence=6, note="The target is 45 now."),
        10: Said(value=33, confidence=7),
        11: Said(value=38, confidence=8),
        12: Said(value=43, confidence=8, note="Nearly there."),
    },
    "26q3-apps-o1-kr1": {
        1: Said(value=62.4, confidence=8),
        2: Said(value=62.1, confidence=7, note="Flat since the new calendar went out."),
        3: Said(
            value=60.8,
            confidence=3,
            note="The calendar loses the chosen slot on older Android telephones: one booking in "
            "nine fails. We will miss 75 % unless this is fixed before September.",
            blocker=(
                "Nobody can reproduce it on the telephones in the office.",
                "Rahul buys three used telephones and hands over a trace by Tuesday.",
                "p20",
            ),
        ),
        4: Said(value=61.2, confidence=4, note="Reproduced. The session ends with the screen."),
        5: Said(value=62.9, confidence=5, note="The fix is with beta users."),
        6: Said(value=65.7, confidence=6, note="Fix out to everyone on Wednesday."),
        7: Said(value=68.8, confidence=7),
        8: Said(value=71.2, confidence=8, note="Older telephones now finish like new ones."),
        9: Said(value=72.6, confidence=8),
        10: Said(value=74.1, confidence=9),
        11: Said(value=75.3, confidence=9, note="Target reached a fortnight early."),
        12: Said(value=76.1, confidence=10),
    },
    "26q3-china-o2-kr2": {
        6: Said(note="三家诊所等着试用，总部那边还没有消息。"),
        9: Said(note="试用开始，前台觉得结算快了很多。"),
        12: Said(note="插件做好了，却没有地方上架。"),
    },
    "26q3-care-o2-kr1": {
        3: Said(
            confidence=5, note="Third quarter with this goal; 75 % is what two shifts can hold."
        ),
        11: Said(confidence=5, note="Close, and yet: the evenings are missing again."),
        12: Said(confidence=4, note="71 %. Better than in spring, and short again."),
    },
}

CORRECTIONS = (
    Correction(
        check_in="26q3-product-o1-kr1-c05",
        days=5,
        why=("was_wrong", "Two clinics of the pilot were missing."),
        fields={"value": 15.2},
    ),
    Correction(
        check_in="26q3-growth-o2-kr1-c07",
        days=3,
        earlier=1,
        why=("was_wrong", "Counted on the evening before."),
    ),
    Correction(
        check_in="26q3-care-o1-kr2-c06",
        days=2,
        why=("was_wrong", "The survey had not been sent that week."),
        retract=True,
    ),
)
