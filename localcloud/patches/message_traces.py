"""A message keeps its AWSTraceHeader however it is sent; ministack drops it from batches.

"The message system attribute overrides any trace header in the request" (SQS Developer Guide, "Amazon SQS and AWS
X-Ray").
"""

import contextvars
from collections.abc import Iterator
from typing import Any

from ministack.services import sqs

from localcloud.patches import tracing
from localcloud.patches.cloud import Cloud

NAME = "AWSTraceHeader"

_entries: contextvars.ContextVar[Iterator[dict[str, Any]] | None] = contextvars.ContextVar("entries", default=None)


def apply(_: Cloud) -> None:
    send, send_batch, send_request = (
        sqs._act_send_message, sqs._HANDLERS["SendMessageBatch"], sqs._HANDLERS["SendMessage"]
    )  # fmt: skip

    def sent_of_batch(data: dict[str, Any], url: str) -> Any:
        """Called for each entry in turn, without what the entry says of its trace."""
        entry = next(_entries.get() or iter(()), {})
        return send(_traced({**data, "MessageSystemAttributes": entry.get("MessageSystemAttributes")}), url)

    def sent_batch(data: dict[str, Any], url: str) -> Any:
        token = _entries.set(iter(data.get("Entries", [])))
        try:
            return send_batch(data, url)
        finally:
            _entries.reset(token)

    def sent(data: dict[str, Any], url: str) -> Any:
        return (sent_of_batch if _entries.get() else send)(data, url)

    sqs._act_send_message = sent
    sqs._HANDLERS["SendMessageBatch"] = sent_batch
    sqs._HANDLERS["SendMessage"] = lambda data, url: send_request(_traced(data), url)


def _traced(data: dict[str, Any]) -> dict[str, Any]:
    """A request to send a message, with the trace of the request where it names none itself."""
    given, header = data.get("MessageSystemAttributes") or {}, tracing.header()
    if header is not None and NAME not in given:
        given = {**given, NAME: {"DataType": "String", "StringValue": str(header)}}
    return {**data, "MessageSystemAttributes": given}
