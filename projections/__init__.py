"""What we can answer: read tables rebuilt from the log, and one file per question asked of them."""
