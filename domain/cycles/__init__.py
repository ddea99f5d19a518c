"""Cycles: a period with a rhythm, moved by commands from planned to closed."""
