"""The docs against the code: what they list, what they show and where they point."""
