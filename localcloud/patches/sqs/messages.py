"""Patches of how messages are sent and received: locking, trace headers and permissions of batch actions."""

import contextvars
import functools
import inspect
import threading
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core import iam_actions
from ministack.services import sqs

from localcloud.patches.cloud import Cloud
from localcloud.patches.registry import patch
from localcloud.patches.xray import tracing

LOCKED_FUNCTIONS = (
    "_collect_msgs", "_dlq_sweep", "_expire_retained", "_receive_messages_for_esm", "_delete_messages_for_esm",
)  # fmt: skip
SINGLE_ACTIONS = {
    f"sqs:{action}Batch": f"sqs:{action}" for action in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")
}
TRACE_HEADER = "AWSTraceHeader"

lock = threading.RLock()

_entries: contextvars.ContextVar[Iterator[dict[str, Any]] | None] = contextvars.ContextVar("entries", default=None)


@patch("queue_races")
def apply_queue_races(_: Cloud) -> None:
    """Lock queues while messages are received or deleted.

    AWS: hides a received message from other receivers, and keeps it until it is deleted (SQS Developer Guide, "Amazon
        SQS visibility timeout").
    ministack: its poller and its request thread select messages without a lock, so both may receive the same message
        and messages may be lost.
    Upstream: could be offered.
    """
    sqs._queues_lock = lock
    for name in LOCKED_FUNCTIONS:
        setattr(sqs, name, _locked(getattr(sqs, name)))
    for action, handler in list(sqs._HANDLERS.items()):
        if not inspect.iscoroutinefunction(handler):  # ReceiveMessage waits between its locked steps
            sqs._HANDLERS[action] = _locked(handler)


@patch("message_traces", after=["queue_counters", "queue_metrics"])
def apply_message_traces(_: Cloud) -> None:
    """Keep the trace header of messages that are sent in a batch.

    AWS: keeps `AWSTraceHeader` of each message; "the message system attribute overrides any trace header in the
        request" (SQS Developer Guide, "Amazon SQS and AWS X-Ray").
    ministack: drops it from batches.
    Upstream: could be offered.
    """
    send, send_batch, send_request = (
        sqs._act_send_message, sqs._HANDLERS["SendMessageBatch"], sqs._HANDLERS["SendMessage"]
    )  # fmt: skip

    def send_entry(data: dict[str, Any], url: str) -> Any:
        """Send an entry of a batch: ministack sends them in order, without their system attributes."""
        entry = next(_entries.get() or iter(()), {})
        return send(_add_trace_header({**data, "MessageSystemAttributes": entry.get("MessageSystemAttributes")}), url)

    def send_batch_with_headers(data: dict[str, Any], url: str) -> Any:
        token = _entries.set(iter(data.get("Entries", [])))
        try:
            return send_batch(data, url)
        finally:
            _entries.reset(token)

    def send_with_header(data: dict[str, Any], url: str) -> Any:
        return (send_entry if _entries.get() else send)(data, url)

    sqs._act_send_message = send_with_header
    sqs._HANDLERS["SendMessageBatch"] = send_batch_with_headers
    sqs._HANDLERS["SendMessage"] = lambda data, url: send_request(_add_trace_header(data), url)


@patch("batch_actions")
def apply_batch_actions(_: Cloud) -> None:
    """Authorize batch actions by the action for single messages.

    AWS: has no permission for batches: `sqs:SendMessage` covers SendMessageBatch, and likewise for DeleteMessage and
        ChangeMessageVisibility (SQS Developer Guide, "Amazon SQS API permissions: actions and resource reference").
    ministack: checks `sqs:SendMessageBatch` and the like.
    Upstream: could be offered.
    """
    extract = iam_actions.extract_iam_action

    def extract_single_action(*arguments: Any) -> str | None:
        action: str | None = extract(*arguments)
        return SINGLE_ACTIONS.get(action or "", action)

    iam_actions.extract_iam_action = extract_single_action


def _locked(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call_with_lock(*arguments: Any, **named: Any) -> Any:
        with lock:
            return function(*arguments, **named)

    return call_with_lock


def _add_trace_header(data: dict[str, Any]) -> dict[str, Any]:
    """Return a request to send a message, with the request's trace header if the message has none."""
    attributes, header = data.get("MessageSystemAttributes") or {}, tracing.get_header()
    if header is not None and TRACE_HEADER not in attributes:
        attributes = {**attributes, TRACE_HEADER: {"DataType": "String", "StringValue": str(header)}}
    return {**data, "MessageSystemAttributes": attributes}
