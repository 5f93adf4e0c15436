"""What the interpreter needs of the cloud around it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from localcloud.engines.stepfunctions.cancel_scope import CancelScope


@dataclass(frozen=True)
class Task:
    """A call of a service; `token` is what a waitForTaskToken task waits for."""

    resource: str
    payload: Any
    state: dict[str, Any]
    token: str


@dataclass
class ChildExecution:
    """A child execution of a Map Run: its input, how many items that holds, and how it ended.

    `record` has the members that ResultWriter exports; `status` is PENDING until it starts.
    """

    input: Any
    items: int
    status: str = "PENDING"
    output: Any = None
    record: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ItemSource:
    """Where items lie: an object of a bucket, or all below a prefix when `listing`."""

    bucket: str
    key: str
    listing: bool


class MapRun(Protocol):
    """A run of a Distributed Map; `arn` ends with a colon and its id."""

    arn: str

    def run_child(self, child: ChildExecution, scope: CancelScope, context: dict[str, Any]) -> None:
        """Run a child to its end, whatever that is."""

    def finish(self, status: str, written: int) -> None:
        """Say how the run ended, and how many of its results were exported."""


class Platform(Protocol):
    """Failures are StateErrors."""

    def invoke(self, task: Task) -> Any:
        """The result of a task."""

    def call_intrinsic(self, expression: str, resolve: Callable[[str], Any]) -> Any:
        """What an intrinsic function such as States.Format(...) gives; `resolve` reads a path."""

    def now(self) -> str:
        """The time of day as ISO 8601."""

    def read_items(self, source: ItemSource) -> Any:
        """An object's bytes, or a list of what lies below a prefix, under the state machine's role."""

    def write_object(self, bucket: str, key: str, body: bytes) -> None:
        """Write an object under the state machine's role."""

    def start_map_run(self, state: dict[str, Any], children: list[ChildExecution]) -> MapRun:
        """Open a run of a Distributed Map."""
