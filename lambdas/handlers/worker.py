"""Queue to queue: classifies the images of a batch of tasks and sends each one's result on."""

import os

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from inference.answer import answer
from inference.classify import Answer
from inference.deadline import Deadline
from inference.fetch import Fetcher
from inference.messages import read_task
from inference.models import Models
from pipeline.batch import RESERVED_SECONDS, ImageBatch
from pipeline.outbox import Outbox
from pipeline.postpone import postpone
from pipeline.records import Record, records_of
from pipeline.report import counting, report
from pipeline.shadows import shadows

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
sqs = boto3.client("sqs", config=Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3}))
fetcher = Fetcher.from_environment(os.environ)
models = Models.from_environment(os.environ)
batch = ImageBatch(Outbox(sqs, os.environ["PREDICTIONS"]))

for problem in models.try_early():
    logger.warning("A model could not be loaded yet", reason=problem)


def answer_record(record: Record, deadline: Deadline) -> Answer:
    """The result of one message; whatever it raises fails this message alone."""
    return answer(read_task(record.get("body"), record["messageId"]), models, fetcher.fetch, deadline)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: object, context: LambdaContext) -> PartialItemFailureResponse:
    """Answer a batch. Raises ModelFault, which brings all of it back, when its only model cannot be used."""
    with counting(metrics):
        models.check()
    with batch(records_of(event), answer_record, context):
        batch.process()
    postpone(logger, sqs, os.environ["IMAGES"], batch.failed, first_seconds=int(os.environ["RETRY_SECONDS"]))
    shadows(logger, batch.answers, Deadline(context.get_remaining_time_in_millis() / 1000 - RESERVED_SECONDS))
    report(logger, metrics, batch.answers, batch.failed, several_models=len(models) > 1)
    return batch.response()
