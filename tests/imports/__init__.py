"""Importing history: what is recorded, what is recognised, what is refused."""
