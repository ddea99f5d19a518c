"""The fifteen questions of a retrospective, answered from the history of a cycle."""
