"""Dropping: a key result no longer counts, until it is restored; its history stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.record import Command, Event
from domain.standing import KeyResultState
from domain.values import Id, Moved

if TYPE_CHECKING:
    from domain.key_results.key_result import KeyResult


class KeyResultDropped(Event):
    """A key result no longer counts; its history stays."""

    TOPIC: ClassVar[str] = "key-result.dropped"
    key_result_id: UUID
    state: Moved[KeyResultState] = Moved(old=KeyResultState.LIVE, new=KeyResultState.DROPPED)


class KeyResultRestored(Event):
    """A dropped key result counts again."""

    TOPIC: ClassVar[str] = "key-result.restored"
    key_result_id: UUID
    state: Moved[KeyResultState] = Moved(old=KeyResultState.DROPPED, new=KeyResultState.LIVE)


class DropKeyResult(Command):
    """Let a key result no longer count."""

    NAME: ClassVar[str] = "drop_key_result"
    key_result_id: Id


class RestoreKeyResult(Command):
    """Let a dropped key result count again."""

    NAME: ClassVar[str] = "restore_key_result"
    key_result_id: Id


def dropped(
    key_result: KeyResult, command: DropKeyResult | RestoreKeyResult
) -> KeyResultDropped | KeyResultRestored | None:
    """The event that drops or restores a key result, or None where it changes nothing."""
    is_dropped = key_result.state is KeyResultState.DROPPED
    if isinstance(command, DropKeyResult):
        return None if is_dropped else KeyResultDropped(key_result_id=key_result.id)
    return KeyResultRestored(key_result_id=key_result.id) if is_dropped else None
