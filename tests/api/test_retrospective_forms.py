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
        assert answer.headers["vary"].startswith("Accept, Accept-Language")


def test_a_page_speaks_the_language_that_is_asked_for(office: Office, cycle: Json) -> None:
    path = f"/v1/cycles/{cycle['id']}/retrospective"
    html = {"Accept": "text/html"}
    asked = office.client.get(path, params={"lang": "zh"}, headers=html)
    liked = office.client.get(path, headers=html | {"Accept-Language": "zh-CN,zh;q=0.9"})
    assert "复盘：2026 Q1" in asked.text
    assert "复盘：2026 Q1" in liked.text
    assert liked.headers["content-language"] == "zh"
    problem(office.client.get(path, params={"lang": "fr"}), 422, "invalid-fields")
