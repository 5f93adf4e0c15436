"""A dead letter: a message of the dead-letter queue, and the task in its body."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from inference import messages
from sluice.sqs.messages import Message

REPLAYS = "replays"  # a message attribute, which SQS keeps when it moves a message to the dead-letter queue
_ADDED_BYTES = 200  # at most, for an ID and the attribute with the number of replays


@dataclass(frozen=True)
class DeadLetter(Message):
    """A message of the dead-letter queue."""

    @classmethod
    def from_message(cls, message: Message) -> Self:
        """Return the dead letter that a received message is."""
        return cls(**vars(message))

    @property
    def task_id(self) -> str:
        """The ID that the task's result would carry: the task's own, otherwise the message ID."""
        return read_text_field(self.body, "id") or self.id

    @property
    def model(self) -> str | None:
        """The model that the task names; None for the default model."""
        return read_text_field(self.body, "model")

    @property
    def replays(self) -> int:
        """How many times it has been replayed."""
        count = self.attributes.get(REPLAYS, {}).get("StringValue", "0")
        return int(count) if count.isdecimal() else 0

    @property
    def trace_id(self) -> str | None:
        """The trace ID in its X-Ray header; None without one."""
        parts = dict(part.partition("=")[::2] for part in (self.trace_header or "").split(";"))
        return parts.get("Root")

    def replay_size(self) -> int:
        """Return the most bytes that its replay takes of a batch, attributes included."""
        attributes = sum(_attribute_size(name, value) for name, value in self.attributes.items())
        return len(self.body.encode()) + attributes + _ADDED_BYTES

    def replay_body(self) -> str:
        """Return the body for a replay, with the ID that the task has now.

        A task without an ID has that of its message, and a replay is a message with another ID. The body of a task with
        an ID, and one that is not a task, are returned unchanged.
        """
        fields = _read_fields(self.body)
        return self.body if not fields or "id" in fields else json.dumps(fields | {"id": self.id}, ensure_ascii=False)


def read_text_field(body: str, name: str) -> str | None:
    """Return a field of a task; None if it does not exist, is empty or is not text."""
    value = _read_fields(body).get(name)
    return value if isinstance(value, str) and value else None


def _read_fields(body: str) -> dict[str, Any]:
    """Return the fields of a task; none of a body that is not a task."""
    try:
        fields = messages.parse_body(body)
    except ValueError:
        return {}
    return fields if fields != {"url": ""} else {}


def _attribute_size(name: str, attribute: Mapping[str, Any]) -> int:
    value = attribute.get("BinaryValue") or attribute.get("StringValue", "").encode()
    return len(name.encode()) + len(attribute["DataType"].encode()) + len(value)
