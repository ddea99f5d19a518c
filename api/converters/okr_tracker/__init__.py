"""Turn an okr-tracker export into a history: what its documents and audit entries say, no more."""

from collections.abc import Mapping
from typing import Any

from api.converters.lines import Conversion, Lines
from api.converters.okr_tracker.documents import Telling
from api.converters.okr_tracker.kinds import Carried
from api.converters.okr_tracker.points import tell_points
from api.converters.okr_tracker.report import count
from api.converters.okr_tracker.source import Source, is_person

SOURCE = "okr-tracker"


def convert(export: Mapping[str, Any]) -> Conversion:
    """The history that an export (path to document) holds, and a count of all that it does not.

    Raises ValueError for an audit entry that says neither what it is about nor when it was made.
    """
    source = Source(export)
    carried = Carried(source)
    lines = Lines(SOURCE)
    telling = Telling(source, carried, lines)
    for path in carried.kinds:
        telling.create(path)
        telling.change(path)
        tell_points(source, path, carried.begins[path], lines)
    _register(source, lines)
    count(source, carried, telling.told, lines.counts)
    return lines.conversion()


def _register(source: Source, lines: Lines) -> None:
    """Tell of every user, known by nothing but an id, since the export first names them."""
    people = {person: at for person, at in lines.named.items() if is_person(person)}
    for person, at in source.mentions():
        people[person] = min(at, people.get(person, at))
    for person, at in sorted(people.items()):
        fields = {"external_id": person.removeprefix("users/")}
        lines.write("register_person", fields, id=person, rank=0, at=at, assumed=["at"])
