"""The first step of `sluice`: what it imports takes most of a second, in which Ctrl-C must not end in a traceback."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from sluice.__main__ import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)
