"""Random companies held to a plain model of the rules, written without a look at the domain."""
