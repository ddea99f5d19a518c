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


def _sees(book: Book, objective: Objective, context: Context, mandate: Mandate) -> bool:
    """Whether a caller with this mandate may know of an objective."""
    if objective.was_published or mandate.sees_all_drafts:
        return True
    return is_or_leads(book, objective.owner, context)


def check_seen(book: Book, word: str, entity_id: UUID, context: Context) -> None:
    """Refuse what the caller may not see in the words used for what does not exist.

    An alignment names both its ends, so it is seen by whoever sees both. Raises
    ObjectiveNotFound, KeyResultNotFound or AlignmentNotFound.
    """
    mandate = context.mandate
    if mandate is None:
        return
    missing: type[NotFound] | None = None
    match word:
        case "objective" if not _sees(book, book.objective(entity_id), context, mandate):
            missing = ObjectiveNotFound
        case "key_result" if not _sees(book, book.key_result(entity_id)[0], context, mandate):
            missing = KeyResultNotFound
        case "alignment":
            edge = book.graph_with(entity_id).edges[entity_id]
            ends = (book.objective(end.objective_id) for end in (edge.start, edge.finish))
            if not all(_sees(book, objective, context, mandate) for objective in ends):
                missing = AlignmentNotFound
        case _:
            pass
    if missing is not None:
        refusal = missing(f"There is no {word.replace('_', ' ')} {entity_id}; check the id.")
        refusal.hidden = True
        raise refusal
