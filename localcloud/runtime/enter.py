"""First code of a sandbox's process: ties its life to the server's, then becomes AWS's runtime interface client.

Run by the runtime's interpreter as `python -I -S enter.py <server's pid> <handler>`; imports nothing of this project.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    server, handler = int(sys.argv[1]), sys.argv[2]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != server:  # it died before the tie was made
        sys.exit(1)
    os.execv(sys.executable, [sys.executable, "-m", "awslambdaric", handler])  # noqa: S606


main()
