"""What is known of a function and of one event for it; the executor needs nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Archive:
    """A zip; `digest` is equal for two of equal content, whoever computes it, so that a large one is read once."""

    digest: str
    content: bytes


@dataclass(frozen=True)
class Function:
    """One version of a function as deployed.

    `revision` is equal for two functions exactly when a warm sandbox of the one may serve the other.
    `environment` holds the function's variables and its credentials; `timeout` is in seconds, `memory` in MB,
    `layers` are zips in the order in which they are attached (a later one wins).
    """

    name: str
    version: str
    revision: str
    handler: str
    runtime: str
    code: Archive
    layers: tuple[Archive, ...]
    environment: Mapping[str, str]
    timeout: float
    memory: int
    region: str
    log_group: str
    log_format: str = "Text"
    log_level: str = ""
    platform_level: str = "INFO"
    role: str = ""


@dataclass(frozen=True)
class Event:
    """One event: its JSON payload, the ARN that was invoked and the X-Ray header, if any."""

    request_id: str
    payload: bytes
    function_arn: str
    trace: str | None = None


@dataclass(frozen=True)
class LogLine:
    """One line of a log; `time` in milliseconds since the epoch."""

    time: int
    text: str


@dataclass(frozen=True)
class InvocationResult:
    """How an event ended: the payload, or the error's JSON when `failed`, and what was logged to `stream`.

    `milliseconds` is what the function took, `initialised` what its sandbox took to start for this event, if it did.
    """

    payload: bytes
    failed: bool
    stream: str
    lines: tuple[LogLine, ...]
    milliseconds: float
    init_milliseconds: float | None = None
