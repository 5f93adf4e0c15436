"""One dead letter: a message of the dead-letter queue, and what it says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sluice.dead_letters import body

_ADDED = 200  # an id and the count of replays, at most
REPLAYS = "replays"  # a message attribute, which a queue keeps when it gives a message up


@dataclass(frozen=True)
class Letter:
    """A message: `sent` in seconds since 1970, `receives` by anyone ever, `trace` an X-Ray header.

    `attributes` are its message attributes as SQS gave them and takes them again.
    """

    message_id: str
    receipt: str
    body: str
    sent: float
    receives: int
    trace: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> "Letter":
        """A message as ReceiveMessage gives it, with all its attributes."""
        system = message["Attributes"]
        return cls(
            message_id=message["MessageId"],
            receipt=message["ReceiptHandle"],
            body=message["Body"],
            sent=int(system["SentTimestamp"]) / 1000,
            receives=int(system["ApproximateReceiveCount"]),
            trace=system.get("AWSTraceHeader"),
            attributes=message.get("MessageAttributes", {}),
        )

    def size(self) -> int:
        """Bytes that it takes of a call that sends it again; an attribute's name and type count, too."""
        return len(self.body.encode()) + sum(map(_bytes, self.attributes.items())) + _ADDED

    @property
    def id(self) -> str:
        """The id that the task's result would carry."""
        return body.word(self.body, "id") or self.message_id

    @property
    def model(self) -> str | None:
        """The model that the task names; None for the default one."""
        return body.word(self.body, "model")

    @property
    def replays(self) -> int:
        """How often it was sent again already."""
        count = self.attributes.get(REPLAYS, {}).get("StringValue", "0")
        return int(count) if count.isdecimal() else 0

    @property
    def trace_id(self) -> str | None:
        """The Root of its X-Ray header."""
        parts = dict(part.partition("=")[::2] for part in (self.trace or "").split(";"))
        return parts.get("Root")


def _bytes(attribute: tuple[str, Mapping[str, Any]]) -> int:
    name, held = attribute
    value = held.get("BinaryValue") or held.get("StringValue", "").encode()
    return len(name.encode()) + len(held["DataType"].encode()) + len(value)
