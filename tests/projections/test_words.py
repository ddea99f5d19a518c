"""Words: how texts of any script are cut, and what it means that a text holds those of a search."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.words import BREAK, holds, keys, sought, spans, spelled, tokens

WRITTEN = st.text(
    st.one_of(
        st.sampled_from("ab C9é-. \"“”目标の가각ガｶﾞ\u0301\u3099ﬁ①İß👩\u200d💻🚀\ufe0fहिन्दीกำ%_'\\"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Customers recommend US.", ["customers", "recommend", "us"]),
        ("客户推荐", ["客", "户", "推", "荐"]),
        ("OKR目标2026", ["okr", "目", "标", "2026"]),
        ("チャーンを減らす", ["チ", "ャ", "ー", "ン", "を", "減", "ら", "す"]),
        ("ｶﾞﾝ \uff2f\uff2b\uff32", ["ガ", "ン", "okr"]),
        ("목표 달성", ["목", "표", "달", "성"]),
        ("Café MÜNCHEN Straße İzmir ёлка", ["cafe", "munchen", "strasse", "izmir", "елка"]),
        ("Cafe\u0301", ["cafe"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("ความ", ["ค", "ว", "า", "ม"]),
        ("👩\u200d💻 ships 🚀🚀", ["👩", "💻", "ships", "🚀", "🚀"]),
        ("e-mail, 3.5 % of snake_case", ["e", "mail", "3", "5", "of", "snake", "case"]),
        ("A → B", ["a", "b"]),
        ("", []),
        ("…!?", []),
    ],
)
def test_text_is_cut_into_folded_words(text: str, words: list[str]) -> None:
    assert tokens(text) == words


@pytest.mark.parametrize(
    ("text", "search", "found"),
    [
        ("Lower churn in Germany", "churn", True),
        ("Lower churn in Germany", "GERMANY low", True),
        ("Lower churn in Germany", "urn", False),
        ("Lower churn in Germany", "churn France", False),
        ("Lower churn in Germany", '"churn in"', True),
        ("Lower churn in Germany", '"in churn"', False),
        ("Lower churn in Germany", '"churn i"', False),
        ("Lower churn in Germany", '"churn in', True),
        ("Send an e-mail", "e-mail", True),
        ("mail e", "e-mail", False),
        ("从 3.5 到 5", "3.5", True),
        ("客户推荐我们的目标", "目标", True),
        ("客户推荐我们的目标", "目", True),
        ("客户推荐我们的目标", "标", True),
        ("客户推荐我们的目标", "客户 目标", True),
        ("客户推荐我们的目标", "“客户目标”", False),
        ("目的与标准", "目标", False),
        ("今季のOKR目標", "okr目標", True),
        ("Off we go 🚀", "🚀", True),
        ("Off we go 👍🏽", "👍", True),
        ("Crème brûlée", "creme BRULEE", True),
        ("anything", "!?", False),
        ("", "a", False),
    ],
)
def test_a_text_is_found_by_its_words(text: str, search: str, found: bool) -> None:
    assert holds(spelled([text]), sought(search)) is found


def test_no_phrase_reaches_from_one_text_into_the_next() -> None:
    assert holds(spelled(["Lower churn", "in Germany"]), sought("germany churn"))
    assert not holds(spelled(["Lower churn", "in Germany"]), sought('"churn in"'))
    assert not tokens(BREAK)


@given(WRITTEN)
def test_every_text_is_found_by_itself(text: str) -> None:
    quoted = sought(f'"{text}"') if not set(text) & set('"“”„«»') else sought(text)
    assert holds(spelled([text]), quoted) is bool(quoted)


@given(WRITTEN)
def test_every_term_of_a_phrase_begins_a_term_of_the_text(text: str) -> None:
    words = tokens(text)
    filed = set(keys(words))
    for size in (1, 2, 3):
        for first in range(len(words) - size + 1):
            for term in keys(words[first : first + size]):
                assert any(one.startswith(term) for one in filed)


@given(WRITTEN, WRITTEN)
def test_what_is_highlighted_is_what_was_found(text: str, search: str) -> None:
    wanted = sought(search)
    found = spans(text, wanted)
    if holds(spelled([text]), wanted):
        assert found
    for before, after in pairwise(found):
        assert before.end < after.start
    for start, end in found:
        assert any(holds(spelled([text[start:end]]), (phrase,)) for phrase in wanted)


def test_very_long_texts_are_cut_at_every_word() -> None:
    assert tokens("目标 goal " * 3_000) == ["目", "标", "goal"] * 3_000
    assert [len(term) for term in keys(tokens("x" * 20_000))] == [40]
    assert holds(spelled(["x" * 20_000]), sought("x" * 200))


def test_spans_tell_where_the_words_stand_in_the_text_as_written() -> None:
    text = "Kündigungen: 客户 in MÜNCHEN, Straße 3.5 %"
    shown = [text[start:end] for start, end in spans(text, sought("kund 客户 mun strasse 3.5"))]
    assert shown == ["Kündigungen", "客户", "MÜNCHEN", "Straße", "3.5"]
