"""What people do in a random company: one rule for each kind of request."""
