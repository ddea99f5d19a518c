"""Converters are held against the exports that they read."""
