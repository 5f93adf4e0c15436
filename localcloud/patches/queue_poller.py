"""Lambda's poller of SQS: concurrent batches, the batching window, batches of more than ten, deletion by receipt.

ministack takes at most ten messages a batch, waits for no window, and deletes by whatever receipt a message has *now*,
so an answer that comes after the visibility timeout deletes what another function works on.
"""

import logging
import threading
import time
from typing import Any

from ministack.core.concurrency import esm_wake, spawn_background
from ministack.core.responses import request_scope
from ministack.services import lambda_svc, sqs

from localcloud.patches import batch_failures
from localcloud.patches.batch import Batch
from localcloud.patches.cloud import Cloud

START_CONCURRENCY = 5  # AWS begins with five batches at once and adds more a minute later
BACK_OFF_SECONDS = 1.0

logger = logging.getLogger("local-cloud")


def apply(_: Cloud) -> None:
    create = lambda_svc._create_esm

    def create_and_look(data: dict[str, Any]) -> Any:
        answer = create(data)
        esm_wake.set()  # messages may wait already
        return answer

    lambda_svc._create_esm = create_and_look
    lambda_svc._poll_sqs = Poller().poll


class Poller:
    """What is under way for each mapping; `poll` is called by ministack's one polling thread."""

    def __init__(self) -> None:
        self._gathering: dict[str, Batch] = {}
        self._running: dict[str, int] = {}
        self._resume: dict[str, float] = {}
        self._lock = threading.Lock()

    def poll(self) -> bool:
        """Look once at every mapping; whether any had messages."""
        found = False
        for account, region, mapping in lambda_svc._iter_all_esms():
            with request_scope(account, region):
                found = self._poll_mapping(mapping) or found
        return found

    def _poll_mapping(self, mapping: dict[str, Any]) -> bool:
        source, identity = mapping["EventSourceArn"], mapping["UUID"]
        record, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
        queue = sqs._queue_by_arn(source) if ":sqs:" in source else None
        if not mapping.get("Enabled", True) or record is None or queue is None:
            self._gathering.pop(identity, None)  # its messages come back by themselves
            return False
        if not self._free(mapping, queue):
            return False
        batch = self._gathering.setdefault(identity, Batch(source))
        size = mapping.get("BatchSize", 10)
        received = _receive(queue["url"], size - len(batch), batch)
        if not len(batch):
            return False
        remaining = batch.began + mapping.get("MaximumBatchingWindowInSeconds", 0) - time.monotonic()
        if len(batch) < size and remaining > 0:
            if received == len(batch):  # it has just begun
                _later(remaining)
            return False
        del self._gathering[identity]
        with self._lock:
            self._running[identity] = self._running.get(identity, 0) + 1
        spawn_background(self._run, mapping, record, batch, queue["url"], thread_name="queue-batch")
        return True

    def _free(self, mapping: dict[str, Any], queue: dict[str, Any]) -> bool:
        """Whether another batch may begin. FIFO is serial here: AWS runs one batch a message group."""
        asked = (mapping.get("ScalingConfig") or {}).get("MaximumConcurrency") or START_CONCURRENCY
        limit = 1 if queue["is_fifo"] else min(asked, START_CONCURRENCY)
        identity = mapping["UUID"]
        return self._running.get(identity, 0) < limit and self._resume.get(identity, 0.0) <= time.monotonic()

    def _run(self, mapping: dict[str, Any], record: dict[str, Any], batch: Batch, url: str) -> None:
        try:
            failed = _invoke(mapping, record, batch)
            if len(failed) == len(batch):
                self._resume[mapping["UUID"]] = time.monotonic() + BACK_OFF_SECONDS
            sqs._delete_messages_for_esm(url, batch.receipts(but=failed))
            mapping["LastProcessingResult"] = f"OK - {len(batch)} records, {len(failed)} failed"
        finally:
            with self._lock:
                self._running[mapping["UUID"]] -= 1
            esm_wake.set()


def _receive(url: str, wanted: int, batch: Batch) -> int:
    """Receive up to `wanted` messages, ten at a time as SQS gives them; how many there were."""
    total = 0
    while total < wanted and (messages := sqs._receive_messages_for_esm(url, min(10, wanted - total))):
        batch.add(messages)
        total += len(messages)
    return total


def _invoke(mapping: dict[str, Any], record: dict[str, Any], batch: Batch) -> set[str]:
    """Run the function on a batch; the ids that stay on the queue until their visibility timeout ends."""
    records = lambda_svc._apply_filter_criteria(batch.records(), mapping)
    if not records:
        return set()
    result = lambda_svc._execute_function(record, {"Records": records})
    if result.get("error") or result.get("throttle"):
        logger.warning("%s failed on %d messages: %s", mapping["FunctionName"], len(batch), result.get("body"))
        return batch.ids()
    if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", []):
        return set()
    return batch_failures.failed(result.get("body"), batch.ids())


def _later(seconds: float) -> None:
    timer = threading.Timer(seconds, esm_wake.set)
    timer.daemon = True
    timer.start()
