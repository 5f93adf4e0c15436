"""The interface through which the interpreter uses AWS services; its implementation belongs to the emulator."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from localcloud.engines.stepfunctions.cancel_scope import CancelScope


@dataclass(frozen=True)
class Task:
    """A call of a service.

    Attributes:
        resource: The state's Resource.
        payload: The state's input after Parameters.
        state: The state's definition.
        token: The token for which a .waitForTaskToken task waits.
    """

    resource: str
    payload: Any
    state: dict[str, Any]
    token: str


@dataclass
class ChildExecution:
    """A child execution of a Map Run.

    Attributes:
        input: The input of the execution.
        items: The number of items in the input.
        status: PENDING until the execution starts, then its final status.
        output: The output of a successful execution.
        record: The fields that ResultWriter exports.
    """

    input: Any
    items: int
    status: str = "PENDING"
    output: Any = None
    record: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ItemSource:
    """The source of a Distributed Map's items: an object, or all objects below a prefix if `listing`."""

    bucket: str
    key: str
    listing: bool


class MapRun(Protocol):
    """A run of a Distributed Map; `arn` ends with a colon and the run's id."""

    arn: str

    def run_child(self, child: ChildExecution, scope: CancelScope, context: dict[str, Any]) -> None:
        """Run a child execution and record its result in `child`."""

    def finish(self, status: str, written: int) -> None:
        """Record the status of the run and the number of items whose results were exported."""


class Platform(Protocol):
    """The services that an execution uses. Failures are raised as StateError."""

    def invoke(self, task: Task) -> Any:
        """Run a task and return its result."""

    def call_intrinsic(self, expression: str, resolve: Callable[[str], Any]) -> Any:
        """Evaluate an intrinsic function such as States.Format(...); `resolve` gets the value of a path."""

    def now(self) -> str:
        """Return the current time in ISO 8601."""

    def read_items(self, source: ItemSource) -> Any:
        """Read an object's bytes, or list the objects below a prefix, with the state machine's role."""

    def write_object(self, bucket: str, key: str, body: bytes) -> None:
        """Write an object with the state machine's role."""

    def start_map_run(self, state: dict[str, Any], children: list[ChildExecution]) -> MapRun:
        """Start a run of a Distributed Map."""
