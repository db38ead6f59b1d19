"""Threshold queries: cuts of the types sorted by threshold."""
