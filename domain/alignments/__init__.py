"""Alignment as negotiation: proposed by one side, accepted by the other, and never in a circle."""
