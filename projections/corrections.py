"""What tells a correction from a change: the reason that something was wrong."""

from __future__ import annotations

from typing import Any

from domain.values import ReasonCode


def puts_right(reason: dict[str, Any] | None) -> bool:
    """Whether a change with this reason, at the time of the wrong value, only corrects it."""
    return reason is not None and reason.get("code") == ReasonCode.WAS_WRONG
