"""Several processes that serve one history."""
