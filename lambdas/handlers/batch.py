"""Some lines of a list in S3, classified at once."""

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Metrics, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from inference.answer import answer
from inference.classify import Answer
from inference.deadline import Deadline
from inference.fetch import Fetcher
from inference.models import Models
from jobs.batch import Batch
from jobs.persist import persist, to_records
from jobs.store import Store
from pipeline.image import Image
from pipeline.lean import lean_logger
from pipeline.shadows import shadows
from pipeline.sight import Sight

# Kept of the function's time for the results to be written.
RESERVED_SECONDS = 3.0

logger, metrics, tracer = lean_logger(), Metrics(), Tracer(auto_patch=False)
fetcher = Fetcher.from_environment(os.environ)
models = Models.from_environment(os.environ)
store = Store(os.environ["JOBS"])
sight = Sight(logger, metrics, models, last=True)

for problem in models.try_early():
    logger.warning("A model could not be loaded yet", reason=problem)


def answer_line(image: Image, deadline: Deadline) -> Answer:
    """The result of one line."""
    return answer(image.task, models, fetcher.fetch, deadline, image.steps)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """{"predicted", "rejected", "failed", "results"}. Raises ModelFault and StoreUnavailable: try the batch again."""
    deadline = Deadline(context.get_remaining_time_in_millis() / 1000 - RESERVED_SECONDS)
    batch = Batch.read(event)
    images: list[Image] = []
    with sight.of(images):
        images += map(Image.of_line, batch.tasks(store))
        models.check()
        persist(images, answer_line, deadline)
        told = batch.keep(store, to_records(images))
        shadows(logger, [image.outcome for image in images if isinstance(image.outcome, Answer)], deadline)
    return told
