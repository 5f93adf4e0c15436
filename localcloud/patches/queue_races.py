"""SQS gives a message to one receiver at a time; ministack may give it to two.

Its poller and its request thread both choose messages and rebuild a queue's list, and nothing guards it.
"""

import functools
import inspect
import threading
from collections.abc import Callable
from typing import Any

from ministack.services import sqs

from localcloud.patches.cloud import Cloud

INNER = ("_collect_msgs", "_dlq_sweep", "_expire_retained", "_receive_messages_for_esm", "_delete_messages_for_esm")

lock = threading.RLock()


def apply(_: Cloud) -> None:
    sqs._queues_lock = lock
    for name in INNER:
        setattr(sqs, name, guarded(getattr(sqs, name)))
    for action, handler in list(sqs._HANDLERS.items()):
        if not inspect.iscoroutinefunction(handler):  # ReceiveMessage waits between its guarded steps
            sqs._HANDLERS[action] = guarded(handler)


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def alone(*arguments: Any, **named: Any) -> Any:
        with lock:
            return function(*arguments, **named)

    return alone
