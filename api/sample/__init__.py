"""A year of a company that does not exist, told as import lines; the same seed, the same year."""

from api.sample.history import lines
from api.sample.stories import STORIES, Story

__all__ = ["STORIES", "Story", "lines"]
