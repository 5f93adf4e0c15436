"""One execution from its start to its end: runs a definition and says how that ended."""

import threading
from dataclasses import dataclass
from typing import Any

from localcloud.engines.stepfunctions.branch import Branch
from localcloud.engines.stepfunctions.cancel_scope import CancelScope
from localcloud.engines.stepfunctions.errors import (
    CancelledError,
    ExecutionAbortedError,
    ExecutionTimedOutError,
    StateError,
)
from localcloud.engines.stepfunctions.history import History
from localcloud.engines.stepfunctions.kinds import KINDS
from localcloud.engines.stepfunctions.payload import to_json
from localcloud.engines.stepfunctions.platform import Platform


@dataclass(frozen=True)
class ExecutionResult:
    """`status` is SUCCEEDED (with `output`, JSON text), FAILED (with `error` and `cause`), TIMED_OUT or ABORTED."""

    status: str
    output: str | None = None
    error: str | None = None
    cause: str | None = None


def run_execution(
    definition: dict[str, Any],
    data: Any,
    platform: Platform,
    history: History,
    scope: CancelScope,
    context: dict[str, Any],
) -> ExecutionResult:
    """Run to the end, whatever that is, and add the event that tells it, unless a user ended it."""
    branch = Branch(platform, history, scope, context, KINDS)
    timer = threading.Timer(
        definition.get("TimeoutSeconds", threading.TIMEOUT_MAX), scope.stop, [ExecutionTimedOutError()]
    )
    timer.daemon = True
    if "TimeoutSeconds" in definition:
        timer.start()
    try:
        end = ExecutionResult("SUCCEEDED", output=to_json(branch.run(definition, data)))
        branch.event("ExecutionSucceeded", output=end.output, outputDetails={"truncated": False})
    except StateError as error:
        end = ExecutionResult("FAILED", error=error.error, cause=error.cause)
        branch.event("ExecutionFailed", error=end.error, cause=end.cause)
    except CancelledError:
        end = ExecutionResult("TIMED_OUT" if isinstance(scope.reason, ExecutionTimedOutError) else "ABORTED")
        if not isinstance(scope.reason, ExecutionAbortedError):
            branch.event("ExecutionTimedOut" if end.status == "TIMED_OUT" else "ExecutionAborted")
    finally:
        timer.cancel()
        scope.leave()
    return end
