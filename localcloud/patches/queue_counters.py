"""SQS counts what is sent, received and deleted, zeros included while a queue is active; ministack counts nothing.

A message that SQS moves to a dead-letter queue itself is not counted as sent there. The empty receives of Lambda's
poller are not counted either: here it looks when it is told to, on AWS all the time.
"""

import inspect
from collections.abc import Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import sns, sqs

from localcloud.engines.cloudwatch.distribution import Distribution
from localcloud.patches import metric_data, queue_activity, queue_races
from localcloud.patches.cloud import Cloud
from localcloud.patches.queue_activity import Queue

SENT, RECEIVED, DELETED, EMPTY = COUNTERS = (
    "NumberOfMessagesSent", "NumberOfMessagesReceived", "NumberOfMessagesDeleted", "NumberOfEmptyReceives",
)  # fmt: skip
Handler = Callable[..., Any]


def apply(_: Cloud) -> None:
    receive, delete, deliver = sqs._receive_messages_for_esm, sqs._delete_messages_for_esm, sns._deliver_to_sqs

    def received(url: str, most: int) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = receive(url, most)
        if messages:
            _count(sqs._get_q(url), RECEIVED, len(messages))
        return messages

    def deleted(url: str, receipts: set[str]) -> None:
        queue = sqs._get_q(url)
        with queue_races.lock:
            before = len(queue["messages"])
            delete(url, receipts)
            _count(queue, DELETED, before - len(queue["messages"]))

    def delivered(endpoint: str, *arguments: Any, **named: Any) -> None:
        _count_added(sqs._queue_by_arn(endpoint), lambda: deliver(endpoint, *arguments, **named))

    sqs._receive_messages_for_esm, sqs._delete_messages_for_esm, sns._deliver_to_sqs = received, deleted, delivered
    sqs._act_send_message = _sending(sqs._act_send_message)
    sqs._HANDLERS["SendMessage"] = _sending(sqs._HANDLERS["SendMessage"])
    sqs._HANDLERS["ReceiveMessage"] = _receiving(sqs._HANDLERS["ReceiveMessage"])
    for action in ("DeleteMessage", "DeleteMessageBatch"):
        sqs._HANDLERS[action] = _deleting(sqs._HANDLERS[action])
    metric_data.sources.append(_ensure)


def _ensure() -> None:
    """Let what was not counted in this minute be zero."""
    for (account, region, _), queue in list(sqs._queues.all_items()):
        if queue_activity.active(queue):
            with request_scope(account, region):
                for name in COUNTERS:
                    metric_data.store().ensure(queue_activity.metric(queue, name), "Count")


def _sending(send: Handler) -> Handler:
    def sent(data: dict[str, Any], url: str) -> Any:
        return _count_added(sqs._get_q(data.get("QueueUrl", url)), lambda: send(data, url))

    return sent


def _receiving(receive: Handler) -> Handler:
    async def received(data: dict[str, Any], url: str) -> Any:
        answer = receive(data, url)
        answer = await answer if inspect.isawaitable(answer) else answer
        found = len(answer.get("Messages", []))
        _count(sqs._get_q(data.get("QueueUrl", url)), RECEIVED if found else EMPTY, found or 1)
        return answer

    return received


def _deleting(delete: Handler) -> Handler:
    def deleted(data: dict[str, Any], url: str) -> Any:
        answer = delete(data, url)
        done = len(answer["Successful"]) if "Successful" in answer else 1
        _count(sqs._get_q(data.get("QueueUrl", url)), DELETED, done)
        return answer

    return deleted


def _count_added(queue: Queue | None, add: Callable[[], Any]) -> Any:
    """Do what may add a message to a queue; one that a FIFO queue knows already is accepted, but not added."""
    with queue_races.lock:
        before = len(queue["messages"]) if queue else 0
        answer = add()
        if queue and len(queue["messages"]) > before:
            _count(queue, SENT, 1)
            _add(queue, "SentMessageSize", len(queue["messages"][-1]["body"].encode()), "Bytes")
    return answer


def _count(queue: Queue, name: str, amount: int) -> None:
    queue_activity.touch(queue)
    if amount:
        _add(queue, name, amount, "Count")


def _add(queue: Queue, name: str, value: float, unit: str) -> None:
    metric_data.store().add(queue_activity.metric(queue, name), Distribution.from_counts({float(value): 1.0}), unit)
