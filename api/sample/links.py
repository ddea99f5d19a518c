"""Alignment as it is negotiated: one side proposes, the other accepts, declines or stays silent."""

from datetime import date
from typing import Any

from api.sample.journal import Journal
from api.sample.people import owner_of, voice
from api.sample.periods import PERIODS
from api.sample.plans import Chapter, Link

_PAST = {"accept": "accept_alignment", "decline": "decline_alignment"}


def write_links(journal: Journal, chapter: Chapter) -> None:
    """Propose and answer every alignment of a chapter."""
    for link in chapter.links:
        _propose(journal, chapter, link)
        period, link_id = PERIODS[chapter.key], link_id_of(link)
        if link.answer != "none":
            later = journal.chance(link_id, "answer").randrange(1, 4)
            _answer(journal, link, _PAST[link.answer], period.day(link.day + later), link.finish)
        if link.withdrawn is not None:
            day = period.day(link.withdrawn)
            _answer(journal, link, "withdraw_alignment", day, link.start)


def link_id_of(link: Link) -> str:
    """An alignment's id names both of its ends."""
    return f"{link.start}-to-{link.finish}"


def _propose(journal: Journal, chapter: Chapter, link: Link) -> None:
    day = PERIODS[chapter.key].day(link.day)
    fields: dict[str, Any] = {"from": _end(link.start), "to": _end(link.finish)}
    if link.weight is not None:
        fields["weight"] = link.weight
    line_id = link_id_of(link)
    journal.write(
        line_id,
        "propose_alignment",
        journal.moment(day, line_id, 14, 17),
        voice(owner_of(link.start), day),
        why=link.why if link.day > PERIODS[chapter.key].frozen else None,
        relation=link.relation,
        **fields,
    )


def _end(entity_id: str) -> dict[str, str]:
    return {"type": "key_result" if "-kr" in entity_id else "objective", "id": entity_id}


def _frozen(link: Link) -> date:
    period = PERIODS[link.start.partition("-")[0]]
    return period.day(period.frozen)


def _answer(journal: Journal, link: Link, action: str, day: date, side: str) -> None:
    link_id = link_id_of(link)
    line_id = f"{link_id}-{action.partition('_')[0]}"
    journal.write(
        line_id,
        action,
        journal.moment(day, line_id, 9, 13),
        voice(owner_of(side), day),
        why=None if action == "accept_alignment" and day <= _frozen(link) else link.why,
        alignment_id=link_id,
    )
