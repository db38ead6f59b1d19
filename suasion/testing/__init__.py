"""Checks for methods and simulators of your own: the ones that the package's own must pass."""

from suasion.testing.methods import check_method
from suasion.testing.simulators import check_simulator

__all__ = ["check_method", "check_simulator"]
