"""How the fourth quarter of 2025 went."""

from api.sample.plans import Change, Correction, Link, Said

LINKS = (
    Link(start="25q4-company-o1", finish="fy26-company-o1"),
    Link(start="25q4-product-o1", finish="fy26-company-o2", relation="contributes", weight=0.6),
    Link(start="25q4-product-o2", finish="fy26-company-o2"),
    Link(start="25q4-growth-o1", finish="fy26-company-o1", day=0),
    Link(start="25q4-growth-o2", finish="fy26-company-o4", day=2),
    Link(start="25q4-operations-o1", finish="fy26-company-o4", day=0),
    Link(start="25q4-apps-o1", finish="25q4-product-o1", relation="contributes", weight=0.5),
    Link(start="25q4-apps-o1-kr2", finish="25q4-product-o2", day=2),
    Link(start="25q4-apps-o2", finish="fy26-company-o2", day=3),
    Link(start="25q4-data-o1", finish="25q4-company-o1", day=8),
    Link(start="25q4-care-o2", finish="25q4-growth-o2"),
    Link(
        start="25q4-care-o1",
        finish="25q4-growth-o1",
        answer="decline",
        why=("irrelevant", "Fewer repeated questions are good, but they win no new clinic."),
    ),
    Link(start="25q4-china-o1", finish="fy26-company-o3"),
    Link(start="25q4-china-o2", finish="25q4-product-o1", relation="contributes", day=4),
    Link(start="25q4-p11-o1", finish="25q4-growth-o1", day=3),
    Link(start="25q4-growth-o2", finish="25q4-apps-o1", relation="depends_on", day=4),
    Link(start="25q4-company-o1", finish="25q4-operations-o1", relation="depends_on", day=2),
)

CHANGES = (
    Change(
        action="reword_objective",
        of="25q4-growth-o2",
        day=6,
        fields={"title": "Trials turn into paying clinics"},
    ),
    Change(
        action="reword_key_result",
        of="25q4-data-o1-kr1",
        day=9,
        fields={"description": "Used means: opened by three people in the same week."},
    ),
    Change(
        action="adjust_target",
        of="25q4-growth-o1-kr1",
        day=10,
        told=2,
        why=("world_changed", "The fair in Milan is cancelled."),
        fields={"target": 140},
    ),
    Change(action="reweight_key_result", of="25q4-apps-o1-kr1", day=12, fields={"weight": 3}),
    Change(
        action="adjust_baseline",
        of="25q4-growth-o2-kr1",
        day=20,
        told=None,
        why=("was_wrong", "The count had left out trials that began by telephone."),
        fields={"baseline": 14},
    ),
    Change(
        action="move_deadline",
        of="25q4-china-o1-kr2",
        day=25,
        why=("world_changed", "评审委员会改到十二月开会。"),
        fields={"deadline": "2025-12-12"},
    ),
    Change(
        action="reassign_key_result",
        of="25q4-operations-o1-kr2",
        day=28,
        why=("priority_changed", "Grace takes over all invoices."),
        fields={"owner": {"type": "person", "id": "p15"}},
    ),
    Change(
        action="drop_key_result",
        of="25q4-operations-o2-kr3",
        day=40,
        why=("irrelevant", "The works council publishes the bands itself."),
    ),
    Change(
        action="score_key_result",
        of="25q4-growth-o1-kr1",
        day=12,
        since_end=True,
        why=("was_wrong", "Sixteen of the clinics signed in January and had been counted here."),
        fields={"score": 0.8, "kind": "agreed"},
        by="p01",
    ),
)

SAID = {
    "25q4-growth-o1-kr1": {12: Said(confidence=8, note="A strong last week.")},
    "25q4-growth-o1-kr2": {5: Said(value=204, note="Recommendations keep coming.")},
    "25q4-care-o1-kr2": {6: Said(value=9.2, note="Everyone seems happy?")},
}

CORRECTIONS = (
    Correction(
        check_in="25q4-growth-o1-kr2-c05",
        days=2,
        why=("was_wrong", "The decimal point was missing."),
        fields={"value": 20.4},
    ),
    Correction(
        check_in="25q4-apps-o2-kr1-c04",
        days=3,
        earlier=1,
        why=("was_wrong", "Counted on the evening before."),
        fields={"note": "Counted before the update went out."},
    ),
    Correction(
        check_in="25q4-care-o1-kr2-c06",
        days=1,
        why=("was_wrong", "That was the figure of another survey."),
        retract=True,
    ),
)
