"""How states fail: by the name of an error, which Retry and Catch match, unless it ends the execution."""

from collections.abc import Collection

TERMINAL = ("States.Runtime", "States.DataLimitExceeded")  # no Retry or Catch covers these


class StateError(Exception):
    """A state failed: `error` is the error's name, `cause` says what happened."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause

    @property
    def terminal(self) -> bool:
        """Whether the execution fails whatever the definition says."""
        return self.error in TERMINAL

    def matches(self, names: Collection[str]) -> bool:
        """Whether an ErrorEquals covers this error."""
        if self.terminal:
            return False
        if self.error in names or "States.ALL" in names:
            return True
        return "States.TaskFailed" in names and self.error != "States.Timeout"


class CancelledError(Exception):  # nothing went wrong here: a sibling, a time-out or a user ended it
    """What ran was ended from outside; the scope that was stopped knows why."""


class ExecutionTimedOutError(Exception):  # the status of the execution
    """The state machine's TimeoutSeconds have passed."""


class ExecutionAbortedError(Exception):  # the status of the execution
    """StopExecution was called."""


def runtime_error(cause: str) -> StateError:
    return StateError("States.Runtime", cause)
