"""Runs a handler as a function's runtime does: imports its module, then answers an event a line.

    python runner.py <module with a handler>

Imports nothing of the project: what is measured is the handler's.
"""

import ctypes
import importlib
import json
import os
import signal
import sys
import time

PR_SET_PDEATHSIG = 1


class Context:
    """What the runtime gives a handler beside the event."""

    aws_request_id = "bench"
    function_name = "bench"
    invoked_function_arn = "arn:aws:lambda:eu-central-1:000000000000:function:bench"
    memory_limit_in_mb = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769"))

    def __init__(self) -> None:
        self._ends = time.monotonic() + 60

    def get_remaining_time_in_millis(self) -> int:
        return int((self._ends - time.monotonic()) * 1000)


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # who is stopped would outlive the benchmark
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a handler prints is its log
    handler = importlib.import_module(sys.argv[1]).handler
    for line in sys.stdin:
        replies.write(json.dumps(handler(json.loads(line), Context())) + "\n")
        replies.flush()


main()
