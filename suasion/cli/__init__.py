"""The command line: `suasion COMMAND`. Each command is a function in a module of this folder."""

from suasion.cli.application import app, prepare_streams

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

# In the order in which a newcomer needs them; typer lists them as they were registered.
_ORDER = (
    *("solve", "verify", "frontier", "ask", "plot"),
    *("examples", "build", "generate", "reduce", "study"),
)
app.registered_commands.sort(
    key=lambda command: _ORDER.index(command.name) if command.name in _ORDER else len(_ORDER)
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
    prepare_streams()
    app()
