"""How the fourth quarter of 2026 has begun."""

from api.sample.plans import Change, Correction, Link, Said

LINKS = (
    Link(start="26q4-product-o1", finish="26q4-company-o1"),
    Link(start="26q4-growth-o1", finish="26q4-company-o1", answer="none", day=2),
    Link(start="26q4-apps-o1", finish="26q4-product-o1", relation="contributes", day=6),
    Link(start="26q4-care-o1", finish="26q4-company-o1", day=3),
    Link(start="26q4-data-o1", finish="26q4-company-o1", day=12),
    Link(start="26q4-china-o1", finish="26q4-growth-o1", relation="contributes", day=4),
    Link(start="26q4-product-o1", finish="26q4-data-o1", relation="depends_on", day=5),
)

CHANGES = (
    Change(
        action="reword_objective",
        of="26q4-growth-o1",
        day=8,
        fields={"title": "Every partner signs at least one clinic a month"},
    ),
    Change(
        action="adjust_target",
        of="26q4-care-o1-kr1",
        day=13,
        told=1,
        why=("priority_changed", "The second shift is larger than planned."),
        fields={"target": 85},
    ),
)

SAID = {
    "26q4-china-o1-kr2": {2: Said(value=10.2, confidence=7)},
    "26q4-growth-o1-kr1": {
        2: Said(confidence=4, note="Autumn holidays: three partners have not answered."),
    },
}

CORRECTIONS = (
    Correction(
        check_in="26q4-china-o1-kr2-c02",
        days=2,
        why=("was_wrong", "漏算了周末。"),
        fields={"value": 11.4},
    ),
)
