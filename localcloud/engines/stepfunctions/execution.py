"""One execution from its start to its end: runs a definition and says how that ended."""

import threading
from dataclasses import dataclass
from typing import Any

from localcloud.engines.stepfunctions.branch import Branch
from localcloud.engines.stepfunctions.errors import Aborted, StateError, Stopped, TimedOut
from localcloud.engines.stepfunctions.history import History
from localcloud.engines.stepfunctions.kinds import KINDS
from localcloud.engines.stepfunctions.payload import text
from localcloud.engines.stepfunctions.platform import Platform
from localcloud.engines.stepfunctions.scope import Scope


@dataclass(frozen=True)
class End:
    """`status` is SUCCEEDED (with `output`, JSON text), FAILED (with `error` and `cause`), TIMED_OUT or ABORTED."""

    status: str
    output: str | None = None
    error: str | None = None
    cause: str | None = None


def run(
    definition: dict[str, Any], data: Any, platform: Platform, history: History, scope: Scope, context: dict[str, Any]
) -> End:
    """Run to the end, whatever that is, and add the event that tells it, unless a user ended it."""
    branch = Branch(platform, history, scope, context, KINDS)
    timer = threading.Timer(definition.get("TimeoutSeconds", threading.TIMEOUT_MAX), scope.stop, [TimedOut()])
    timer.daemon = True
    if "TimeoutSeconds" in definition:
        timer.start()
    try:
        end = End("SUCCEEDED", output=text(branch.run(definition, data)))
        branch.event("ExecutionSucceeded", output=end.output, outputDetails={"truncated": False})
    except StateError as error:
        end = End("FAILED", error=error.error, cause=error.cause)
        branch.event("ExecutionFailed", error=end.error, cause=end.cause)
    except Stopped:
        end = End("TIMED_OUT" if isinstance(scope.reason, TimedOut) else "ABORTED")
        if not isinstance(scope.reason, Aborted):
            branch.event("ExecutionTimedOut" if end.status == "TIMED_OUT" else "ExecutionAborted")
    finally:
        timer.cancel()
        scope.leave()
    return end
