"""One image of a call, with its task, message, trace and outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import time
from typing import Any, TypeAlias

from inference.classify import Classification
from inference.messages import Rejection, Task, parse_task
from inference.stage import Timings
from telemetry.trace import Trace, new_segment_id

# A record of an SQS event, as Lambda passes it to a function.
Record: TypeAlias = dict[str, Any]


@dataclass(eq=False, slots=True)
class WorkItem:
    """One image of a call.

    Attributes:
        task: The task of the image, or the rejection of a message that is not a valid task.
        record: The SQS message that brought the image; None for other calls.
        trace: The trace that the image belongs to, if any.
        timings: Seconds that each stage took.
        started: When the processing started, in seconds since the epoch.
        segment_id: The id of the image's segment in its trace.
        outcome: The classification or the error; None while the image is processed.
    """

    task: Task | Rejection
    record: Record | None = None
    trace: Trace | None = None
    timings: Timings = field(default_factory=Timings)
    started: float = field(default_factory=time)
    segment_id: str = field(default_factory=new_segment_id)
    outcome: Classification | BaseException | None = None

    @classmethod
    def from_record(cls, record: Record) -> "WorkItem":
        """Return the image of an SQS message, in the trace that the message belongs to."""
        task = parse_task(record.get("body"), record["messageId"])
        attributes = record.get("attributes")
        header = attributes.get("AWSTraceHeader") if isinstance(attributes, dict) else None
        return cls(task, record, Trace.from_message(header))

    @classmethod
    def from_invocation(cls, id_: str) -> "WorkItem":
        """Return the single image of a call, in the trace of the call. Its task has yet to be parsed."""
        return cls(Task(id_, ""), trace=Trace.from_invocation())

    @classmethod
    def from_task(cls, task: Task | Rejection) -> "WorkItem":
        """Return one of the many images of a call. Each gets a new trace, because the size of a trace is limited."""
        return cls(task, trace=Trace.from_message(None))

    @property
    def id(self) -> str:
        """The id that the image's result carries."""
        return self.task.id

    @property
    def receives(self) -> int:
        """How often the message was received, including this time."""
        return _receive_count(self.record) if self.record else 1

    @property
    def result_trace_header(self) -> str | None:
        """The AWSTraceHeader to send with the result, so that its consumer can continue the trace."""
        return self.trace.with_parent(self.segment_id).to_header() if self.trace else None


def _receive_count(record: Record) -> int:
    attributes = record.get("attributes")
    count = attributes.get("ApproximateReceiveCount", "1") if isinstance(attributes, Mapping) else "1"
    return max(1, int(count)) if str(count).isdecimal() else 1
