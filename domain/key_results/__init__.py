"""Key results: what is measured, where it should get to, and every time that was moved."""
