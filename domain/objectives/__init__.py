"""Objectives: a qualitative destination in one cycle, with its key results, scores and reviews."""
