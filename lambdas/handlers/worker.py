"""Queue to queue: classify the images of a batch of messages and send their results to another queue."""

import os

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from pipeline.classify_and_send import classify_and_send
from pipeline.images_queue import ImagesQueue
from pipeline.outbox import Outbox
from pipeline.runtime import Runtime
from pipeline.sqs_event import parse_event, partial_failure_response

# The reserved time is for sending the last results, deleting their messages and delaying the failed ones.
runtime = Runtime.start(reserved_seconds=1.5)
sqs = boto3.client("sqs", config=Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3}))
images = ImagesQueue(runtime.logger, sqs, os.environ["IMAGES"], retry_seconds=int(os.environ["RETRY_SECONDS"]))
outbox = Outbox(sqs, os.environ["PREDICTIONS"])


@runtime.instrument
def handler(event: object, context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Classify a batch and return the messages that failed. Raises ModelError if the only model cannot be used."""
    deadline = runtime.compute_deadline(context)
    items = parse_event(event)
    with runtime.recorder.record(items):
        runtime.models.check_single_model()
        classify_and_send(items, runtime.classify, outbox, deadline)
        images.update_messages(items)
        runtime.compare_shadows(items, deadline)
    return partial_failure_response(items)
