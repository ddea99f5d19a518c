"""A year in which some goals were drafted and published, and others are drafts to this day."""

from __future__ import annotations

from fastapi.testclient import TestClient

from api.access.key_table import KeyTable
from domain.mandate import OrganisationRole
from tests.api.access.callers import key
from tests.api.office import REASON, Clock, Json, Office

UNHEARD = "Zebra"
"""Stands in every text of a draft, and in nothing that was published."""

END = "2026-04-20T09:00:00Z"


class Drafted:
    """Sales, led by Ann, published one goal and keeps others; Cara keeps one of her own."""

    def __init__(self, client: TestClient, table: KeyTable, clock: Clock) -> None:
        roles = tuple(OrganisationRole)
        client.headers["Authorization"] = f"Bearer {key(table, 'setup', *roles)}"
        self.office = office = Office(client, clock)
        people = [office.person(name)["id"] for name in ("Ann", "Ben", "Cara")]
        self.lead, self.stranger, self.cara = people
        self.sales, self.care = office.unit("Sales"), office.unit("Care")
        for unit, person in ((self.sales, self.lead), (self.care, self.cara)):
            office.post(f"/v1/units/{unit['id']}/members", person_id=person, role="lead")
        self.cycle = office.open_cycle()
        self.later = office.cycle("2026 Q2", starts_on="2026-04-01", ends_on="2026-06-30")
        self.other = office.objective(self.cycle, self.care, "Customers stay")
        office.post(f"/v1/objectives/{self.other['id']}/publish")
        self.dated_back = self._dated_back()
        self.published = self._publish()
        self.draft = self._drafts()
        clock.go_to(END)
        del client.headers["Authorization"]

    def _dated_back(self) -> Json:
        """A goal published as of an instant at which it was still called otherwise."""
        office, clock = self.office, self.office.clock
        clock.go_to("2026-01-06T09:00:00Z")
        objective = office.objective(self.later, self.sales, f"{UNHEARD} returns")
        key_result = office.key_result(objective, f"{UNHEARD} rate")
        clock.go_to("2026-01-09T09:00:00Z")
        path = f"/v1/objectives/{objective['id']}"
        office.patch(path, title="Return")
        office.patch(f"/v1/key-results/{key_result['id']}", title="Rate")
        clock.go_to("2026-01-10T09:00:00Z")
        office.post(f"{path}/publish", effective_at="2026-01-07T09:00:00Z")
        return {"objective_id": objective["id"], "key_result_id": key_result["id"]}

    def _publish(self) -> Json:
        """A goal that was drafted with other words, then published, measured and moved."""
        goal = self._goal(self.sales, f"{UNHEARD} plans")
        path = f"/v1/objectives/{goal['objective_id']}"
        self.office.patch(path, title="Delight")
        self.office.patch(f"/v1/key-results/{goal['key_result_id']}", title="Score")
        self._correct(goal)
        taken_back = self._take_back(goal)
        self.office.clock.go_to("2026-01-12T09:00:00Z")
        self.office.post(f"{path}/publish")
        self.office.check_in({"id": goal["key_result_id"]}, 6, confidence=6, note="Slow")
        moved = {"target": 12, "reason": REASON}
        self.office.patch(f"/v1/key-results/{goal['key_result_id']}", **moved)
        edge = self._align(goal["objective_id"], self.other["id"])
        later = {"taken_back_later": self._take_back(goal)}
        return goal | {"alignment_id": edge, "taken_back": taken_back} | later

    def _take_back(self, goal: Json) -> str:
        """A check-in that should never have been made."""
        path = f"/v1/key-results/{goal['key_result_id']}/check-ins"
        made = self.office.check_in({"id": goal["key_result_id"]}, 9, note="Zero")
        self.office.post(f"{path}/{made['id']}/retract", reason=REASON)
        return made["id"]

    def _correct(self, goal: Json) -> None:
        """Let no text of the drafting stand in what is published."""
        check_ins = f"/v1/key-results/{goal['key_result_id']}/check-ins"
        said = {"note": "Early", "reason": REASON}
        self.office.post(f"{check_ins}/{goal['check_in_id']}/correct", **said)

    def _drafts(self) -> Json:
        """Drafts: written, measured, aligned, carried over to and promoted to."""
        office = self.office
        goal = self._goal(self.sales, f"{UNHEARD} stripes")
        edges = [
            self._align(goal["objective_id"], self.published["objective_id"]),
            self._align(goal["objective_id"], self._goal(self.care, UNHEARD)["objective_id"]),
        ]
        person = {"type": "person", "id": self.cara}
        office.objective(self.cycle, person, f"{UNHEARD} of mine")
        path = f"/v1/objectives/{self.published['objective_id']}"
        keep = [self.published["key_result_id"]]
        carried = office.post(f"{path}/carry-over", cycle_id=self.later["id"], keep=keep)
        office.patch(f"/v1/objectives/{carried['id']}", title=f"{UNHEARD} again")
        owner = {"type": self.sales["type"], "id": self.sales["id"]}
        promoted = {"owner": owner, "cycle_id": self.cycle["id"], "title": f"{UNHEARD} promoted"}
        office.post(f"/v1/key-results/{self.published['key_result_id']}/promote", **promoted)
        return goal | {"alignment_id": edges[0], "carried": carried["id"]}

    def _goal(self, owner: Json, title: str) -> Json:
        office = self.office
        objective = office.objective(self.cycle, owner, title, description=f"{UNHEARD} is why")
        office.patch(f"/v1/objectives/{objective['id']}", description="")
        key_result = office.key_result(objective, f"{UNHEARD} count")
        check_in = office.check_in(key_result, 2, note=f"{UNHEARD} seen", confidence=8)
        path = f"/v1/objectives/{objective['id']}/reviews"
        review = office.post(path, stage="mid", decision="keep", actions=[{"text": "Ask"}])
        office.clock.tick()
        return {
            "objective_id": objective["id"],
            "key_result_id": key_result["id"],
            "check_in_id": check_in["id"],
            "review_id": review["id"],
        }

    def _align(self, start: str, finish: str) -> str:
        ends = {
            "from": {"type": "objective", "id": start},
            "to": {"type": "objective", "id": finish},
        }
        return self.office.post("/v1/alignments", **ends, relation="supports")["id"]

    def named(self, goal: Json, event_id: str) -> Json:
        """What the paths of questions about a goal name."""
        more = {"person_id": self.cara, "unit_id": self.sales["id"], "event_id": event_id}
        return goal | more | {"cycle_id": self.cycle["id"]}


