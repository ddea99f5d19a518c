"""The small words: exact numbers, scores, confidence, texts, instants, ids and reasons."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.values import (
    MAX_DIGITS,
    Actor,
    Confidence,
    Exact,
    Id,
    Instant,
    Measured,
    Moved,
    Owner,
    Reason,
    ReasonCode,
    Score,
    Sentence,
    Text,
    Title,
    Value,
    Weight,
    as_json_number,
    as_text,
    exact,
    id_within,
    moved,
    said,
    source_id,
)
from tests.builders import ANNA
from tests.domain.strategies import decimals

measured = TypeAdapter[Any](Measured).validate_python

# Exact numbers.


@pytest.mark.parametrize(
    ("number", "canonical"),
    [
        (0, "0"),
        (-0.0, "0"),
        ("-0", "0"),
        ("0e500", "0"),
        (7, "7"),
        (-7, "-7"),
        (0.1, "0.1"),
        ("0.10", "0.1"),
        (Decimal("1.500"), "1.5"),
        (100.0, "100"),
        ("1e2", "100"),
        (1e14, "100000000000000"),
        (999_999_999_999_999, "999999999999999"),
        (-999_999_999_999_999, "-999999999999999"),
        ("123456789.012345", "123456789.012345"),
        ("0.000000000000001", "0.000000000000001"),
        ("123456789012345000e-3", "123456789012345"),
    ],
)
def test_a_number_is_kept_exactly_and_in_its_shortest_form(number: Any, canonical: str) -> None:
    assert as_text(exact(number)) == canonical
    assert exact(number).as_tuple() == Decimal(canonical).as_tuple()


@pytest.mark.parametrize("number", [True, False, None, b"1", [1], {}, "", "ten", "1,5", 1 + 2j])
def test_what_is_no_number_is_refused(number: Any) -> None:
    with pytest.raises(ValueError, match=r"^give a number$"):
        exact(number)


@pytest.mark.parametrize(
    "number",
    [float("nan"), float("inf"), -float("inf"), "NaN", "sNaN", "-Infinity", Decimal("inf")],
)
def test_nan_and_infinity_are_refused(number: Any) -> None:
    with pytest.raises(ValueError, match="give a finite number"):
        exact(number)


@pytest.mark.parametrize(
    "number",
    [
        1_000_000_000_000_000,
        -1_000_000_000_000_000,
        1e15,
        1234567890123456,
        0.1 + 0.2,
        "0.1234567890123456",
        "0.1000000000000000000000000000000000001",
        "0.0000000000000001",
        "1e-16",
        "1e9999999",
        "1e-9999999",
        10**400,
    ],
)
def test_more_than_fifteen_digits_are_refused_and_never_rounded(number: Any) -> None:
    with pytest.raises(ValueError, match="at most 15 significant digits"):
        exact(number)


@given(decimals())
def test_a_number_travels_as_a_json_number_unchanged(number: Decimal) -> None:
    assert exact(json.loads(json.dumps(as_json_number(number)))) == number
    assert len(number.as_tuple().digits) <= MAX_DIGITS


@given(decimals())
def test_a_number_is_stored_as_text_unchanged(number: Decimal) -> None:
    text = as_text(number)
    assert "e" not in text.lower()
    assert exact(text) == number
    assert as_text(exact(text)) == text


@given(st.integers() | st.floats() | st.decimals() | st.text())
def test_a_number_is_taken_as_it_is_or_refused(number: Any) -> None:
    try:
        taken = exact(number)
    except ValueError:
        return
    assert taken == Decimal(repr(number) if isinstance(number, float) else number)


@pytest.mark.parametrize(
    ("number", "wire"),
    [("1", int), ("-3", int), ("100000000000000", int), ("0.5", float), ("1.25", float)],
)
def test_a_whole_number_travels_without_a_fraction(number: str, wire: type) -> None:
    assert type(as_json_number(exact(number))) is wire


# Numbers with a meaning.


class Words(Value):
    exact: Exact | None = None
    weight: Weight | None = None
    score: Score | None = None
    confidence: Confidence | None = None
    title: Title | None = None
    sentence: Sentence | None = None
    text: Text | None = None
    instant: Instant | None = None
    id: Id | None = None


def refused(message: str, **fields: Any) -> None:
    with pytest.raises(ValidationError, match=message):
        Words(**fields)


def test_an_exact_number_is_written_as_text_and_described_as_a_number() -> None:
    words = Words.model_validate({"exact": 0.00000010})
    assert words.model_dump(exclude_none=True) == {"exact": "0.0000001"}
    assert words.model_dump_json(exclude_none=True) == '{"exact":"0.0000001"}'
    described = Words.model_json_schema()["properties"]["exact"]["anyOf"]
    assert described == [{"type": "number"}, {"type": "null"}]


def test_an_exact_number_is_kept_in_its_shortest_form() -> None:
    kept = Words.model_validate({"exact": "0.10"}).exact
    assert kept is not None
    assert kept.as_tuple() == Decimal("0.1").as_tuple()


@pytest.mark.parametrize("number", [True, "ten", float("nan"), "1e15", 0.1 + 0.2])
def test_an_exact_number_that_cannot_be_kept_is_refused(number: Any) -> None:
    refused("give a (finite )?number", exact=number)


@pytest.mark.parametrize("weight", [0, "0.5", 1_000])
def test_a_weight_may_be_nothing_or_more(weight: Any) -> None:
    assert Words(weight=weight).weight == Decimal(weight)


def test_a_weight_is_never_less_than_nothing() -> None:
    refused("give a weight of 0 or more", weight=-0.000001)


@pytest.mark.parametrize("score", [0, 1, 0.5, "0.99", 0.01])
def test_a_score_lies_between_0_and_1(score: Any) -> None:
    assert Words(score=score).score == exact(score)


@pytest.mark.parametrize("score", [-0.01, 1.01, 2, 0.005, 0.123])
def test_any_other_score_is_refused(score: Any) -> None:
    refused("between 0.0 and 1.0 with at most two decimals", score=score)


@pytest.mark.parametrize("confidence", [0, 5, 10])
def test_confidence_goes_from_0_to_10(confidence: int) -> None:
    assert Words(confidence=confidence).confidence == confidence


@pytest.mark.parametrize("confidence", [True, 5.0, "5", Decimal(5)])
def test_confidence_is_a_whole_number(confidence: Any) -> None:
    refused("give a whole number from 0 to 10", confidence=confidence)


@pytest.mark.parametrize("confidence", [-1, 11])
def test_confidence_stays_within_its_borders(confidence: Any) -> None:
    refused("confidence", confidence=confidence)


@pytest.mark.parametrize("value", [True, False])
def test_a_measurement_keeps_yes_and_no_apart_from_numbers(value: bool) -> None:
    assert measured(value) is value
    assert measured(int(value)) == Decimal(int(value))
    assert type(measured(int(value))) is Decimal
    assert type(measured(str(int(value)))) is Decimal


@pytest.mark.parametrize("value", ["yes", "true", "on", "t"])
def test_a_measurement_is_no_word(value: Any) -> None:
    with pytest.raises(ValidationError):
        measured(value)


# Texts, instants and ids.


@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "\u3000"])
@pytest.mark.parametrize("field", ["title", "sentence"])
def test_a_title_or_a_sentence_says_something(blank: str, field: str) -> None:
    refused("not blank|at least 1", **{field: blank})


@pytest.mark.parametrize("field", ["title", "sentence", "text"])
@pytest.mark.parametrize(
    ("text", "message"),
    [("a\x00b", "leave out the NUL"), ("a\ud800b", "leave out lone surrogates")],
)
def test_a_text_can_be_stored(field: str, text: str, message: str) -> None:
    refused(message, **{field: text})


@pytest.mark.parametrize("text", ["客户推荐我们", "🚀", "\u200d", "<script>", " spaced "])
def test_a_text_is_kept_as_it_was_written(text: str) -> None:
    assert Words(title=text, text=text) == Words.model_validate_json(
        Words(title=text, text=text).model_dump_json()
    )
    assert Words(text=text).text == text


@pytest.mark.parametrize(
    ("field", "longest"), [("title", 500), ("sentence", 20_000), ("text", 20_000)]
)
def test_a_text_has_a_longest_length(field: str, longest: int) -> None:
    assert Words.model_validate({field: "x" * longest})
    refused("at most", **{field: "x" * (longest + 1)})


def test_an_instant_is_kept_in_utc() -> None:
    local = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=8)))
    instant = Words(instant=local).instant
    assert instant is not None
    assert (instant, instant.tzinfo) == (local, UTC)


@pytest.mark.parametrize("instant", [0, 1_767_225_600, 1.5, True])
def test_an_instant_is_not_a_number(instant: Any) -> None:
    refused("give an instant as text", instant=instant)


def test_an_instant_is_said_in_utc() -> None:
    local = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=8)))
    assert said(local) == "2026-02-28T17:30:00Z"
    assert said(local.replace(microsecond=1)) == "2026-02-28T17:30:00.000001Z"


def test_an_instant_has_a_time_zone() -> None:
    refused("give an instant with its time zone", instant="2026-03-01T00:00:00")


@pytest.mark.parametrize("unknown", ["tittle", "Title", "_title"])
def test_an_unknown_field_is_refused(unknown: str) -> None:
    refused("Extra inputs", **{unknown: "Grow"})


def test_a_value_never_changes() -> None:
    words = Words(title="Grow")
    with pytest.raises(ValidationError, match="frozen"):
        words.__setattr__("title", "Shrink")


# Ids of a source.


def test_an_id_within_is_that_of_the_standard() -> None:
    assert id_within(NAMESPACE_URL, "目标 1") == uuid5(NAMESPACE_URL, "目标 1")


def test_an_id_of_a_source_is_the_same_at_every_import() -> None:
    assert source_id("acme", "o1") == UUID("82888996-9fa8-5942-afc4-e52a884b1d50")


def test_ids_of_different_sources_never_meet() -> None:
    references = ["o1", "o2", "acme", ""]
    ids = {source_id(source, one) for source in ("acme", "other", "") for one in references}
    assert len(ids) == 12


def test_a_reference_is_resolved_only_while_a_history_is_imported() -> None:
    context = {"source": "acme"}
    assert Words.model_validate({"id": "o1"}, context=context).id == source_id("acme", "o1")
    assert Words.model_validate({"id": str(ANNA)}, context=context).id != ANNA
    assert Words.model_validate({"id": ANNA}, context=context).id == ANNA
    assert Words.model_validate({"id": str(ANNA)}).id == ANNA
    refused("uuid", id="o1")


def test_owners_are_resolved_while_a_history_is_imported() -> None:
    owner = Owner.model_validate({"type": "unit", "id": "u1"}, context={"source": "acme"})
    assert owner.id == source_id("acme", "u1")


# Reasons, actors and moves.


@pytest.mark.parametrize("code", ReasonCode)
def test_a_code_is_reason_enough(code: ReasonCode) -> None:
    assert Reason(code=code, text="").code is code


def test_a_text_is_reason_enough() -> None:
    assert Reason(text="The board asked for it.").code is None


@pytest.mark.parametrize("text", [None, "", "  \n"])
def test_a_reason_says_something(text: str | None) -> None:
    with pytest.raises(ValidationError, match="give a code, a text or both"):
        Reason(text=text)


def test_a_reason_has_a_longest_length() -> None:
    assert Reason(text="x" * 2000)
    with pytest.raises(ValidationError, match="at most 2000"):
        Reason(text="x" * 2001)


@pytest.mark.parametrize(
    ("kind", "speaks"), [("person", False), ("service", True), ("import", True)]
)
def test_a_person_speaks_only_for_what_is_theirs(kind: Any, speaks: bool) -> None:
    assert Actor(id="a", kind=kind).speaks_for_all is speaks


def test_what_is_the_same_has_not_moved() -> None:
    assert moved(Decimal("1.0"), Decimal(1)) is None
    assert moved(None, None) is None
    assert moved(1, 2) == Moved(old=1, new=2)
