"""Every command about an alignment, and what happens when it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.alignments.answering import Answer, answer
from domain.alignments.proposing import ProposeAlignment, ask
from domain.alignments.supporting import SupportObjectives, align
from domain.record import Context, Fact

if TYPE_CHECKING:
    from domain.book import Book


AlignmentCommand = ProposeAlignment | SupportObjectives | Answer


def decide(book: Book, command: AlignmentCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when an alignment is proposed or answered."""
    if isinstance(command, ProposeAlignment):
        return ask(book, command, context)
    if isinstance(command, SupportObjectives):
        return align(book, command, context)
    return answer(book, command, context)
