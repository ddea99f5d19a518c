"""What an append can come to other than a success, and the database that cannot be used."""


class LogUnavailableError(Exception):
    """The log's database cannot be read or written; the message says what to do."""


class RaceLostError(Exception):
    """A stream that the decision rested on has moved on; nothing was recorded."""


class KeyTakenError(Exception):
    """The key was used before; nothing was recorded."""
