"""What each problem means, at the path that its `type` names."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException

from api.documented import refusals
from api.models.problems import Explanation, Explanations
from api.problems import Problem, catalogue
from api.routing import concept

router = concept("operation", prefix="")


def _explained(problem: Problem) -> dict[str, Any]:
    return {
        "type": problem.type,
        "status": problem.status,
        "title": problem.title,
        "explanation": problem.explanation,
    }


@router.get("/problems", response_model=Explanations, responses=refusals(500))
def list_problems() -> dict[str, list[dict[str, Any]]]:
    """List every problem that an answer may name."""
    return {"items": [_explained(problem) for _, problem in sorted(catalogue().items())]}


@router.get("/problems/{name}", response_model=Explanation, responses=refusals(404, 422, 500))
def explain_problem(name: str) -> dict[str, Any]:
    """Explain one problem."""
    problem = catalogue().get(name)
    if problem is None:
        raise HTTPException(404)
    return _explained(problem)
