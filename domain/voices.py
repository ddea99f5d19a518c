"""Who may speak for an owner: the person themself, a unit's leads, and services for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.times import existed
from domain.units.forming import must_be_active
from domain.values import Owner

if TYPE_CHECKING:
    from domain.book import Book
    from domain.record import Context


def may_speak_for(book: Book, owner: Owner, context: Context) -> bool:
    """Whether the caller may act, accept, decline or propose on behalf of the owner.

    Admins act for everybody; where nobody signs in, so does every service.
    """
    if context.mandate is None:
        return context.actor.speaks_for_all or is_or_leads(book, owner, context)
    return context.mandate.administers or is_or_leads(book, owner, context)


def is_or_leads(book: Book, owner: Owner, context: Context) -> bool:
    """Whether the caller is the owner, or leads the unit that is."""
    if owner.type == "person":
        return str(owner.id) == context.actor.voice
    if context.mandate is not None and context.mandate.leads_every_unit:
        return True
    return book.unit(owner.id).is_led_by(context.actor.voice)


def belongs_to(book: Book, owner: Owner, context: Context) -> bool:
    """Whether the caller is the owner, or in the unit that is.

    A service is in no unit, so what the organisation made it holds for every unit.
    """
    if owner.type == "person":
        return str(owner.id) == context.actor.voice
    if context.actor.speaks_for_all:
        return True
    return any(str(member) == context.actor.voice for member in book.unit(owner.id).members)


def owner_must_exist(book: Book, owner: Owner, context: Context) -> None:
    """Refuse an owner that is unknown, dissolved, or younger than what it should own."""
    if owner.type == "person":
        existed(context, book.person(owner.id))
        return
    unit = book.unit(owner.id)
    must_be_active(unit, context)
    existed(context, unit)
