"""The part of what was found that a search shows, with the places of the words in it."""

from __future__ import annotations

from projections.texts import Texts
from projections.words import Sought, spans, spelled

SNIPPET = 160
"""How many characters of a text are shown."""

_BEFORE = 40
"""How many characters are shown before the first match."""


def excerpt(texts: Texts, wanted: Sought) -> tuple[str, str, list[dict[str, int]]]:
    """The field that holds most of the phrases, and the part of it where they begin."""
    field = max(texts, key=lambda name: _held(texts[name], wanted))
    text = texts[field]
    found = spans(text, wanted)
    start = max(0, found[0].start - _BEFORE) if found else 0
    end = start + SNIPPET
    inside = [
        {"start": one.start - start, "end": min(one.end, end) - start}
        for one in found
        if one.start < end
    ]
    return field, text[start:end], inside


def _held(text: str, wanted: Sought) -> int:
    words = spelled([text])
    return sum(phrase.spelled in words for phrase in wanted)
