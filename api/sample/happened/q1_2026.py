"""How the first quarter of 2026 went: a team changed hands, and the cycle was reopened once."""

from api.sample.plans import Change, Correction, Link, Said

LINKS = (
    Link(start="26q1-company-o1", finish="fy26-company-o2"),
    Link(start="26q1-product-o1", finish="fy26-company-o2", relation="contributes"),
    Link(start="26q1-growth-o1", finish="fy26-company-o1", day=0),
    Link(start="26q1-growth-o2", finish="fy26-company-o4"),
    Link(start="26q1-operations-o1", finish="fy26-company-o4", day=2),
    Link(start="26q1-apps-o1", finish="26q1-product-o2", relation="contributes", day=2),
    Link(start="26q1-apps-o2", finish="26q1-company-o1", day=3),
    Link(
        start="26q1-data-o1",
        finish="26q1-company-o1",
        day=7,
        withdrawn=35,
        why=("priority_changed", "Definitions now serve Finance first."),
    ),
    Link(start="26q1-care-o1", finish="26q1-company-o1"),
    Link(start="26q1-care-o2", finish="26q1-company-o1", weight=2),
    Link(start="26q1-china-o1", finish="fy26-company-o3", day=0),
    Link(start="26q1-china-o2", finish="26q1-china-o1", day=5),
    Link(start="26q1-p11-o1", finish="26q1-growth-o1", day=2),
    Link(start="26q1-p06-o1", finish="26q1-product-o1", day=2),
    Link(start="26q1-growth-o1", finish="26q1-apps-o1", relation="depends_on", day=3),
    Link(
        start="26q1-product-o2",
        finish="26q1-growth-o2",
        answer="decline",
        day=4,
        why=("irrelevant", "Trials do not fail because of the looks."),
    ),
)

CHANGES = (
    Change(
        action="reword_objective",
        of="26q1-care-o1",
        day=5,
        fields={"description": "The best ticket is the one nobody has to write."},
    ),
    Change(action="reweight_objective", of="26q1-product-o1", day=8, fields={"weight": 2}),
    Change(
        action="adjust_target",
        of="26q1-growth-o1-kr2",
        day=11,
        why=("priority_changed", "Two large clinics signed early; we aim higher."),
        fields={"target": 450000},
    ),
    Change(
        action="reassign_key_result",
        of="26q1-apps-o2-kr2",
        day=23,
        told=3,
        why=("other", "Chloé moved to the data team; Noah takes over."),
        fields={"owner": {"type": "person", "id": "p39"}},
    ),
    Change(
        action="move_deadline",
        of="26q1-product-o1-kr3",
        day=30,
        why=("world_changed", "The tablets for the pilot arrive a month late."),
        fields={"deadline": "2026-03-20"},
    ),
    Change(
        action="change_commitment",
        of="26q1-operations-o2",
        day=33,
        why=("world_changed", "The labour market does not allow a promise."),
        fields={"commitment": "aspirational"},
    ),
    Change(
        action="drop_key_result",
        of="26q1-growth-o2-kr3",
        day=38,
        why=("irrelevant", "Three specialties make up nearly all trials."),
    ),
    Change(
        action="adjust_target",
        of="26q1-apps-o1-kr3",
        day=40,
        told=1,
        why=("world_changed", "The store forbids two features of the web."),
        fields={"target": 85},
    ),
    Change(
        action="score_key_result",
        of="26q1-growth-o1-kr2",
        day=12,
        since_end=True,
        by="p01",
        why=("was_wrong", "Two refunds of January were booked in April."),
        fields={"score": 0.8, "kind": "agreed", "note": "Agreed again after the refunds."},
    ),
    Change(
        action="score_objective",
        of="26q1-growth-o1",
        day=12,
        since_end=True,
        by="p01",
        why=("was_wrong", "Follows from the key result scored again."),
        fields={"score": 0.9, "kind": "agreed"},
    ),
)

SAID = {
    "26q1-growth-o1-kr1": {12: Said(confidence=9)},
    "26q1-growth-o1-kr2": {
        8: Said(value=31000, note="Quiet week, one large invoice open."),
        12: Said(confidence=7),
    },
    "26q1-care-o2-kr1": {
        6: Said(confidence=4, note="One shift cannot answer evenings. We said so in January."),
        9: Said(confidence=3, note="85 % is out of reach; we fight for 60 %."),
    },
}

CORRECTIONS = (
    Correction(
        check_in="26q1-growth-o1-kr2-c08",
        days=4,
        why=("was_wrong", "A digit was lost."),
        fields={"value": 310000, "confidence": 7},
    ),
    Correction(
        check_in="26q1-product-o2-kr2-c07",
        days=6,
        earlier=2,
        why=("was_wrong", "The count was made on Wednesday."),
    ),
    Correction(
        check_in="26q1-china-o1-kr2-c05",
        days=2,
        why=("was_wrong", "这一周没有到期的合同，不应该填写。"),
        retract=True,
    ),
)
