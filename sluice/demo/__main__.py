"""`make demo`: runs the demonstration; whatever goes wrong is told in a sentence."""

import sys


def main() -> int:
    """Demonstrate, and tell by the exit code whether every input had the end it should have."""
    try:
        # Imported here, since that takes a second in which Ctrl-C must not end in a traceback either.
        from rich.console import Console

        from sluice.demo.demonstration import demonstrate
        from sluice.errors import convert_error

        try:
            return 0 if demonstrate(Console(highlight=False)) else 1
        except Exception as error:
            if (converted := convert_error(error)) is None:
                raise
            print(converted, file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        print("Stopped; nothing is left running.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
