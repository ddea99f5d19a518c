"""The event log, and the only package that knows the `eventsourcing` library.

An append is one transaction that takes the write lock first, then checks everything the decision
rested on, stamps the times, and inserts. What it returns is on disk.
"""

from domain.log.appends import Append, Entry, Key, Receipt
from domain.log.errors import KeyTakenError, LogUnavailableError, RaceLostError
from domain.log.facade import Log
from domain.log.times import Clock, utc_now

__all__ = [
    "Append",
    "Clock",
    "Entry",
    "Key",
    "KeyTakenError",
    "Log",
    "LogUnavailableError",
    "RaceLostError",
    "Receipt",
    "utc_now",
]
