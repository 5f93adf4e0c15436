"""Bulk job: classify a batch of lines of a list in S3."""

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from jobs.bulk_batch import Batch
from jobs.retry_until import retry_until, to_records
from jobs.store import JobStore
from pipeline.runtime import Runtime
from telemetry.work_item import WorkItem

# The reserved time is for writing the results. Failures are final, because this function retries them itself.
runtime = Runtime.start(reserved_seconds=3.0, final=True)
store = JobStore(os.environ["JOBS"])


@runtime.instrument
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return {"predicted", "rejected", "failed", "results"}. Raises ModelError and StoreUnavailableError."""
    deadline = runtime.compute_deadline(context)
    batch = Batch.from_event(event)
    items: list[WorkItem] = []
    with runtime.recorder.record(items):
        items += map(WorkItem.from_task, batch.load_tasks(store))
        runtime.models.check_single_model()
        retry_until(items, runtime.classify, deadline)
        saved = batch.save_records(store, to_records(items))
        runtime.compare_shadows(items, deadline)
    return saved
