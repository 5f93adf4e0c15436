"""SQS measures each queue once a minute; ministack measures nothing.

"Metrics emit non-negative values only when the queue is active" (SQS Developer Guide, "Available CloudWatch metrics for
Amazon SQS"). What is measured counts for the present minute until that is over.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import sqs

from localcloud.patches import metric_data, queue_activity, queue_races
from localcloud.patches.cloud import Cloud
from localcloud.patches.queue_activity import Queue

POISONED = 3  # "if a message is received three or more times and not deleted ... excluded from this metric"
USES = ("GetQueueAttributes", "SendMessageBatch", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch")


def apply(_: Cloud) -> None:
    sweep = sqs._dlq_sweep

    def swept(queue: Queue) -> None:
        before = len(queue["messages"])
        sweep(queue)
        if moved := before - len(queue["messages"]):
            for message in _dead_letters(queue)[-moved:]:
                message["moved"] = (time.time(), message["receive_count"])

    sqs._dlq_sweep = swept
    for action in USES:
        sqs._HANDLERS[action] = _used(sqs._HANDLERS[action])
    metric_data.sources.append(measure)


def measure() -> None:
    """Bring what every active queue holds now into its metrics."""
    for (account, region, _), queue in list(sqs._queues.all_items()):
        with request_scope(account, region):
            if queue_activity.active(queue):
                _measure(queue)


def _measure(queue: Queue) -> None:
    with queue_races.lock:
        sqs._refresh_counts(queue)
        age = _age_of_oldest(queue)
    store = metric_data.store()
    store.put(queue_activity.metric(queue, "ApproximateAgeOfOldestMessage"), age, "Seconds")
    for name, attribute in (("Visible", ""), ("NotVisible", "NotVisible"), ("Delayed", "Delayed")):
        value = float(queue["attributes"][f"ApproximateNumberOfMessages{attribute}"])
        store.put(queue_activity.metric(queue, f"ApproximateNumberOfMessages{name}"), value, "Count")


def _age_of_oldest(queue: Queue) -> float:
    """Whole seconds; a dead letter's age begins when it became one."""
    oldest = now = time.time()
    for message in queue["messages"]:
        since, before = message.get("moved") or (message["sent_at"], 0)
        if queue["is_fifo"] or message["receive_count"] - before < POISONED:
            oldest = min(oldest, since)
    return float(int(now - oldest))


def _dead_letters(queue: Queue) -> list[dict[str, Any]]:
    """The messages of a queue's dead-letter queue."""
    policy = json.loads(queue["attributes"].get("RedrivePolicy") or "{}")
    target = sqs._queue_by_arn(policy.get("deadLetterTargetArn", ""))
    return list(target["messages"]) if target else []


def _used(act: Callable[..., Any]) -> Callable[..., Any]:
    def used(data: dict[str, Any], url: str) -> Any:
        answer = act(data, url)
        queue_activity.touch(sqs._get_q(data.get("QueueUrl", url)))
        return answer

    return used
