"""Programs solved by outside solvers: `optimise` is the only way to them."""

from suasion.solvers.backends.optimise import optimise, write_model

__all__ = ["optimise", "write_model"]
