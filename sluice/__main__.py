"""The entry point of `sluice` and of `python -m sluice`."""

import sys


def main() -> None:
    """Import and run the command line, which takes most of a second, in which SIGINT must not show a traceback."""
    try:
        from sluice import cli

        cli.main()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
