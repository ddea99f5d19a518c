"""The paths of the HTTP interface, one file for each thing that people ask about."""
