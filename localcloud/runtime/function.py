"""A function, an event for it and the result: everything that the runtime needs to know."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Archive:
    """A zip file.

    Attributes:
        digest: A hash of the content, known in advance so that a large zip need not be read to compare it.
        content: The bytes of the zip.
    """

    digest: str
    content: bytes


@dataclass(frozen=True)
class Function:
    """One deployed version of a function.

    Attributes:
        revision: Equal for two functions exactly if a warm sandbox of one may serve the other.
        layers: Zips in the order in which they are attached; files of a later one win.
        environment: The function's own variables and its credentials.
        timeout: In seconds.
        memory: In MB.
        platform_level: The level of the platform's own log lines: DEBUG, INFO or WARN.
        role: The ARN of the execution role.
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
    """One invocation.

    Attributes:
        payload: JSON text.
        function_arn: The ARN that the caller has invoked.
        trace: The X-Ray tracing header, if any.
    """

    request_id: str
    payload: bytes
    function_arn: str
    trace: str | None = None


@dataclass(frozen=True)
class LogLine:
    """One line of a log; `time` is in milliseconds since the epoch."""

    time: int
    text: str


@dataclass(frozen=True)
class InvocationResult:
    """The result of one event.

    Attributes:
        payload: The response, or the error as JSON if `failed`.
        stream: The log stream of the sandbox.
        lines: The lines that were logged.
        milliseconds: The duration of the handler.
        init_milliseconds: The duration of the sandbox's start, if it was started for this event.
    """

    payload: bytes
    failed: bool
    stream: str
    lines: tuple[LogLine, ...]
    milliseconds: float
    init_milliseconds: float | None = None