class Hidden:
    """What is hidden from those who own and lead nothing, told from all entries of the trail."""

    def __init__(self, entries: list[Json]) -> None:
        self._published = {
            one["entity"]["id"]: one["position"]
            for one in entries
            if one["type"] == "ObjectivePublished"
        }
        self._homes: dict[str, set[str]] = {}
        for one in entries:
            self._homes.setdefault(one["entity"]["id"], set()).update(homes(one))
        drafting = [one for one in entries if self._is_drafting(one)]
        self.events = {one["event_id"] for one in drafting}
        """The ids of the records that were drafting."""
        self.places = {one["position"] for one in drafting}
        """Their positions in the log."""
        self.things = {one for one in self._homes if self._since(one) is None}
        """The ids of drafts, of their key results and of the alignments that touch them."""

    def _since(self, entity_id: str) -> int | None:
        """The position since which an entity is public; None where it is not."""
        since = [self._published.get(home) for home in self._homes[entity_id]]
        return None if None in since else max([one for one in since if one is not None], default=0)

    def is_drafting_of(self, entry: Json, goals: set[str]) -> bool:
        """Whether an entry belongs to the drafting of some of these objectives."""
        since = [self._published.get(home) for home in goals]
        return any(one is None or entry["position"] < one for one in since)

    def _is_drafting(self, entry: Json) -> bool:
        since = self._since(entry["entity"]["id"])
        return since is None or entry["position"] < since


def homes(entry: Json) -> set[str]:
    """The objectives that an entry shows its entity to belong to."""
    match entry["entity"]["type"]:
        case "objective" | "key_result":
            return {entry["stream_id"]}
        case "alignment":
            ends = [change["to"] for change in entry["changes"]]
            return {one["objective_id"] for one in ends if isinstance(one, dict) and "type" in one}
        case _:
            return set()
