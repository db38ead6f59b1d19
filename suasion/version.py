"""The version, read by the build, by results and by studies."""

__version__ = "0.2.0"
