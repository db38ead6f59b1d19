"""The loops of partition queries that numba compiles, and the arrays they read."""
