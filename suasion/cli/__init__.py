"""The command line: `suasion COMMAND`. Each command is a function in a module of this folder."""

from suasion.cli.application import app

# The commands register themselves.
from suasion.cli import asking, catalogue, frontier, instances, solving  # isort: skip

__all__ = ["app", "asking", "catalogue", "frontier", "instances", "main", "solving"]


def main() -> None:
    """Run the command line (the `suasion` script)."""
    app()
