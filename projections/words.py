"""Cuts text into words, and says what it means that a text holds the words of a search.

Text is compared folded: compatibility forms and capitals become plain ones, accents fall off. What
is written with spaces is cut into words; Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese
characters and emoji are a word each, so that any run of them is found, down to a single one.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

BREAK = "\u241e"
"""Stands between two texts that are kept as one, so that no phrase reaches across."""

_ALONE = (
    "\u0e01-\u0e5b\u0e81-\u0edf\u1000-\u109f\u1780-\u17dd"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"  # kana
    "\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"  # bopomofo, small kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # ideographs
    "\uac00-\ud7a3"  # Hangul
)
_SIGNS = "\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_VOWEL_SIGNS = "\u0900-\u0963\u0966-\u0dff"
"""In Indic scripts the signs of vowels are no letters to Python, yet part of the word."""

_TOKEN = re.compile(f"[{_ALONE}{_SIGNS}]|(?:[^\\W_{_ALONE}]|[{_VOWEL_SIGNS}])+")
_ASCII_WORDS = "".join(sign if sign.isalnum() else " " for sign in map(chr, range(128)))
"""For every ASCII character itself, or a space if it is in no word."""
_STANDS_ALONE = re.compile(f"[{_ALONE}]").match
_ACCENTS = re.compile("[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u0670]+")
_CHUNK = re.compile('["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\\s"“”„«»]+)')
_RUN = re.compile("[\x00-\x7f]+|[^\x00-\x7f]+")
_KEY = 40
"""How many characters of a word an index needs to keep."""


def fold(text: str) -> str:
    """Text in the form in which it is compared."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", apart))


def tokens(text: str) -> list[str]:
    """The words of a text, folded, in their order."""
    folded = fold(text)
    return folded.translate(_ASCII_WORDS).split() if folded.isascii() else _TOKEN.findall(folded)


def spelled(texts: Iterable[str]) -> str:
    """Some texts as their words alone, a space around each: the form that phrases stand in."""
    return f" {f' {BREAK} '.join([' '.join(tokens(text)) for text in texts])} "


class Phrase(NamedTuple):
    """Words that must follow each other; the last may be only the beginning of one if `open`."""

    words: tuple[str, ...]
    open: bool

    @property
    def spelled(self) -> str:
        """What stands in every spelled text that holds the phrase, and in no other."""
        return f" {' '.join(self.words)}{'' if self.open else ' '}"


Sought = tuple[Phrase, ...]
"""The phrases of a search; all of them must be found."""


def sought(text: str) -> Sought:
    """What somebody searches for.

    Words in quotation marks are a phrase; what is written without a space between is one as well,
    so that `e-mail`, `3.5` and `目标` mean what they say. Outside of quotation marks the end of a
    word may be left out. Text without any word gives no phrase.
    """
    found: dict[Phrase, None] = {}
    for chunk in _CHUNK.finditer(text):
        quoted = chunk[1] is not None
        words = tuple(tokens(chunk[1] if quoted else chunk[2]))
        if words:
            found[Phrase(words, not (quoted or _STANDS_ALONE(words[-1])))] = None
    return tuple(found)


def holds(text: str, wanted: Sought) -> bool:
    """Whether a spelled text holds every phrase, and there is any."""
    return bool(wanted) and all(phrase.spelled in text for phrase in wanted)


def keys(words: Sequence[str]) -> Iterator[str]:
    """The terms under which an index without word order files some words in their order.

    Characters that stand alone are filed in pairs, since alone they are everywhere; the last of a
    run alone, so that every one of them begins a term.
    """
    for word, following in pairwise((*words, "")):
        paired = _STANDS_ALONE(word) and following and _STANDS_ALONE(following)
        yield word + following if paired else word[:_KEY]


class Span(NamedTuple):
    """Where something stands in a text: from the first character up to before the last."""

    start: int
    end: int


def spans(text: str, wanted: Sought) -> list[Span]:
    """Where the phrases stand in a text, in order and without overlaps."""
    placed = list(_placed(text))
    found: list[Span] = []
    for phrase in wanted:
        size = len(phrase.words)
        for first in range(len(placed) - size + 1):
            part = placed[first : first + size]
            if _begins_with(tuple(word for word, _ in part), phrase):
                found.append(Span(part[0][1].start, part[-1][1].end))
    return _merged(sorted(found))


def _begins_with(words: tuple[str, ...], phrase: Phrase) -> bool:
    if words == phrase.words:
        return True
    same = words[:-1] == phrase.words[:-1]
    return phrase.open and same and words[-1].startswith(phrase.words[-1])


def _merged(found: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in found:
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _placed(text: str) -> Iterator[tuple[str, Span]]:
    """Every word of a text with its place in the text as it was written."""
    folded: list[str] = []
    origin: list[int] = []
    for run in _RUN.finditer(text):
        if run[0].isascii():
            folded.append(fold(run[0]))
            origin.extend(range(*run.span()))
            continue
        for start, end in _clusters(text, *run.span()):
            part = fold(text[start:end])
            folded.append(part)
            origin.extend([start] * len(part))
    origin.append(len(text))
    for token in _TOKEN.finditer("".join(folded)):
        # A character may have become several, and marks none; the next one begins after both.
        end = origin[bisect_right(origin, origin[token.end() - 1])]
        yield token[0], Span(origin[token.start()], end)


def _clusters(text: str, start: int, end: int) -> Iterator[Span]:
    """The characters of a part of a text, each with the marks that belong to it."""
    for place in range(start + 1, end + 1):
        if place == end or not _belongs_to_the_one_before(text[place]):
            yield Span(start, place)
            start = place


def _belongs_to_the_one_before(character: str) -> bool:
    """Marks, the second half of a Hangul syllable in parts, and voice marks of narrow kana."""
    if character < "\u0300":
        return False
    return (
        unicodedata.category(character)[0] == "M"
        or "\u1160" <= character <= "\u11ff"
        or character in "\uff9e\uff9f"
    )
