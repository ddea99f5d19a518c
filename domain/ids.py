"""Ids that begin with the time they were made."""

from datetime import datetime
from os import urandom
from uuid import UUID

_LOW = 62
"""How many bits follow the variant of a UUID."""


def new_id(now: datetime) -> UUID:
    """A random id of a UTC instant, a `uuid7`: milliseconds, then chance.

    Ids made one after the other stand together in an index, so that few of its pages change at a
    time, however many ids it holds.
    """
    return timed(now, urandom(10))


def timed(instant: datetime, chance: bytes) -> UUID:
    """The `uuid7` of a UTC instant and ten bytes: the same for the same."""
    millis = int(instant.timestamp() * 1_000) & (1 << 48) - 1
    low = int.from_bytes(chance, "big")
    spelled = millis << 16 | 7 << 12 | low >> _LOW & 0xFFF
    return UUID(int=spelled << 64 | 2 << _LOW | low & (1 << _LOW) - 1)
