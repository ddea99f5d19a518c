"""The shapes that travel: what requests carry and what answers look like."""
