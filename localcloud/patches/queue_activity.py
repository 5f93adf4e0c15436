"""Which queues are active, and what their metrics are called. Used by queue_metrics and queue_counters."""

import functools
import threading
import time
from typing import Any

from localcloud.engines.cloudwatch.store import Metric

ACTIVE_SECONDS = 6 * 3600.0  # after it held a message or somebody asked for it
Queue = dict[str, Any]

_asked: dict[str, float] = {}  # a queue's ARN to when somebody last did something with it
_lock = threading.Lock()


def touch(queue: Queue) -> None:
    """Somebody does something with a queue."""
    with _lock:
        _asked[_arn(queue)] = time.time()


def active(queue: Queue) -> bool:
    if queue["messages"]:
        touch(queue)
    return time.time() - _asked.get(_arn(queue), 0.0) < ACTIVE_SECONDS


def metric(queue: Queue, name: str) -> Metric:
    return _metric(queue["name"], name)


@functools.lru_cache(maxsize=10_000)
def _metric(queue: str, name: str) -> Metric:
    return Metric.from_dimensions("AWS/SQS", name, {"QueueName": queue})


def _arn(queue: Queue) -> str:
    arn: str = queue["attributes"]["QueueArn"]
    return arn
