"""Patches of Lambda's poller of SQS queues: batches, batching windows, deletion and partial batch responses."""

import logging
import threading
import time
from collections.abc import Collection
from typing import Any

from ministack.core.concurrency import esm_wake, spawn_background
from ministack.core.responses import request_scope
from ministack.services import lambda_svc, sqs

from localcloud.patches.cloud import Cloud
from localcloud.patches.lambda_.sqs_batch import Batch
from localcloud.patches.registry import patch

START_CONCURRENCY = 5  # AWS starts with five concurrent batches and adds more a minute later
BACKOFF_SECONDS = 1.0
MAX_RECEIVED = 10  # messages that SQS returns at once

logger = logging.getLogger("local-cloud")


@patch("queue_poller")
def apply_queue_poller(_: Cloud) -> None:
    """Poll queues in concurrent batches, and delete messages by the receipt that the function got.

    AWS: "Lambda starts processing five batches at a time", waits for the batching window, takes batches of more than
        ten, and deletes with the receipt handle of its own receive (Lambda Developer Guide, "Using Lambda with Amazon
        SQS"; SQS API Reference, "DeleteMessage"). A malformed `batchItemFailures` fails the whole batch (Lambda
        Developer Guide, "Implementing partial batch responses").
    ministack: takes at most ten messages, ignores the window, and deletes by the current receipt, so that a late
        response deletes a message that another receiver has. Messages are deleted if `batchItemFailures` is malformed.
    Upstream: could be offered.
    """
    create = lambda_svc._create_esm

    def create_and_wake(data: dict[str, Any]) -> Any:
        response = create(data)
        esm_wake.set()  # the queue may hold messages already
        return response

    lambda_svc._create_esm = create_and_wake
    lambda_svc._poll_sqs = Poller().poll


class Poller:
    """State of all mappings; ministack's single polling thread calls `poll`."""

    def __init__(self) -> None:
        self._gathering: dict[str, Batch] = {}
        self._running: dict[str, int] = {}
        self._resume: dict[str, float] = {}
        self._lock = threading.Lock()

    def poll(self) -> bool:
        """Poll every mapping once; return whether any batch was started."""
        started = False
        for account, region, mapping in lambda_svc._iter_all_esms():
            with request_scope(account, region):
                started = self._poll_mapping(mapping) or started
        return started

    def _poll_mapping(self, mapping: dict[str, Any]) -> bool:
        source, mapping_id = mapping["EventSourceArn"], mapping["UUID"]
        record, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
        queue = sqs._queue_by_arn(source) if ":sqs:" in source else None
        if not mapping.get("Enabled", True) or record is None or queue is None:
            self._gathering.pop(mapping_id, None)  # its messages become visible again after the visibility timeout
            return False
        if not self._may_start(mapping, queue):
            return False
        batch = self._gathering.setdefault(mapping_id, Batch(source))
        size = mapping.get("BatchSize", 10)
        received = _receive_messages(queue["url"], size - len(batch), batch)
        if not len(batch):
            return False
        remaining = batch.start + mapping.get("MaximumBatchingWindowInSeconds", 0) - time.monotonic()
        if len(batch) < size and remaining > 0:
            if received == len(batch):  # the window starts now
                _wake_after(remaining)
            return False
        del self._gathering[mapping_id]
        with self._lock:
            self._running[mapping_id] = self._running.get(mapping_id, 0) + 1
        spawn_background(self._run, mapping, record, batch, queue["url"], thread_name="queue-batch")
        return True

    def _may_start(self, mapping: dict[str, Any], queue: dict[str, Any]) -> bool:
        """Return whether another batch may start. FIFO queues run one batch; AWS runs one for each message group."""
        maximum = (mapping.get("ScalingConfig") or {}).get("MaximumConcurrency") or START_CONCURRENCY
        limit = 1 if queue["is_fifo"] else min(maximum, START_CONCURRENCY)
        mapping_id = mapping["UUID"]
        return self._running.get(mapping_id, 0) < limit and self._resume.get(mapping_id, 0.0) <= time.monotonic()

    def _run(self, mapping: dict[str, Any], record: dict[str, Any], batch: Batch, url: str) -> None:
        try:
            failed = _invoke_function(mapping, record, batch)
            if len(failed) == len(batch):
                self._resume[mapping["UUID"]] = time.monotonic() + BACKOFF_SECONDS
            sqs._delete_messages_for_esm(url, batch.receipts(exclude=failed))
            mapping["LastProcessingResult"] = f"OK - {len(batch)} records, {len(failed)} failed"
        finally:
            with self._lock:
                self._running[mapping["UUID"]] -= 1
            esm_wake.set()


def _receive_messages(url: str, limit: int, batch: Batch) -> int:
    """Receive up to `limit` messages into a batch; return their number."""
    total = 0
    while total < limit and (messages := sqs._receive_messages_for_esm(url, min(MAX_RECEIVED, limit - total))):
        batch.add(messages)
        total += len(messages)
    return total


def _invoke_function(mapping: dict[str, Any], record: dict[str, Any], batch: Batch) -> set[str]:
    """Invoke the function with a batch; return the ids of the failed messages, which stay on the queue."""
    records = lambda_svc._apply_filter_criteria(batch.records(), mapping)
    if not records:
        return set()
    response = lambda_svc._execute_function(record, {"Records": records})
    if response.get("error") or response.get("throttle"):
        logger.warning("%s failed on %d messages: %s", mapping["FunctionName"], len(batch), response.get("body"))
        return batch.ids()
    if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", []):
        return set()
    return find_failures(response.get("body"), batch.ids())


def find_failures(response: Any, batch: Collection[str]) -> set[str]:
    """Return the ids of the failed messages by a function's response.

    A malformed response fails all messages, and so does an id that is not in the batch. The responses null and {}
    fail none. Source: Lambda Developer Guide, "Implementing partial batch responses".
    """
    if not response:
        return set()
    items = response.get("batchItemFailures") if isinstance(response, dict) else [response]
    if items is None:
        return set()
    ids = [_read_identifier(item) for item in items] if isinstance(items, list) else [None]
    valid = {each for each in ids if each is not None and each in batch}
    return valid if None not in ids and len(valid) == len(set(ids)) else set(batch)


def _read_identifier(item: Any) -> str | None:
    identifier = item.get("itemIdentifier") if isinstance(item, dict) else None
    return identifier if isinstance(identifier, str) else None


def _wake_after(seconds: float) -> None:
    timer = threading.Timer(seconds, esm_wake.set)
    timer.daemon = True
    timer.start()
