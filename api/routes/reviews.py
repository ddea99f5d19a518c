"""Reviews of objectives over HTTP. A review carries the version of its objective."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Query, Response

from api.answers import Found, Show, entity
from api.asking import TheAsker, TheLister
from api.caller import TheCaller
from api.documented import changes, creates, lists, reads
from api.history import Question as Asked
from api.models.listings import Listing
from api.models.objectives import NewReview
from api.models.questions import Question
from api.models.shapes import Review, ReviewAnswer
from api.models.words import Body
from api.routes.listing import State, parts
from api.routing import concept
from api.sheets import sheet
from domain.errors import ReviewNotFound
from domain.reviews import AcknowledgeReview, CompleteAction, ReviewObjective

router = concept("reviews")
REVIEWS = sheet("reviews", Review)
PATH = "/objectives/{objective_id}/reviews"


def _review(objective_id: UUID, review_id: UUID) -> Show:
    """Find one review of an objective. Raises ReviewNotFound."""

    def show(question: Asked, zone: ZoneInfo) -> Found:
        objective = entity("objective", objective_id)(question, zone)
        for review in objective.state["reviews"]:
            if review["id"] == str(review_id):
                return Found(review, objective.version)
        raise ReviewNotFound(f"The objective has no review {review_id} then; check the id.")

    return show


@router.post(PATH, status_code=201, responses=creates(ReviewAnswer))
def review_objective(objective_id: UUID, body: NewReview, caller: TheCaller) -> Response:
    """Look back on an objective and decide what becomes of it."""
    review_id = caller.new_id()
    command = ReviewObjective(objective_id=objective_id, review_id=review_id, **body.with_ids())
    location = f"/v1/objectives/{objective_id}/reviews/{review_id}"
    show = _review(objective_id, review_id)
    return caller.create(body, command, location, show, ("objective", objective_id))


@router.post(PATH + "/{review_id}/acknowledge", responses=changes(ReviewAnswer))
def acknowledge_review(
    objective_id: UUID,
    review_id: UUID,
    caller: TheCaller,
    body: Body | None = None,
) -> Response:
    """Say that one has read a review and stands by it."""
    command = AcknowledgeReview(objective_id=objective_id, review_id=review_id)
    show = _review(objective_id, review_id)
    return caller.change(body, [command], "objective", objective_id, show)


@router.post(PATH + "/{review_id}/actions/{action_id}/complete", responses=changes(ReviewAnswer))
def complete_action(
    objective_id: UUID,
    review_id: UUID,
    action_id: UUID,
    caller: TheCaller,
    body: Body | None = None,
) -> Response:
    """Say that an action of a review is done."""
    command = CompleteAction(objective_id=objective_id, review_id=review_id, action_id=action_id)
    show = _review(objective_id, review_id)
    return caller.change(body, [command], "objective", objective_id, show)


@router.get(PATH, responses=lists(Review))
def list_reviews(
    objective_id: UUID, query: Annotated[Listing, Query()], asker: TheLister
) -> Response:
    """List the reviews of an objective."""

    def reviews(question: Asked) -> list[State]:
        return entity("objective", objective_id)(question, asker.history.zone).state["reviews"]

    return asker.items(query, parts(reviews), REVIEWS)


@router.get(PATH + "/{review_id}", responses=reads(ReviewAnswer))
def read_review(
    objective_id: UUID,
    review_id: UUID,
    query: Annotated[Question, Query()],
    asker: TheAsker,
) -> Response:
    """Read one review."""
    return asker.show(query, _review(objective_id, review_id))
