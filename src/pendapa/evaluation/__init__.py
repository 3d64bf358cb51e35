"""Evaluation: maturity levels, the index, its history and the distance to a target."""
