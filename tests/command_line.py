"""The command line, run in this process."""

from typer.testing import CliRunner

from suasion.cli import app


def run(*words):
    """What a command printed and its exit status."""
    return CliRunner().invoke(app, [str(word) for word in words])
