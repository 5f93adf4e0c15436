"""`make demo`: runs the demonstration; whatever goes wrong is told in a sentence."""

import sys


def main() -> int:
    """Demonstrate, and tell by the exit code whether every input had the end it should have."""
    try:
        # Imported here, since that takes a second in which Ctrl-C must not end in a traceback either.
        from botocore.exceptions import BotoCoreError, ClientError
        from rich.console import Console

        from localcloud import CloudError
        from sluice.demo.demonstration import demonstrate
        from sluice.errors import SluiceError
        from sluice.jobs.client import JobError

        try:
            return 0 if demonstrate(Console(highlight=False)) else 1
        except (BotoCoreError, ClientError, CloudError, JobError, OSError, SluiceError) as error:
            print(error, file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        print("Stopped; nothing is left running.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
