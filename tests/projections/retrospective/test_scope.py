"""What a person looks back on is theirs: their objectives, and the key results that they own."""

from __future__ import annotations

from projections.retrospective.scope import Scope
from tests.projections.retrospective.telling import Telling, look_back, of


def test_a_person_sees_their_objectives_and_the_key_results_that_they_own(where: str) -> None:
    ada = {"type": "person", "id": "ada"}
    telling = (
        Telling()
        .opened()
        .objective("hers", owner=ada)
        .key_result("in-hers", "hers")
        .objective("ours")
        .key_result("lent-to-her", "ours", owner=ada)
        .key_result("nobodys", "ours")
        .check_in("01-12", 10, 5, of="nobodys")
        .moved("01-20", 50, of="in-hers")
        .moved("01-21", 50, of="lent-to-her")
        .moved("01-22", 50, of="nobodys")
    )
    found = look_back(where, telling, scope=Scope(person_id=of("ada")))
    moved = {one.key_result.id for one in found.moved_targets.moves}
    assert moved == {of("in-hers"), of("lent-to-her")}
    assert {one.key_result.id for one in found.rhythm.key_results} == moved
    # The objective of what she only lends a hand to is not hers, so it has no coverage here.
    assert found.alignment_coverage.n == 1
