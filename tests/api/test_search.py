"""Search over HTTP: what is found, how it is shown, and by which words at which moment."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from tests.api.office import REASON, Json, Office, problem


def found(office: Office, q: str, **more: Any) -> list[tuple[str, str, str]]:
    """The kind, title and field of everything found."""
    items = office.get("/v1/search", q=q, **more)["items"]
    return [(item["type"], item["title"], item["field"]) for item in items]


def shown(item: Json) -> list[str]:
    """The highlighted parts of a snippet."""
    return [item["snippet"][one["start"] : one["end"]] for one in item["highlights"]]


def test_everything_people_wrote_is_found_by_its_words(
    office: Office, cycle: Json, unit: Json
) -> None:
    objective = office.objective(cycle, unit, "客户推荐我们", description="Less churn")
    key_result = office.key_result(objective, "推荐值", description="每月调查")
    office.check_in(
        key_result, note="Café survey sent", blockers=[{"text": "目标不清", "next_action": "Ask"}]
    )
    office.patch(f"/v1/key-results/{key_result['id']}", target=8, reason=REASON)
    review = office.post(
        f"/v1/objectives/{objective['id']}/reviews",
        stage="mid",
        decision="keep",
        lessons="Ask earlier",
        actions=[{"text": "Plan the survey"}],
    )
    office.post(f"/v1/objectives/{objective['id']}/close", outcome="missed", note="Ran out of time")
    assert found(office, "推荐") == [
        ("objective", "客户推荐我们", "title"),
        ("key_result", "推荐值", "title"),
    ]
    assert found(office, "churn 客户") == [("objective", "客户推荐我们", "title")]
    assert found(office, "调查") == [("key_result", "推荐值", "description")]
    assert found(office, "CAFE surv") == [("key_result", "推荐值", "note")]
    assert found(office, "目标") == [("key_result", "推荐值", "blockers")]
    assert found(office, "标") == [("key_result", "推荐值", "blockers")]
    assert found(office, '"market moved"') == [("key_result", "推荐值", "reason")]
    assert found(office, "ask") == [
        ("key_result", "推荐值", "blockers"),
        ("objective", "客户推荐我们", "lessons"),
    ]
    assert found(office, "plan earlier") == [("objective", "客户推荐我们", "lessons")]
    assert found(office, "out time") == [("objective", "客户推荐我们", "note")]
    assert found(office, "Acme") == [("unit", "Acme", "name")]
    assert found(office, "moved market Acme") == []
    hit = office.get("/v1/search", q="earlier")["items"][0]
    assert (hit["id"], hit["review_id"]) == (objective["id"], review["id"])


def test_a_hit_says_where_its_words_stand(office: Office, key_result: Json) -> None:
    note = "Nothing new. " * 20 + "<b>Die Kündigungen</b> in München " + "and so on. " * 20
    check_in = office.check_in(key_result, note=note)
    answer = office.get("/v1/search", q="kund mun")
    [hit] = answer["items"]
    assert shown(hit) == ["Kündigungen", "München"]
    assert hit["snippet"] in note
    assert len(hit["snippet"]) == 160
    assert (hit["type"], hit["id"], hit["check_in_id"]) == (
        "key_result",
        key_result["id"],
        check_in["id"],
    )
    assert office.get(f"/v1/audit/{hit['event_id']}")["position"] == hit["position"]
    assert hit["effective_at"] == check_in["measured_at"]
    assert answer["position"] >= hit["position"]
    assert {"as_of", "known_at", "next_cursor"} < answer.keys()


def test_what_was_said_at_a_moment_is_found_at_that_moment(
    office: Office, objective: Json, key_result: Json
) -> None:
    path = f"/v1/objectives/{objective['id']}"
    check_in = office.check_in(key_result, note="Slow start")
    early = office.clock.tick()
    office.patch(path, title="Astonish everybody")
    office.post(
        f"/v1/key-results/{key_result['id']}/check-ins/{check_in['id']}/correct",
        note="Quick start",
        reason=REASON,
    )
    late = office.clock.tick()
    office.post(
        f"/v1/key-results/{key_result['id']}/check-ins/{check_in['id']}/retract", reason=REASON
    )
    assert found(office, "delight") == []
    assert found(office, "delight", known_at=early) == [("objective", "Delight", "title")]
    assert found(office, "astonish", as_of=early) == []
    assert found(office, "slow", known_at=early) == [("key_result", "Score", "note")]
    assert found(office, "slow", known_at=late) == []
    assert found(office, "quick", known_at=late) == [("key_result", "Score", "note")]
    assert found(office, "quick") == []
    listed = office.get("/v1/objectives", q="delight", known_at=early)["items"]
    assert [one["title"] for one in listed] == ["Delight"]
    assert office.get("/v1/objectives", q="delight")["items"] == []


def test_names_are_found_with_the_people_themselves(office: Office, objective: Json) -> None:
    ada = office.person("Ada Lindqvist")
    owner = {"type": "person", "id": ada["id"]}
    office.patch(f"/v1/objectives/{objective['id']}", owner=owner)
    assert found(office, "lindqvist") == [("person", "Ada Lindqvist", "name")]


def test_a_search_is_narrowed_and_paged(office: Office, client: TestClient, unit: Json) -> None:
    one, other = office.open_cycle("One"), office.open_cycle("Other")
    for cycle in (one, other):
        for number in range(3):
            objective = office.objective(cycle, unit, f"Goal {number}")
            office.key_result(objective, f"Measure of goal {number}")
    assert len(found(office, "goal")) == 12
    assert len(found(office, "goal", cycle_id=one["id"])) == 6
    narrowed = found(office, "goal", cycle_id=one["id"], entity_type="key_result")
    assert narrowed == [("key_result", f"Measure of goal {number}", "title") for number in range(3)]
    paged: list[Json] = []
    following: str | None = "/v1/search?q=goal&limit=5&order=desc"
    while following is not None:
        response = client.get(following)
        paged += response.json()["items"]
        following = response.links["next"]["url"] if "next" in response.links else None
        office.objective(one, unit, "Goal of somebody who came later")
    positions = [item["position"] for item in paged]
    assert positions == sorted(set(positions), reverse=True)
    assert len(paged) == 12
    cursor = client.get("/v1/search?q=goal&limit=5").json()["next_cursor"]
    problem(client.get(f"/v1/search?q=other&cursor={cursor}"), 400, "foreign-cursor")


def test_changes_are_found_by_what_they_say_replace_or_give_as_reason(
    office: Office, objective: Json
) -> None:
    office.patch(f"/v1/objectives/{objective['id']}", title="Astonish", reason=REASON)
    office.patch(f"/v1/objectives/{objective['id']}", weight=2, reason={"text": "目标更重要"})

    def types(q: str, **more: Any) -> list[str]:
        items = office.get("/v1/audit", q=q, **more)["items"]
        return [item["type"] for item in items]

    assert types("delight") == ["ObjectiveDrafted", "ObjectiveReworded"]
    assert types("delight astonish market") == ["ObjectiveReworded"]
    assert types("delight", order="desc", limit=1) == ["ObjectiveReworded"]
    assert types("目标") == ["ObjectiveReweighted"]
    assert types("目标", field="weight", entity_id=objective["id"]) == ["ObjectiveReweighted"]
    assert types("目标", type="ObjectiveReworded") == []
    assert types("weight") == []


def test_a_search_without_a_word_finds_nothing(office: Office, objective: Json) -> None:
    assert objective["title"]
    for q in ("!?", '""', "…", "\u0301"):
        for path in ("/v1/search", "/v1/objectives", "/v1/audit"):
            assert office.get(path, q=q)["items"] == []


def test_a_search_wants_words_of_some_length(client: TestClient) -> None:
    for q in ("", "x" * 201):
        body = problem(client.get("/v1/search", params={"q": q}), 422, "invalid-fields")
        assert [error["pointer"] for error in body["errors"]] == ["/q"]


def test_no_sign_means_anything_to_the_database(office: Office, objective: Json) -> None:
    assert objective["title"]
    for q in ("a AND b", "a* OR (b", "NEAR(a b)", "spelled:a", "'a' & !b:*", "zz\\", "%"):
        assert found(office, q) == []
