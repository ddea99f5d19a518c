"""Who may speak for an owner: the person themself, a unit's leads, and services for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.times import existed
from domain.units import must_be_active
from domain.values import Actor, Owner

if TYPE_CHECKING:
    from domain.book import Book
    from domain.record import Context


def may_speak_for(book: Book, owner: Owner, actor: Actor) -> bool:
    """Whether the actor may accept, decline or propose on behalf of the owner."""
    if actor.speaks_for_all:
        return True
    if owner.type == "person":
        return str(owner.id) == actor.id
    return book.unit(owner.id).is_led_by(actor.id)


def owner_must_exist(book: Book, owner: Owner, context: Context) -> None:
    """Refuse an owner that is unknown, dissolved, or younger than what it should own."""
    if owner.type == "person":
        existed(context, book.person(owner.id))
        return
    unit = book.unit(owner.id)
    must_be_active(unit, context)
    existed(context, unit)
