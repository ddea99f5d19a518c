"""Random firms: every kind of key result, an organisation that moves, several cycles.

What `tests/histories.py` leaves out, so that each change of a measure, a unit, an alignment or a
cycle is told late, corrected and taken back too.
"""
