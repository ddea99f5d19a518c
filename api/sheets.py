"""Tables of lists: a column for each field of the model that describes an item."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from api.exports import Item, Sheet
from api.models.shapes import Entity, Scored

_OF_ALL = Entity.model_fields.keys() - {"id"}
_OF_MANY = Scored.model_fields.keys() - Entity.model_fields.keys()
Path = tuple[str, ...]


def sheet(name: str, model: type[BaseModel], *, without: tuple[str, ...] = ()) -> Sheet:
    """The table of items that a model describes, save some of their fields.

    An object in an item has a column for each of its own fields, named like `owner_id`. What every
    entity has comes last, for what tells them apart is looked at first.
    """
    paths = [path for path in _paths(model) if path[0] not in without]
    paths.sort(key=lambda path: (path[0] in _OF_ALL, path[0] in _OF_MANY))
    return Sheet(name, tuple("_".join(path) for path in paths), partial(_rows, paths))


def _paths(model: type[BaseModel]) -> Iterator[Path]:
    for name, field in model.model_fields.items():
        inside = _object_in(field.annotation)
        own: Path = (field.alias or name,)
        if inside is None:
            yield own
        else:
            yield from (own + path for path in _paths(inside))


def _object_in(annotation: Any) -> type[BaseModel] | None:
    """The model of a field that holds an object, or may hold one."""
    either = get_origin(annotation) in (Union, UnionType)
    for one in get_args(annotation) if either else (annotation,):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def _rows(paths: list[Path], item: Item) -> list[list[Any]]:
    return [[_at(item, path) for path in paths]]


def _at(item: Item, path: Path) -> Any:
    found: Any = item
    for step in path:
        found = None if found is None else found[step]
    return found
