"""A retrospective over HTTP, in the form and language that a request prefers."""

from __future__ import annotations

from tests.api.office import Json, Office, problem


def test_a_retrospective_comes_in_the_form_that_is_liked_best(
    office: Office, cycle: Json, key_result: Json
) -> None:
    office.check_in(key_result)
    path = f"/v1/cycles/{cycle['id']}/retrospective"
    for accept, form in (
        ("*/*", "application/json"),
        ("application/json, text/html;q=0.5", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/markdown", "text/markdown; charset=utf-8"),
    ):
        answer = office.client.get(path, headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == form
        varies = {one.strip() for one in answer.headers["vary"].split(",")}
        wanted = {"Accept"} if form == "application/json" else {"Accept", "Accept-Language"}
        assert varies - {"Accept-Encoding"} == wanted


def test_a_page_speaks_the_language_that_is_asked_for(office: Office, cycle: Json) -> None:
    path = f"/v1/cycles/{cycle['id']}/retrospective"
    html = {"Accept": "text/html"}
    asked = office.client.get(path, params={"lang": "zh"}, headers=html)
    liked = office.client.get(path, headers=html | {"Accept-Language": "zh-CN,zh;q=0.9"})
    assert "复盘：2026 Q1" in asked.text
    assert "复盘：2026 Q1" in liked.text
    assert liked.headers["content-language"] == "zh"
    problem(office.client.get(path, params={"lang": "fr"}), 422, "invalid-fields")


def test_json_is_narrowed_and_told_as_it_was_known(
    office: Office, cycle: Json, key_result: Json
) -> None:
    path = f"/v1/cycles/{cycle['id']}/retrospective"
    office.post(f"/v1/objectives/{key_result['objective_id']}/publish")
    before = office.get(path)["position"]
    office.patch(f"/v1/key-results/{key_result['id']}", title="Said otherwise")
    owner = office.get(f"/v1/objectives/{key_result['objective_id']}")["owner"]
    theirs = office.get(path, unit_id=owner["id"])
    assert theirs["scope"] == {"unit_id": owner["id"], "person_id": None}
    assert _titles(theirs) == ["Said otherwise"]
    early = office.get(path, unit_id=owner["id"], known_at=f"position:{before}")
    assert early["position"] == before
    assert _titles(early) == [key_result["title"]]
    other = office.unit("Other")
    assert _titles(office.get(path, unit_id=other["id"])) == []
    person = office.person("Grace")
    assert _titles(office.get(path, person_id=person["id"])) == []


def _titles(answer: Json) -> list[str]:
    return [one["key_result"]["title"] for one in answer["rhythm"]["key_results"]]
