"""Runs one execution of a state machine and returns its result."""

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
from localcloud.engines.stepfunctions.payload import to_json
from localcloud.engines.stepfunctions.platform import Platform
from localcloud.engines.stepfunctions.states import HANDLERS


@dataclass(frozen=True)
class ExecutionResult:
    """The result of an execution.

    Attributes:
        status: SUCCEEDED, FAILED, TIMED_OUT or ABORTED.
        output: JSON text, if the execution succeeded.
        error: The name of the error, if it failed.
        cause: The cause of the error, if it failed.
    """

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
    """Run an execution to its end and add the event for its end, except after StopExecution, which adds its own.

    Args:
        definition: The state machine, or the item processor of a Distributed Map.
        data: The input.
        platform: The services that the execution uses.
        history: Receives the events.
        scope: Cancelled to stop the execution.
        context: The context object.
    """
    branch = Branch(platform, history, scope, context, HANDLERS)
    seconds = definition.get("TimeoutSeconds", threading.TIMEOUT_MAX)
    timer = threading.Timer(seconds, scope.cancel, [ExecutionTimedOutError()])
    timer.daemon = True
    if "TimeoutSeconds" in definition:
        timer.start()
    try:
        result = ExecutionResult("SUCCEEDED", output=to_json(branch.run(definition, data)))
        branch.add_event("ExecutionSucceeded", output=result.output, outputDetails={"truncated": False})
    except StateError as error:
        result = ExecutionResult("FAILED", error=error.error, cause=error.cause)
        branch.add_event("ExecutionFailed", error=result.error, cause=result.cause)
    except CancelledError:
        result = ExecutionResult("TIMED_OUT" if isinstance(scope.reason, ExecutionTimedOutError) else "ABORTED")
        if not isinstance(scope.reason, ExecutionAbortedError):
            branch.add_event("ExecutionTimedOut" if result.status == "TIMED_OUT" else "ExecutionAborted")
    finally:
        timer.cancel()
        scope.close()
    return result
