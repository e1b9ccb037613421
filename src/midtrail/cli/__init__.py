"""The command line: one file a verb."""

from midtrail.cli._app import main

__all__ = ["main"]
