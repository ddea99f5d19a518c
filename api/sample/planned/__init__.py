"""What the sample company set out to do: one module of goals for each cycle."""
