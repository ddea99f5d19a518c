"""The read models: built live, rebuilt, and compared with a slow, obvious fold."""
