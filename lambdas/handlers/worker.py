"""Queue to queue: classifies the images of a batch of tasks and sends each one's result on."""

import os

import boto3
from aws_lambda_powertools import Metrics, Tracer
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from inference.classify import Classification, classify_task
from inference.deadline import Deadline
from inference.fetch.fetcher import Fetcher
from inference.models.registry import ModelRegistry
from pipeline.batch import ImageBatch
from pipeline.delay_retry import postpone
from pipeline.delete_messages import forget
from pipeline.outbox import Outbox
from pipeline.work_item import Image, images_of
from telemetry.compact_logger import compact_logger
from telemetry.recorder import Recorder
from telemetry.shadows import shadows

# Kept of the function's time for the last results to be sent, their messages to be deleted and the failed postponed.
RESERVED_SECONDS = 1.5

logger, metrics, tracer = compact_logger(), Metrics(), Tracer(auto_patch=False)
sqs = boto3.client("sqs", config=Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3}))
fetcher = Fetcher.from_environment(os.environ)
models = ModelRegistry.from_environment(os.environ)
retry_seconds = int(os.environ["RETRY_SECONDS"])
batch = ImageBatch(Outbox(sqs, os.environ["PREDICTIONS"]))
sight = Recorder(logger, metrics, models)

for problem in models.preload():
    logger.warning("A model could not be loaded yet", reason=problem)


def answer_image(image: Image, deadline: Deadline) -> Classification:
    """The result of one message; whatever it raises fails this message alone."""
    return classify_task(image.task, models, fetcher.fetch, deadline, image.steps)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: object, context: LambdaContext) -> PartialItemFailureResponse:
    """Classification a batch. Raises ModelError, which brings all of it back, when its only model cannot be used."""
    deadline = Deadline(context.get_remaining_time_in_millis() / 1000 - RESERVED_SECONDS)
    images = images_of(event)
    with sight.of(images):
        models.check_single_model()
        batch.run(images, answer_image, deadline)
        if batch.failed or any(answer.shadow for answer in batch.answers):  # else Lambda deletes them in a moment
            forget(logger, sqs, os.environ["IMAGES"], batch.answered)
        postpone(logger, sqs, os.environ["IMAGES"], batch.failed, first_seconds=retry_seconds)
        shadows(logger, batch.answers, deadline)
    return batch.response()
