"""Check-ins: dated measurements of a key result, in any order, corrected without loss."""
