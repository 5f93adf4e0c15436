"""Entry point of a sandbox without bubblewrap: runs AWS's runtime interface client until the server exits.

Run by the runtime's interpreter as `python -I -S enter.py <server's pid> <handler>`; imports nothing of this package.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Set the parent-death signal and replace this process with the runtime interface client."""
    server, handler = int(sys.argv[1]), sys.argv[2]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != server:  # the server died before prctl was called
        sys.exit(1)
    os.execv(sys.executable, [sys.executable, "-m", "awslambdaric", handler])  # noqa: S606


main()
