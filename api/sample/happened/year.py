"""How the sample's year went: one target of the company moved, and the first agreed scores."""

from api.sample.plans import Change

YEAR_CHANGES = (
    Change(
        action="reword_objective",
        of="fy26-company-o2",
        day=20,
        fields={"description": "From the first click to the chair in the waiting room."},
    ),
    Change(
        action="adjust_target",
        of="fy26-company-o4-kr1",
        day=116,
        told=3,
        why=("world_changed", "The new reimbursement rules hold large clinics back until autumn."),
        fields={"target": 8500000},
    ),
    Change(
        action="score_objective",
        of="fy26-company-o1",
        day=13,
        since_end=True,
        fields={"score": 0.9, "kind": "agreed", "note": "Recommendation made the difference."},
    ),
    Change(
        action="score_objective",
        of="fy26-company-o2",
        day=13,
        since_end=True,
        fields={"score": 0.85, "kind": "agreed"},
    ),
)
