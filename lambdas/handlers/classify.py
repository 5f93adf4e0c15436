"""Classify one image: an item of a job, or the task of a direct call."""

import os

from aws_lambda_powertools.utilities.typing import LambdaContext

from inference.messages import parse_task_fields
from jobs.items import Item
from jobs.store import JobStore
from pipeline.runtime import Runtime
from telemetry.work_item import WorkItem

# The reserved time is for the reply and for storing the result of an item.
runtime = Runtime.start(reserved_seconds=1.5)
store = JobStore(os.environ["JOBS"])


@runtime.instrument
def handler(event: object, context: LambdaContext) -> dict[str, object] | str:
    """Return the result of a task ({}: of the sample image), or "predicted" or "rejected" for an item of a job.

    Raises SourceUnavailableError, OutOfTimeError, ModelError and StoreUnavailableError, all of which can be retried.
    """
    deadline = runtime.compute_deadline(context)
    item = Item.from_event(event)
    work = WorkItem.from_invocation(item.id if item else context.aws_request_id)
    with runtime.recorder.record([work]):
        if event in (None, {}):
            classification = runtime.classify_sample(work, deadline)
        else:
            work.task = parse_task_fields(item.load_fields(store) if item else event, work.id)
            classification = runtime.classify(work, deadline)
        result = classification.result
        reply = item.save_result(store, result) if item else result.as_dict()
        work.outcome = classification
        runtime.compare_shadows([work], deadline)
    return reply
