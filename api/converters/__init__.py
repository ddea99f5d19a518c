"""Exports of other systems, turned into the history format; one system a module."""
