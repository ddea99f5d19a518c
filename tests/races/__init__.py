"""Races on real files: many threads, many processes, and processes that are killed."""
