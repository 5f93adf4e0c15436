"""Patch of the metrics that SQS samples once a minute, and which queues are active."""

import functools
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import sqs

from localcloud.engines.cloudwatch.store import Metric
from localcloud.patches.cloud import Cloud
from localcloud.patches.cloudwatch import metrics
from localcloud.patches.registry import patch
from localcloud.patches.sqs import messages

ACTIVE_SECONDS = 6 * 3600.0  # after the last message or the last action
POISONED_RECEIVES = 3  # "if a message is received three or more times and not deleted ... excluded from this metric"
ACTIONS = ("GetQueueAttributes", "SendMessageBatch", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch")
Queue = dict[str, Any]

_last_used: dict[str, float] = {}  # by the queue's ARN, in seconds since the epoch
_lock = threading.Lock()


@patch("queue_metrics", after=["queue_races"])
def apply_queue_metrics(_: Cloud) -> None:
    """Sample depth and age of each active queue once a minute.

    AWS: "Metrics emit non-negative values only when the queue is active"; the age of a dead letter starts when it was
        moved (SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS"). Here the values of the current
        minute are the current values.
    ministack: records no metrics.
    Upstream: could be offered.
    """
    sweep = sqs._dlq_sweep

    def sweep_and_mark(queue: Queue) -> None:
        before = len(queue["messages"])
        sweep(queue)
        if moved := before - len(queue["messages"]):
            for message in _read_dead_letters(queue)[-moved:]:
                message["moved"] = (time.time(), message["receive_count"])

    sqs._dlq_sweep = sweep_and_mark
    for action in ACTIONS:
        sqs._HANDLERS[action] = _mark_used_by(sqs._HANDLERS[action])
    metrics.collectors.append(sample_queues)


def mark_used(queue: Queue) -> None:
    """Record that a queue is used now, which makes it active."""
    with _lock:
        _last_used[_queue_arn(queue)] = time.time()


def is_active(queue: Queue) -> bool:
    """Return whether a queue holds messages, or was used in the last six hours."""
    if queue["messages"]:
        mark_used(queue)
    return time.time() - _last_used.get(_queue_arn(queue), 0.0) < ACTIVE_SECONDS


def queue_metric(queue: Queue, name: str) -> Metric:
    """Return a queue's metric of the given name."""
    return _queue_metric(queue["name"], name)


def sample_queues() -> None:
    """Record the current depth and age of every active queue."""
    for (account, region, _), queue in list(sqs._queues.all_items()):
        with request_scope(account, region):
            if is_active(queue):
                _sample(queue)


def _sample(queue: Queue) -> None:
    with messages.lock:
        sqs._refresh_counts(queue)
        age = _age_of_oldest(queue)
    store = metrics.get_store()
    store.set_sample(queue_metric(queue, "ApproximateAgeOfOldestMessage"), age, "Seconds")
    for name, attribute in (("Visible", ""), ("NotVisible", "NotVisible"), ("Delayed", "Delayed")):
        value = float(queue["attributes"][f"ApproximateNumberOfMessages{attribute}"])
        store.set_sample(queue_metric(queue, f"ApproximateNumberOfMessages{name}"), value, "Count")


def _age_of_oldest(queue: Queue) -> float:
    """Return the age of the oldest message in whole seconds; the age of a dead letter starts when it was moved."""
    oldest = now = time.time()
    for message in queue["messages"]:
        start, receives_before = message.get("moved") or (message["sent_at"], 0)
        if queue["is_fifo"] or message["receive_count"] - receives_before < POISONED_RECEIVES:
            oldest = min(oldest, start)
    return float(int(now - oldest))


def _read_dead_letters(queue: Queue) -> list[dict[str, Any]]:
    """Return the messages of a queue's dead-letter queue."""
    policy = json.loads(queue["attributes"].get("RedrivePolicy") or "{}")
    target = sqs._queue_by_arn(policy.get("deadLetterTargetArn", ""))
    return list(target["messages"]) if target else []


def _mark_used_by(handler: Callable[..., Any]) -> Callable[..., Any]:
    def handle_and_mark(data: dict[str, Any], url: str) -> Any:
        response = handler(data, url)
        mark_used(sqs._get_q(data.get("QueueUrl", url)))
        return response

    return handle_and_mark


@functools.lru_cache(maxsize=10_000)
def _queue_metric(queue_name: str, name: str) -> Metric:
    return Metric.from_dimensions("AWS/SQS", name, {"QueueName": queue_name})


def _queue_arn(queue: Queue) -> str:
    arn: str = queue["attributes"]["QueueArn"]
    return arn
