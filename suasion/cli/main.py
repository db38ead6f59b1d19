"""The command line: all commands, in the order in which a newcomer needs them."""

# The commands register themselves.
from suasion.cli import (  # noqa: F401
    asking,
    assessing,
    building,
    catalogue,
    frontier,
    generating,
    plotting,
    reducing,
    reporting,
    solving,
    studying,
)
from suasion.cli.application import app, prepare_streams

# In the order in which a newcomer needs them; typer lists them as they were registered.
_ORDER = (
    *("solve", "verify", "frontier", "ask", "plot"),
    *("examples", "assess", "report", "build", "generate", "reduce", "study"),
)
app.registered_commands.sort(
    key=lambda command: _ORDER.index(command.name) if command.name in _ORDER else len(_ORDER)
)


def main() -> None:
    """Run the command line (the `suasion` script)."""
    prepare_streams()
    app()
