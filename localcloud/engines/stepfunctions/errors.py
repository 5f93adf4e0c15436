"""Errors of states, which Retry and Catch match by name, and the exceptions that stop an execution from outside."""

from collections.abc import Collection

TERMINAL = ("States.Runtime", "States.DataLimitExceeded")  # Retry and Catch do not match these


class StateError(Exception):
    """A state failed.

    Attributes:
        error: The name of the error.
        cause: A message for people.
    """

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause

    @property
    def terminal(self) -> bool:
        """Whether the execution fails regardless of Retry and Catch."""
        return self.error in TERMINAL

    def matches(self, names: Collection[str]) -> bool:
        """Check whether the names of an ErrorEquals cover this error."""
        if self.terminal:
            return False
        if self.error in names or "States.ALL" in names:
            return True
        return "States.TaskFailed" in names and self.error != "States.Timeout"


class CancelledError(Exception):
    """The scope was cancelled: a sibling failed, the time is up or a user stopped it. See the scope's `reason`."""


class ExecutionTimedOutError(Exception):
    """The state machine's TimeoutSeconds have passed."""


class ExecutionAbortedError(Exception):
    """StopExecution was called."""


def runtime_error(cause: str) -> StateError:
    """Create a States.Runtime error."""
    return StateError("States.Runtime", cause)
