"""`make demo`: run the demonstration, and print errors as one sentence."""

import sys


def main() -> int:
    """Run the demonstration; return exit code 0 if every input had the expected result."""
    try:
        # Imported here: that takes a second, in which Ctrl-C must not print a traceback.
        from rich.console import Console

        from sluice.demo.demonstration import run_demonstration
        from sluice.errors import convert_error

        try:
            return 0 if run_demonstration(Console(highlight=False)) else 1
        except Exception as error:
            if (converted := convert_error(error)) is None:
                raise
            print(converted, file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        print("Interrupted; everything that was started has been stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
