"""The command line: one file a verb."""

import gc
import sys

from midtrail.cli._quick import be_quick

__all__ = ["main"]


def main() -> None:
    """Run the command line and end the process with its exit status; Ctrl-C ends it in one line from the start."""
    try:
        be_quick()
        from midtrail.cli._app import run  # noqa: PLC0415 - while it loads, Ctrl-C is told like at any time

        status = run()
    except KeyboardInterrupt:
        print("midtrail: interrupted", file=sys.stderr)
        status = 130  # what _app calls INTERRUPTED, which may not be loaded
    gc.freeze()  # so that ending does not look for cycles among all that goes with the process anyway
    sys.exit(status)
