"""The commands of `okr`, one a file."""
