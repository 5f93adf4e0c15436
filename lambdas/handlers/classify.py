"""One image: an item of a job to its result in S3, {"url", "top"?, "id"?, "model"?} to its result; {}, the sample."""

import os

from aws_lambda_powertools import Metrics, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from inference.classify import classify_sample, classify_task
from inference.deadline import Deadline
from inference.fetch.fetcher import Fetcher
from inference.messages import parse_task_fields
from inference.models.registry import ModelRegistry
from jobs.items import Item
from jobs.store import Store
from pipeline.work_item import Image
from telemetry.compact_logger import compact_logger
from telemetry.recorder import Recorder
from telemetry.shadows import shadows

# Kept of the function's time for its reply and, for an item of a job, for the result to be written.
RESERVED_SECONDS = 1.5

logger, metrics, tracer = compact_logger(), Metrics(), Tracer(auto_patch=False)
fetcher = Fetcher.from_environment(os.environ)
models = ModelRegistry.from_environment(os.environ)
store = Store(os.environ["JOBS"])
sight = Recorder(logger, metrics, models)

for problem in models.preload():
    logger.warning("A model could not be loaded yet", reason=problem)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: object, context: LambdaContext) -> dict[str, object] | str:
    """The result as docs/messages.md has it; of an item of a job one word, "predicted" or "rejected".

    Raises SourceUnavailableError, OutOfTimeError, ModelError or StoreUnavailableError: try those again.
    """
    deadline = Deadline(context.get_remaining_time_in_millis() / 1000 - RESERVED_SECONDS)
    item = Item.read(event)
    image = Image.of_call(item.id if item else context.aws_request_id)
    with sight.of([image]):
        if event in (None, {}):
            given = classify_sample(models, image.id, deadline, image.steps)
        else:
            image.task = parse_task_fields(item.fields(store) if item else event, image.id)
            given = classify_task(image.task, models, fetcher.fetch, deadline, image.steps)
        told = item.keep(store, given.result) if item else given.result.as_dict()
        image.outcome = given
        shadows(logger, [given], deadline)
    return told
