"""Partition queries: sets and trees of any questions, to proven optimality."""
