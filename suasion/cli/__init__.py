"""The command line: `suasion COMMAND`. Each command is a function in a module of this folder."""

from suasion.cli.application import app
from suasion.cli.main import main

__all__ = ["app", "main"]
