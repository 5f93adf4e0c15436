"""Run a handler as a function's runtime does: import its module, then answer one event per line.

    python runner.py MODULE:HANDLER

Imports nothing from the project, so that only the handler's imports are measured.
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
    """The context that the runtime passes to a handler."""

    aws_request_id = "bench"
    function_name = "bench"
    invoked_function_arn = "arn:aws:lambda:eu-central-1:000000000000:function:bench"
    memory_limit_in_mb = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769"))

    def __init__(self) -> None:
        self._deadline = time.monotonic() + 60

    def get_remaining_time_in_millis(self) -> int:
        return int((self._deadline - time.monotonic()) * 1000)


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # a stopped process would outlive the benchmark
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # a handler's output goes to its log
    module, _, name = sys.argv[1].partition(":")
    handler = getattr(importlib.import_module(module), name)
    for line in sys.stdin:
        replies.write(json.dumps(handler(json.loads(line), Context())) + "\n")
        replies.flush()


main()
