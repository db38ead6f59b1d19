"""The command line: `suasion COMMAND`. Each command is a function in a module of this folder."""

from suasion.cli.application import app

# The commands register themselves.
from suasion.cli import (  # isort: skip
    asking,
    building,
    catalogue,
    frontier,
    generating,
    plotting,
    reducing,
    solving,
    studying,
)

__all__ = [
    "app",
    "asking",
    "building",
    "catalogue",
    "frontier",
    "generating",
    "main",
    "plotting",
    "reducing",
    "solving",
    "studying",
]


def main() -> None:
    """Run the command line (the `suasion` script)."""
    app()
