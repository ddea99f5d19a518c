"""Who calls: how callers sign in, what their credentials allow, and how much they may ask for."""
