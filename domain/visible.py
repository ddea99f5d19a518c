"""Who may see a draft: its owner, the leads of the unit that owns it, and auditors.

What was published once is for everybody, with its history from then on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.errors import AlignmentNotFound, KeyResultNotFound, NotFound, ObjectiveNotFound
from domain.voices import is_or_leads

if TYPE_CHECKING:
    from domain.book import Book
    from domain.mandate import Mandate
    from domain.objectives.objective import Objective
    from domain.record import Context


_MISSING: dict[str, type[NotFound]] = {
    "objective": ObjectiveNotFound,
    "key_result": KeyResultNotFound,
    "alignment": AlignmentNotFound,
}


def _sees(book: Book, objective: Objective, context: Context, mandate: Mandate) -> bool:
    """Whether a caller with this mandate may know of an objective."""
    if objective.was_published or mandate.sees_all_drafts:
        return True
    return is_or_leads(book, objective.owner, context)


def is_seen(book: Book, word: str, entity_id: UUID, context: Context) -> bool:
    """Whether the caller may know of an entity: what is no goal and no alignment, everybody may.

    An alignment names both its ends, so it is seen by whoever sees both.
    """
    mandate = context.mandate
    if mandate is None or word not in _MISSING:
        return True
    if word == "alignment":
        edge = book.graph_with(entity_id).edges[entity_id]
        homes = [book.objective(end.objective_id) for end in (edge.start, edge.finish)]
    else:
        of_a_key_result = word == "key_result"
        homes = [book.key_result(entity_id)[0] if of_a_key_result else book.objective(entity_id)]
    return all(_sees(book, objective, context, mandate) for objective in homes)


def check_seen(book: Book, word: str, entity_id: UUID, context: Context) -> None:
    """Refuse what the caller may not see in the words used for what does not exist.

    Raises ObjectiveNotFound, KeyResultNotFound or AlignmentNotFound.
    """
    if not is_seen(book, word, entity_id, context):
        refusal = _MISSING[word](f"There is no {word.replace('_', ' ')} {entity_id}; check the id.")
        refusal.hidden = True
        raise refusal
