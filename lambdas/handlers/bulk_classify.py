"""Some lines of a list in S3, classified at once."""

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Metrics, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from inference.classify import Classification, classify_task
from inference.deadline import Deadline
from inference.fetch.fetcher import Fetcher
from inference.models.registry import ModelRegistry
from jobs.bulk_batch import Batch
from jobs.retry_until import persist, to_records
from jobs.store import Store
from pipeline.work_item import Image
from telemetry.compact_logger import compact_logger
from telemetry.recorder import Recorder
from telemetry.shadows import shadows

# Kept of the function's time for the results to be written.
RESERVED_SECONDS = 3.0

logger, metrics, tracer = compact_logger(), Metrics(), Tracer(auto_patch=False)
fetcher = Fetcher.from_environment(os.environ)
models = ModelRegistry.from_environment(os.environ)
store = Store(os.environ["JOBS"])
sight = Recorder(logger, metrics, models, last=True)

for problem in models.preload():
    logger.warning("A model could not be loaded yet", reason=problem)


def answer_line(image: Image, deadline: Deadline) -> Classification:
    """The result of one line."""
    return classify_task(image.task, models, fetcher.fetch, deadline, image.steps)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """{"predicted", "rejected", "failed", "results"}. Raises ModelError, StoreUnavailableError."""
    deadline = Deadline(context.get_remaining_time_in_millis() / 1000 - RESERVED_SECONDS)
    batch = Batch.read(event)
    images: list[Image] = []
    with sight.of(images):
        images += map(Image.of_line, batch.tasks(store))
        models.check_single_model()
        persist(images, answer_line, deadline)
        told = batch.keep(store, to_records(images))
        shadows(logger, [image.outcome for image in images if isinstance(image.outcome, Classification)], deadline)
    return told
