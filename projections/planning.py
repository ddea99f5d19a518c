"""How statements are planned that look for few rows or for many, depending on what is asked."""

from __future__ import annotations

from sqlalchemy import Connection


def plan_for_the_values(connection: Connection) -> None:
    """Plan every statement of this transaction for the values that it is asked with.

    PostgreSQL otherwise stops to look at them after five times and takes one plan for all, which
    at a million changes made an audit page of milliseconds take ten seconds. SQLite always plans
    without them, and has no such setting.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")
