"""Partition queries with side constraints, discounts and fees: sets asked at once."""
