"""Patch of the metrics with which SQS counts messages that are sent, received and deleted."""

import inspect
from collections.abc import Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import sns, sqs

from localcloud.engines.cloudwatch.distribution import Distribution
from localcloud.patches.cloud import Cloud
from localcloud.patches.cloudwatch import metrics as cloudwatch_metrics
from localcloud.patches.registry import patch
from localcloud.patches.sqs import messages, metrics
from localcloud.patches.sqs.metrics import Queue

SENT, RECEIVED, DELETED, EMPTY = COUNTERS = (
    "NumberOfMessagesSent", "NumberOfMessagesReceived", "NumberOfMessagesDeleted", "NumberOfEmptyReceives",
)  # fmt: skip
Handler = Callable[..., Any]


@patch("queue_counters", after=["queue_races"])
def apply_queue_counters(_: Cloud) -> None:
    """Count messages that are sent, received and deleted, with zeros while a queue is active.

    AWS: counts them; "if a message is sent to a dead-letter queue as a result of a failed processing attempt, it isn't
        captured" (SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS"). Empty receives of Lambda's
        poller are not counted here: it polls on demand, on AWS continuously.
    ministack: counts nothing.
    Upstream: could be offered.
    """
    receive, delete, deliver = sqs._receive_messages_for_esm, sqs._delete_messages_for_esm, sns._deliver_to_sqs

    def receive_and_count(url: str, limit: int) -> list[dict[str, Any]]:
        received: list[dict[str, Any]] = receive(url, limit)
        if received:
            _count(sqs._get_q(url), RECEIVED, len(received))
        return received

    def delete_and_count(url: str, receipts: set[str]) -> None:
        queue = sqs._get_q(url)
        with messages.lock:
            before = len(queue["messages"])
            delete(url, receipts)
            _count(queue, DELETED, before - len(queue["messages"]))

    def deliver_and_count(endpoint: str, *arguments: Any, **named: Any) -> None:
        _count_sent(sqs._queue_by_arn(endpoint), lambda: deliver(endpoint, *arguments, **named))

    sqs._receive_messages_for_esm, sqs._delete_messages_for_esm = receive_and_count, delete_and_count
    sns._deliver_to_sqs = deliver_and_count
    sqs._act_send_message = _counting_sent(sqs._act_send_message)
    sqs._HANDLERS["SendMessage"] = _counting_sent(sqs._HANDLERS["SendMessage"])
    sqs._HANDLERS["ReceiveMessage"] = _counting_received(sqs._HANDLERS["ReceiveMessage"])
    for action in ("DeleteMessage", "DeleteMessageBatch"):
        sqs._HANDLERS[action] = _counting_deleted(sqs._HANDLERS[action])
    cloudwatch_metrics.collectors.append(_record_zeros)


def _record_zeros() -> None:
    """Record zero for each counter of an active queue that has no value in the current minute."""
    for (account, region, _), queue in list(sqs._queues.all_items()):
        if metrics.is_active(queue):
            with request_scope(account, region):
                for name in COUNTERS:
                    cloudwatch_metrics.get_store().ensure_zero(metrics.queue_metric(queue, name), "Count")


def _counting_sent(send: Handler) -> Handler:
    def send_and_count(data: dict[str, Any], url: str) -> Any:
        return _count_sent(sqs._get_q(data.get("QueueUrl", url)), lambda: send(data, url))

    return send_and_count


def _counting_received(receive: Handler) -> Handler:
    async def receive_and_count(data: dict[str, Any], url: str) -> Any:
        response = receive(data, url)
        response = await response if inspect.isawaitable(response) else response
        received = len(response.get("Messages", []))
        _count(sqs._get_q(data.get("QueueUrl", url)), RECEIVED if received else EMPTY, received or 1)
        return response

    return receive_and_count


def _counting_deleted(delete: Handler) -> Handler:
    def delete_and_count(data: dict[str, Any], url: str) -> Any:
        response = delete(data, url)
        deleted = len(response["Successful"]) if "Successful" in response else 1
        _count(sqs._get_q(data.get("QueueUrl", url)), DELETED, deleted)
        return response

    return delete_and_count


def _count_sent(queue: Queue | None, send: Callable[[], Any]) -> Any:
    """Call `send`, and count a message if the queue has one more: a FIFO queue accepts duplicates without adding."""
    with messages.lock:
        before = len(queue["messages"]) if queue else 0
        response = send()
        if queue and len(queue["messages"]) > before:
            _count(queue, SENT, 1)
            _record(queue, "SentMessageSize", len(queue["messages"][-1]["body"].encode()), "Bytes")
    return response


def _count(queue: Queue, name: str, amount: int) -> None:
    metrics.mark_used(queue)
    if amount:
        _record(queue, name, amount, "Count")


def _record(queue: Queue, name: str, value: float, unit: str) -> None:
    samples = Distribution.from_counts({float(value): 1.0})
    cloudwatch_metrics.get_store().add(metrics.queue_metric(queue, name), samples, unit)
