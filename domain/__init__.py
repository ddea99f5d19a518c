"""What happened, and what may happen: events, commands, decisions and the event log."""
