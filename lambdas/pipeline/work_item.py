"""One image on its way through a call: what was asked, which trace it belongs to, and how it ends."""

from dataclasses import dataclass, field
from time import time

from inference.classify import Classification
from inference.messages import Rejection, Task, parse_task
from inference.stage import Timings
from pipeline.records import Record, receive_count, records_of
from telemetry import trace
from telemetry.trace import Trace, segment_id


@dataclass(eq=False, slots=True)
class Image:
    """`record` is the message that brought the image, if one did; `segment` is the image's part in its trace.

    `outcome` is None until there is an answer or a fault.
    """

    task: Task | Rejection
    record: Record | None = None
    trace: Trace | None = None
    steps: Timings = field(default_factory=Timings)
    began: float = field(default_factory=time)
    segment: str = field(default_factory=segment_id)
    outcome: Classification | BaseException | None = None

    @classmethod
    def of_message(cls, record: Record) -> "Image":
        """The image of a message, in the trace that came with it."""
        task = parse_task(record.get("body"), record["messageId"])
        attributes = record.get("attributes")
        header = attributes.get("AWSTraceHeader") if isinstance(attributes, dict) else None
        return cls(task, record, trace.of_message(header))

    @classmethod
    def of_call(cls, id_: str) -> "Image":
        """The one image of a call, in the trace of that call; what is asked of it is not yet read."""
        return cls(Task(id_, ""), trace=trace.invocation())

    @classmethod
    def of_line(cls, task: Task | Rejection) -> "Image":
        """One of many images of a call, in a trace of its own: all together would be more than a trace may hold."""
        return cls(task, trace=trace.of_message(None))

    @property
    def id(self) -> str:
        """The id that its result carries."""
        return self.task.id

    @property
    def receives(self) -> int:
        """How often its message was received, this time included."""
        return receive_count(self.record) if self.record else 1

    @property
    def header(self) -> str | None:
        """What goes on with the result, so that who takes it can continue the trace."""
        return self.trace.after(self.segment).header() if self.trace else None


def images_of(event: object) -> list[Image]:
    """The images of an event's messages."""
    return [Image.of_message(record) for record in records_of(event)]
